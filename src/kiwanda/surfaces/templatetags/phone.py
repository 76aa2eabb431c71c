"""Filters of the artisan's forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def plain_number(value: Any) -> str:
    """A number as an input field takes it: a point, no grouping, no trailing zeros."""
    return format(Decimal(str(value)).normalize(), "f")


@register.filter
def run_id(days: list[date]) -> str:
    """The first and the last of a run of days, as an address names them."""
    return f"{days[0].isoformat()}_{days[-1].isoformat()}"
