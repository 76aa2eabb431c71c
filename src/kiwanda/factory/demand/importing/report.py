"""What an import says about a file: what was read, what each rule did, what is wrong and where."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .problems import CellProblem, FileRefused, Problem

MAX_ERRORS = 500
"""Errors kept one by one; beyond that they are only counted. Nobody mends a file from its 501st error."""

VALUE_LENGTH = 80
"""Characters of an offending cell that a message repeats."""


class Rule(Enum):
    """A stated rule of a reader. `leaves_out` says whether the line (or row) it counts is left out."""

    rule: str
    leaves_out: bool
    english: str
    swahili: str

    def __init__(self, rule: str, leaves_out: bool, english: str, swahili: str) -> None:
        self.rule = rule
        self.leaves_out = leaves_out
        self.english = english
        self.swahili = swahili

    BLANK_ROW = ("blank_row", True, "blank rows", "mistari mitupu")
    HEADER_AGAIN = ("header_again", True, "header rows repeated inside the file", "vichwa vilivyorudiwa")
    CANCELLATION_LINE = (
        "cancellation_line",
        True,
        "lines of cancellation invoices (C…): nothing to make; not set off against earlier orders",
        "mistari ya ankara za kufuta (C…): hakuna cha kutengeneza",
    )
    BAD_DEBT_LINE = ("bad_debt_line", True, "bad-debt bookings (A…)", "madeni mabaya (A…)")
    FEE_LINE = (
        "fee_line",
        True,
        "postage, fees, discounts, samples, gift vouchers and manual bookings: not products",
        "posta, ada, punguzo, sampuli na vocha: si bidhaa",
    )
    QUANTITY_NOT_POSITIVE = (
        "quantity_not_positive",
        True,
        "lines of zero or fewer pieces outside cancellations: stock write-offs",
        "mistari ya vipande sifuri au chini: upungufu wa stoo",
    )
    PRICE_NOT_POSITIVE = (
        "price_not_positive",
        True,
        "lines without a price above zero: gifts, corrections, stock bookings",
        "mistari bila bei juu ya sifuri: zawadi, masahihisho",
    )
    DUPLICATE_LINE = (
        "duplicate_line",
        True,
        "lines equal in every column to an earlier line of the same order: counted once",
        "mistari inayofanana kabisa na mwingine wa oda ileile: huhesabiwa mara moja",
    )
    NOT_SHIPPED_LINE = (
        "not_shipped_line",
        True,
        "lines that need no shipping: gift cards, tips, services",
        "mistari isiyosafirishwa: kadi za zawadi, bakshishi, huduma",
    )
    DRAFT_ORDER = ("draft_order", True, "draft orders: not ordered yet", "rasimu za oda: bado hazijaagizwa")
    ORDER_REPEATED = (
        "order_repeated",
        True,
        "orders that stand in the file a second time, unchanged",
        "oda zilizo mara ya pili kwenye faili, bila mabadiliko",
    )
    ORDER_RESTATED = (
        "order_restated",
        False,
        "orders that stand in the file again with other content: the later one counts",
        "oda zilizo tena kwenye faili zikiwa tofauti: ya baadaye ndiyo inayohesabika",
    )
    ORDER_CANCELLED = ("order_cancelled", False, "cancelled orders", "oda zilizofutwa")
    ORDER_VOIDED = (
        "order_voided",
        False,
        "orders whose payment was voided, expired or wholly refunded: treated as cancelled",
        "oda ambazo malipo yalibatilishwa au kurudishwa yote: huchukuliwa kama zimefutwa",
    )
    LINE_REMOVED = (
        "line_removed",
        True,
        "lines of quantity zero: taken out of the order by the shop",
        "mistari ya idadi sifuri: imeondolewa kwenye oda na duka",
    )
    LINE_RESTOCKED = (
        "line_restocked",
        False,
        "lines put back in stock by the shop: treated as cancelled",
        "mistari iliyorudishwa stoo na duka: huchukuliwa kama imefutwa",
    )
    LINE_FULFILLED = (
        "line_fulfilled",
        False,
        "lines already fulfilled by the shop: history, not demand",
        "mistari iliyokwisha kutimizwa na duka: historia, si mahitaji",
    )
    CUSTOMER_MISSING = ("customer_missing", False, "orders without a customer", "oda bila mteja")
    DESCRIPTION_MISSING = ("description_missing", False, "lines without a description", "mistari bila maelezo")
    DESCRIPTION_CUT = (
        "description_cut",
        False,
        "descriptions cut to 200 characters",
        "maelezo yaliyokatwa kuwa herufi 200",
    )
    COUNTRY_NOT_KNOWN = (
        "country_not_known",
        False,
        "orders whose country is no single country (left blank)",
        "oda ambazo nchi haijulikani (imeachwa tupu)",
    )
    SKU_MISSING = (
        "sku_missing",
        False,
        'lines without a SKU: their name serves, as "name:…"',
        'mistari bila SKU: jina linatumika, "name:…"',
    )
    SKU_UPPERCASED = (
        "sku_uppercased",
        False,
        "stock codes in small letters, read as capitals",
        "misimbo ya herufi ndogo, imesomwa kwa herufi kubwa",
    )
    SKU_WAS_NUMBER = (
        "sku_was_number",
        False,
        "SKUs that the spreadsheet holds as numbers: zeros in front may be lost",
        "SKU ambazo lahajedwali imezihifadhi kama namba: sifuri za mbele huenda zimepotea",
    )
    PRICE_ROUNDED = (
        "price_rounded",
        False,
        "prices with more decimals than the currency, rounded half to even",
        "bei zenye desimali nyingi kuliko sarafu, zimekadiriwa",
    )
    SKU_NOT_DECIDED = (
        "sku_not_decided",
        True,
        "SKUs with neither our SKU nor a reason to ignore them",
        "SKU zisizo na SKU yetu wala sababu ya kupuuzwa",
    )
    DATE_SERIAL = (
        "date_serial",
        False,
        "dates written as a spreadsheet's day number",
        "tarehe zilizoandikwa kama namba ya siku ya lahajedwali",
    )


RULES: dict[str, Rule] = {rule.rule: rule for rule in Rule}


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong. `row` is None where the whole file is meant; `column` is the name in the header, or ""."""

    row: int | None
    column: str
    code: str
    message_en: str
    message_sw: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth knowing that stops nothing."""

    code: str
    message_en: str
    message_sw: str


@dataclass(slots=True)
class Report:
    """Grows while a file is read; complete once the reading has been iterated to its end.

    `counts` maps a rule's name (see `Rule`) to the lines, rows or orders it met. `error_count` counts all errors,
    `errors` keeps the first `MAX_ERRORS`. `truncated` is True where reading stopped early or errors were only counted.
    """

    format: str
    file_name: str = ""
    file_bytes: int = 0
    sha256: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    rows: int = 0
    orders: int = 0
    lines: int = 0
    pieces: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    warnings: list[Remark] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    truncated: bool = False

    @property
    def ok(self) -> bool:
        """Whether the file may be imported."""
        return self.error_count == 0

    def count(self, rule: Rule, number: int = 1) -> None:
        """`number` more met this rule."""
        self.counts[rule.rule] = self.counts.get(rule.rule, 0) + number

    def warn(self, problem: Problem, **details: object) -> None:
        """Remark on something; the import may go on."""
        self.warnings.append(Remark(problem.code, *problem.sentences(**details)))

    def error(self, row: int | None, column: str, problem: Problem, **details: object) -> None:
        """Something is wrong; nothing of this file will be imported."""
        self.error_count += 1
        column = shorten(column)
        if len(self.errors) >= MAX_ERRORS:
            self.truncated = True
            return
        shown = {key: shorten(value) if isinstance(value, str) else value for key, value in details.items()}
        shown.setdefault("column", column)
        shown.setdefault("value", "")
        if "value" in details:
            shown["value"] = f"“{shown['value']}”"
        english, swahili = problem.sentences(**shown)
        value = shorten(str(details.get("value", "")))
        self.errors.append(RowError(row, column, problem.code, english, swahili, value))

    def cell_error(self, row: int, column: str, problem: CellProblem) -> None:
        """A `CellProblem`, now that row and column are known."""
        self.error(row, column, problem.problem, **problem.details)

    def refuse(self, refusal: FileRefused) -> None:
        """A `FileRefused`: reading has ended."""
        self.error(refusal.row, refusal.column, refusal.problem, **refusal.details)
        self.truncated = self.truncated or self.rows > 0

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: every field, errors and warnings as dicts."""
        data: dict[str, Any] = {
            name: getattr(self, name)
            for name in (
                "format",
                "file_name",
                "file_bytes",
                "sha256",
                "encoding",
                "delimiter",
                "sheet",
                "rows",
                "orders",
            )
        }
        data |= {"lines": self.lines, "pieces": self.pieces, "counts": dict(self.counts)}
        data |= {"error_count": self.error_count, "truncated": self.truncated}
        data["warnings"] = [
            {"code": w.code, "message_en": w.message_en, "message_sw": w.message_sw} for w in self.warnings
        ]
        data["errors"] = [
            {
                "row": e.row,
                "column": e.column,
                "code": e.code,
                "message_en": e.message_en,
                "message_sw": e.message_sw,
                "value": e.value,
            }
            for e in self.errors
        ]
        return data


def shorten(text: str) -> str:
    """At most `VALUE_LENGTH` printable characters of a cell, safe to put into a message."""
    cut = "".join(ch if ch.isprintable() else "�" for ch in text[: VALUE_LENGTH + 1])
    return cut if len(cut) <= VALUE_LENGTH else cut[: VALUE_LENGTH - 1] + "…"


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: a leading = + - @ tab or return gets an apostrophe.

    Source: OWASP, "CSV Injection".
    """
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") else text


def errors_as_csv(errors: Iterable[RowError], language: str = "en") -> bytes:
    """The errors as a CSV file that opens well in a spreadsheet (UTF-8 with BOM) and cannot run anything there."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    swahili = language == "sw"
    writer.writerow(
        ["mstari", "safuwima", "msimbo", "ujumbe", "thamani"]
        if swahili
        else ["row", "column", "code", "message", "value"]
    )
    for error in errors:
        message = error.message_sw if swahili else error.message_en
        row = "" if error.row is None else str(error.row)
        writer.writerow([safe_cell(cell) for cell in (row, error.column, error.code, message, error.value)])
    return out.getvalue().encode("utf-8-sig")
