"""From one cell to one value: text, codes, numbers, money, dates. Raises `CellProblem`, never anything else.

A cell is a `str` in a CSV file and may be a number, a date or a truth value in a workbook.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache

from .problems import CellProblem, Problem

Cell = str | int | float | bool | date | datetime | time | timedelta | None

MAX_QUANTITY = 1_000_000
MAX_MINOR = 10**12
FIRST_YEAR, LAST_YEAR = 1990, 2099

_INVISIBLE = {ord(ch): None for ch in "\ufeff\u200b\u200c\u200d\u2060\u00ad"}
_DASHES = {ord(ch): "-" for ch in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
_CODE = _INVISIBLE | _DASHES
_KEPT_AS_TEXT = re.compile(r'^="([^"]*)"$')
_SCIENTIFIC = re.compile(r"^\d+([.,]\d+)?[eE]\+?\d+$")


CACHED = 120
"""Only cells up to this length are remembered: columns repeat themselves; a memory of long cells would have no end."""


def clean_text(text: str) -> str:
    """One line of printable text: every run of white space (thin and no-break spaces too) becomes one plain space."""
    return _clean_text(text) if len(text) <= CACHED else _clean_text.__wrapped__(text)


@lru_cache(maxsize=16384)
def _clean_text(text: str) -> str:
    text = " ".join(text.translate(_INVISIBLE).split())
    return text if text.isprintable() else "".join(ch for ch in text if ch.isprintable())


def text_of(cell: Cell) -> str:
    """A cell's text, cleaned; numbers as a person would write them."""
    if isinstance(cell, str):
        return clean_text(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    return str(cell)


@lru_cache(maxsize=16384)
def _code(text: str, limit: int) -> str:
    kept = _KEPT_AS_TEXT.match(text.strip())
    if kept:
        text = kept[1]
    elif text.lstrip().startswith("="):
        raise CellProblem(Problem.FORMULA, value=text)
    cleaned = " ".join(text.translate(_CODE).split())
    cleaned = cleaned.removeprefix("'")
    if not cleaned.isprintable():
        raise CellProblem(Problem.UNPRINTABLE, value=cleaned)
    if len(cleaned) > limit:
        raise CellProblem(Problem.TEXT_TOO_LONG, value=cleaned, limit=limit)
    return cleaned


def code_of(cell: Cell, limit: int = 100) -> str:
    """An order number, SKU or reference: dashes made plain, a spreadsheet's ="007" and '007 undone. May be ""."""
    text = cell if isinstance(cell, str) else text_of(cell)
    return _code(text, limit) if len(text) <= CACHED else _code.__wrapped__(text, limit)


def number_id_of(cell: Cell, limit: int = 64) -> str:
    """An id made of digits; refuses what a spreadsheet rounded (7.41E+12)."""
    text = code_of(cell, limit)
    if _SCIENTIFIC.match(text) or (isinstance(cell, float) and abs(cell) >= 2**53):
        raise CellProblem(Problem.NUMBER_DAMAGED, value=text)
    return text.removesuffix(".0") if text.removesuffix(".0").isdecimal() else text


def yes_of(cell: Cell) -> bool:
    """yes/no in English and Swahili, true/false, 1/0; blank is no."""
    text = text_of(cell).casefold()
    if text in ("", "no", "n", "false", "0", "hapana", "la"):
        return False
    if text in ("yes", "y", "true", "1", "ndiyo", "ndio", "x"):
        return True
    raise CellProblem(Problem.YES_NO, value=text)


# Numbers

_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?\Z")
_GROUPED = {",": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\Z"), ".": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+\Z")}
_SHAPE = re.compile(r"[+-]?[0-9][0-9.,]*\Z")
_SPACED = re.compile(r"(?<=[0-9])[\s'\u2019](?=[0-9]{3}(?![0-9]))")


def decimal_mark_of(text: str) -> str:
    """What a written number proves about its decimal mark: ".", "," or "" (nothing)."""
    return _decimal_mark(text) if len(text) <= CACHED else ""


@lru_cache(maxsize=16384)
def _decimal_mark(text: str) -> str:
    text = _SPACED.sub("", text.strip()).lstrip("+-")
    if not _SHAPE.match(text):
        return ""
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        return "." if text.rindex(".") > text.rindex(",") else ","
    if dots > 1:
        return "," if _GROUPED["."].match(text) else ""
    if commas > 1:
        return "." if _GROUPED[","].match(text) else ""
    mark = "." if dots else "," if commas else ""
    if not mark:
        return ""
    whole, fraction = text.split(mark)
    return mark if len(fraction) != 3 or len(whole) > 3 or whole == "0" else ""


