"""Small checks used by the frozen records: each returns the value or raises a ProblemError naming the field."""

from __future__ import annotations

import math
from collections.abc import Iterable

from .errors import ProblemError

LARGEST = 10**12
"""Largest whole number accepted anywhere: well above any factory, well below what 64 bits can add up."""


def text(field: str, value: object) -> str:
    """A non-empty string."""
    if not isinstance(value, str) or not value:
        raise ProblemError(field, f"must be a non-empty text, not {shown(value)}")
    return value


def whole(field: str, value: object, low: int = 0, high: int = LARGEST) -> int:
    """A whole number in [low, high]; True and 3.0 are not whole numbers."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProblemError(field, f"must be a whole number, not {shown(value)}")
    if value < low:
        raise ProblemError(field, f"must be a whole number of at least {low}, not {shown(value)}")
    if value > high:
        raise ProblemError(field, f"must be a whole number of at most {high}, not {shown(value)}")
    return value


def number(field: str, value: object, low: float = 0.0, high: float = float(LARGEST), above: bool = False) -> float:
    """A finite number in [low, high], or in (low, high] with ``above``."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ProblemError(field, f"must be a number, not {shown(value)}")
    if abs(value) > LARGEST * 1e6 and math.isfinite(value if isinstance(value, float) else 0.0):
        raise ProblemError(field, f"must be at most {high:g}, not {shown(value)}")
    if not math.isfinite(value):
        raise ProblemError(field, f"must be a finite number, not {value}")
    if value < low or (above and value <= low):
        raise ProblemError(field, f"must be {'above' if above else 'at least'} {low:g}, not {value:g}")
    if value > high:
        raise ProblemError(field, f"must be at most {high:g}, not {value:g}")
    return float(value)


def items(field: str, value: object) -> tuple[object, ...]:
    """A list or tuple, as a tuple."""
    if not isinstance(value, (list, tuple)):
        raise ProblemError(field, f"must be a list, not {shown(value)}")
    return tuple(value)


def unique(field: str, values: Iterable[str]) -> None:
    """No text twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ProblemError(field, f"names {value!r} twice")
        seen.add(value)


def shown(value: object) -> str:
    """A short picture of a wrong value for an error sentence."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    picture = repr(value)
    return picture if len(picture) <= 40 else picture[:37] + "..."
