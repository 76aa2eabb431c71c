"""Checks of the plain values that commands receive. Each gives the cleaned value or says which field is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from kiwanda.core.errors import CoreError, Invalid
from kiwanda.core.models import StoredFile
from kiwanda.core.money import EXPONENTS

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Control characters, halves of surrogate pairs (no database stores them), and marks that turn text round on screen.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def text(field: str, value: Any, longest: int, *, required: bool = True) -> str:
    """``value`` stripped, at most ``longest`` characters, without control characters or broken ones."""
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise Invalid(CoreError.MALFORMED, field=field, reason="text is expected")
    cleaned = value.strip()
    if required and not cleaned:
        raise Invalid(CoreError.MISSING, field=field)
    if len(cleaned) > longest:
        raise Invalid(CoreError.MALFORMED, field=field, reason=f"at most {longest} characters")
    if _UNFIT.search(cleaned):
        raise Invalid(CoreError.MALFORMED, field=field, reason="it holds control characters")
    return cleaned


def code(field: str, value: Any, longest: int) -> str:
    """A code: ASCII letters, digits, ``-`` and ``_``, beginning with a letter or digit."""
    cleaned = text(field, value, longest)
    if not _CODE.fullmatch(cleaned):
        raise Invalid(CoreError.MALFORMED, field=field, reason="use letters, digits, - and _ only")
    return cleaned


def choice(field: str, value: Any, allowed: Collection[str]) -> str:
    """``value`` when it is one of ``allowed``."""
    if not isinstance(value, str) or value not in allowed:
        raise Invalid(CoreError.MALFORMED, field=field, reason=f"use one of {', '.join(sorted(allowed))}")
    return value


def decimal(field: str, value: Any, low: str, high: str, places: int) -> Decimal:
    """``value`` (number or text) as a decimal within [``low``, ``high``], rounded to ``places`` decimals."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise Invalid(CoreError.MALFORMED, field=field, reason="a number is expected")
    try:
        number = Decimal(str(value))
        if not number.is_finite():
            raise InvalidOperation
        number = number.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation:
        raise Invalid(CoreError.MALFORMED, field=field, reason="a number is expected") from None
    if not Decimal(low) <= number <= Decimal(high):
        raise Invalid(CoreError.OUT_OF_RANGE, field=field, low=low, high=high)
    return number


def currency(field: str, value: Any) -> str:
    """An ISO 4217 code Kiwanda books in."""
    return choice(field, value, EXPONENTS)


def day(field: str, value: Any) -> date:
    """A calendar day (a moment is not one: whose day would it be?)."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Invalid(CoreError.MALFORMED, field=field, reason="a date is expected")
    return value


def uuid(field: str, value: Any) -> UUID:
    if not isinstance(value, UUID):
        raise Invalid(CoreError.MALFORMED, field=field, reason="an id is expected")
    return value


def pictures(field: str, values: Iterable[str]) -> list[str]:
    """SHA-256 names of files that are stored here."""
    names = list(values)
    for name in names:
        if not isinstance(name, str) or not _SHA256.fullmatch(name):
            raise Invalid(CoreError.MALFORMED, field=field, reason="a picture is named by its SHA-256")
    if names:
        known = set(StoredFile.objects.filter(pk__in=names).values_list("pk", flat=True))
        for name in names:
            if name not in known:
                raise Invalid(CoreError.MALFORMED, field=field, reason=f"no file {name[:12]}… is stored here")
    return names


def picture(field: str, value: str) -> str:
    """One such name, or nothing."""
    return pictures(field, [value])[0] if value else ""