@lru_cache(maxsize=16384)
def _decimal(text: str, mark: str) -> Decimal:
    stripped = text.strip()
    if stripped[:1] == "=":
        raise CellProblem(Problem.FORMULA, value=text)
    if not (_PLAIN.match(stripped) and (mark == "." or "." not in stripped)):
        stripped = _SPACED.sub("", stripped)
    if not _SHAPE.match(stripped) or len(stripped) > 40:
        raise CellProblem(Problem.NUMBER, value=text)
    sign, digits = ("-", stripped[1:]) if stripped[0] == "-" else ("", stripped.lstrip("+"))
    proved = decimal_mark_of(digits)
    if proved and mark and proved != mark:
        raise CellProblem(Problem.NUMBER_MIXED, value=text)
    seen = "." if "." in digits else "," if "," in digits else ""
    decimal = proved or mark
    if seen and not decimal and digits.count(seen) > 1:
        raise CellProblem(Problem.NUMBER, value=text)
    if seen and not decimal:
        whole, fraction = digits.split(seen)
        raise CellProblem(
            Problem.NUMBER_AMBIGUOUS, value=text, first=f"{sign}{whole}{fraction}", second=f"{sign}{whole}.{fraction}00"
        )
    if seen:
        group = "," if decimal == "." else "."
        whole, _, fraction = digits.partition(decimal)
        if group in fraction or decimal in fraction or (group in whole and not _GROUPED[group].match(whole)):
            raise CellProblem(Problem.NUMBER, value=text)
        digits = whole.replace(group, "") + ("." + fraction if fraction else "")
    try:
        return Decimal(sign + digits)
    except InvalidOperation:
        raise CellProblem(Problem.NUMBER, value=text) from None


def decimal_of(cell: Cell, mark: str = "") -> Decimal:
    """A number; `mark` is the file's decimal mark where it is known, else "1,234" is refused as ambiguous."""
    if isinstance(cell, str):
        if len(cell) > CACHED:
            raise CellProblem(Problem.NUMBER, value=cell)
        return _decimal(cell, mark)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise CellProblem(Problem.NUMBER, value=text_of(cell))
    if isinstance(cell, int):
        return Decimal(cell)
    if cell != cell or abs(cell) > 1e15:
        raise CellProblem(Problem.NUMBER, value=repr(cell))
    # A workbook holds binary fractions: 12.1 may be 12.0999999999999996; six decimals are beyond any price.
    return Decimal(repr(cell)).quantize(Decimal("0.000001")).normalize()


def whole_of(cell: Cell, mark: str = "") -> int:
    """A whole number, of any sign."""
    number = decimal_of(cell, mark)
    if number != number.to_integral_value() or abs(number) > 10**15:
        raise CellProblem(Problem.QUANTITY_WHOLE, value=text_of(cell))
    return int(number)


def quantity_of(cell: Cell, mark: str = "") -> int:
    """Pieces: a whole number from 1 to `MAX_QUANTITY`."""
    quantity = whole_of(cell, mark)
    if quantity < 1:
        raise CellProblem(Problem.QUANTITY_WHOLE, value=text_of(cell))
    if quantity > MAX_QUANTITY:
        raise CellProblem(Problem.QUANTITY_TOO_LARGE, value=text_of(cell), limit=f"{MAX_QUANTITY:,}")
    return quantity


def minor_of(amount: Decimal, decimals: int) -> tuple[int, bool]:
    """(minor units rounded half to even, whether rounding changed anything)."""
    if abs(amount) >= MAX_MINOR:
        raise CellProblem(Problem.PRICE_TOO_LARGE, value=str(amount))
    scaled = amount.scaleb(decimals)
    rounded = scaled.to_integral_value(rounding=ROUND_HALF_EVEN)
    return int(rounded), rounded != scaled


# Dates

_ISO = re.compile(
    r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})"
    r"(?:[T ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?)?\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?\Z"
)
_SLASHED = re.compile(
    r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{2}|[0-9]{4})(?:[T ,]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?\Z"
)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]{1,10})?\Z")
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's day numbers have no zone


def day_order_of(text: str) -> str:
    """What a written date proves: "dmy", "mdy", or "" (nothing, or not such a date). Dots are always day first."""
    return _day_order(text) if len(text) <= CACHED else ""


