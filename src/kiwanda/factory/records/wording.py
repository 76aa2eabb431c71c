"""A fact's value in words, for paper and the verification page."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiwanda.core.money import format_money


def lines(name: str, value: Any, language: str = "en") -> list[str]:
    """The value of a fact as lines to read; a value of an unknown shape is shown as it is."""
    swahili = language.startswith("sw")
    try:
        return _lines(name, value, swahili)
    except (KeyError, TypeError, ValueError, AttributeError):
        return [str(value)]


def _lines(name: str, value: Any, swahili: bool) -> list[str]:
    if name == "techniques":
        return [f"{row['technique']} ({'daraja' if swahili else 'grade'} {row['grade']})" for row in value] or ["–"]
    if name == "pieces":
        first = f"{value['accepted_at_first']:,} / {value['inspected']:,}"
        return [
            f"{value['accepted']:,}"
            + (f" ({'tangu' if swahili else 'since'} {value['since']})" if value["since"] else ""),
            f"{'Mara ya kwanza' if swahili else 'At first inspection'}: {first}",
        ]
    if name == "on_time":
        return [f"{value['on_time']:,} / {value['finished']:,}"]
    if name == "months":
        return [f"{month}: {format_money(n, value['currency'])}" for month, n in sorted(value["earned_minor"].items())]
    if name == "paid":
        word = "tangu" if swahili else "since"
        return [
            f"{format_money(value['paid_minor'], value['currency'])} ({value['payments']:,} × {word} {value['since']})"
        ]
    if name == "advances":
        amount = format_money(value["paid_back_minor"], value["currency"])
        return [f"{value['paid_back_whole']:,} / {value['received']:,}; {amount}"]
    if name == "since":
        return [date.fromisoformat(value).isoformat()]
    return [str(value)]
