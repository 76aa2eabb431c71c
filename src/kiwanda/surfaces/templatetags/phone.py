"""Filters of the artisan's forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def plain_number(value: Any) -> str:
    """A number as an input field takes it: a point, no grouping, no trailing zeros."""
    return format(Decimal(str(value)).normalize(), "f")