@lru_cache(maxsize=16384)
def _day_order(text: str) -> str:
    match = _SLASHED.match(text.strip())
    if not match or match[2] == ".":
        return ""
    first, second = int(match[1]), int(match[3])
    if 12 < first <= 31 and 1 <= second <= 12:
        return "dmy"
    if 12 < second <= 31 and 1 <= first <= 12:
        return "mdy"
    return ""


def is_serial(cell: Cell) -> bool:
    """Whether the cell is a spreadsheet's day number (1970 to 2099), as a number or as digits."""
    if isinstance(cell, str):
        return bool(_SERIAL.match(cell.strip())) and 25569 <= float(cell) < 73051
    return isinstance(cell, int | float) and not isinstance(cell, bool) and 25569 <= cell < 73051


def moment_of(cell: Cell, *, day_order: str = "", zone: tzinfo = UTC) -> datetime:
    """A date or a date and time, as UTC; one without an offset is in `zone`.

    Three kinds are read: year-month-day (with or without time and offset), day/month/year or month/day/year, and a
    spreadsheet's day number. `day_order` is what the whole file proves: "dmy", "mdy", "mixed" or "" (nothing).
    """
    if isinstance(cell, str):
        if len(cell) > CACHED:
            raise CellProblem(Problem.DATE, value=cell)
        return _moment(cell, day_order, zone)
    if isinstance(cell, datetime):
        naive = cell
    elif isinstance(cell, date):
        naive = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
    elif is_serial(cell) and isinstance(cell, int | float):
        naive = _EPOCH_1900 + timedelta(seconds=round(cell * 86400))
    else:
        raise CellProblem(Problem.DATE, value=text_of(cell))
    return _checked(naive, zone, text_of(cell))


def date_of(cell: Cell, *, day_order: str = "") -> date:
    """A calendar date; a time of day in the cell is dropped, not converted."""
    return moment_of(cell, day_order=day_order, zone=UTC).date()


@lru_cache(maxsize=16384)
def _moment(text: str, day_order: str, zone: tzinfo) -> datetime:
    stripped = text.strip()
    if stripped[:1] == "=":
        raise CellProblem(Problem.FORMULA, value=text)
    if iso := _ISO.match(stripped):
        year, month, day = int(iso[1]), int(iso[3]), int(iso[4])
        naive = _naive(year, month, day, iso[5], iso[6], iso[7], text)
        return _checked(naive, _offset(iso[8], text) if iso[8] else zone, text)
    if slashed := _SLASHED.match(stripped):
        if len(slashed[4]) == 2:
            raise CellProblem(Problem.DATE_YEAR, value=text)
        first, second, year = int(slashed[1]), int(slashed[3]), int(slashed[4])
        order = "dmy" if slashed[2] == "." else day_order_of(stripped) or ("dmy" if first == second else day_order)
        if order not in ("dmy", "mdy"):
            if not (1 <= first <= 12 and 1 <= second <= 12):
                raise CellProblem(Problem.DATE, value=text)
            problem = Problem.DATE_MIXED if order == "mixed" else Problem.DATE_AMBIGUOUS
            readings = {"first": f"{year}-{second:02}-{first:02}", "second": f"{year}-{first:02}-{second:02}"}
            raise CellProblem(problem, value=text, **readings)
        day, month = (first, second) if order == "dmy" else (second, first)
        return _checked(_naive(year, month, day, slashed[5], slashed[6], slashed[7], text), zone, text)
    if is_serial(stripped):
        return _checked(_EPOCH_1900 + timedelta(seconds=round(float(stripped) * 86400)), zone, text)
    raise CellProblem(Problem.DATE, value=text)


def _naive(
    year: int, month: int, day: int, hour: str | None, minute: str | None, second: str | None, text: str
) -> datetime:
    try:
        return datetime(year, month, day, int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError:
        raise CellProblem(Problem.DATE, value=text) from None


def _offset(text: str, whole: str) -> tzinfo:
    if text in ("Z", "UTC"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 15 or minutes > 59:
        raise CellProblem(Problem.DATE, value=whole)
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)


def _checked(naive: datetime, zone: tzinfo, text: str) -> datetime:
    if not FIRST_YEAR <= naive.year <= LAST_YEAR:
        raise CellProblem(Problem.DATE_RANGE, value=text, first=FIRST_YEAR, last=LAST_YEAR)
    return naive.replace(tzinfo=zone).astimezone(UTC)
