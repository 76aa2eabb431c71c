"""The SKU mapping as a file: what each of a channel's SKUs is here. CSV or XLSX.

Columns: external_sku (required), sku, pieces_per_unit (1 where blank), ignore_reason, description (not read). Each row
says either our SKU or why the SKU is ignored. A row with neither says nothing yet and is passed over, so that the list
of unmapped SKUs can be filled in bit by bit and uploaded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .cells import clean_text, code_of, text_of, whole_of
from .problems import CellProblem, FileRefused, Problem
from .reading import SKU_LENGTH
from .report import Report, Rule
from .source import Source
from .tabular import Column, Table, open_table

COLUMNS = (
    Column(
        "external_sku",
        required=True,
        aliases=("stock_code", "channel_sku", "shop_sku", "msimbo_wa_duka"),
    ),
    Column("sku", required=True, aliases=("our_sku", "kiwanda_sku", "variant", "msimbo")),
    Column("pieces_per_unit", aliases=("pieces", "vipande_kwa_kipimo")),
    Column("ignore_reason", aliases=("ignored_reason", "ignore", "sababu")),
    Column("description", aliases=("maelezo",), ignored=True),
    Column("waiting_lines", ignored=True),
    Column("waiting_units", ignored=True),
)

MAX_PIECES = 10_000
MAX_REASON = 120


@dataclass(frozen=True, slots=True)
class ParsedMapping:
    """One SKU's meaning: ``sku`` is ours and ``ignore_reason`` blank, or the other way round."""

    external_sku: str
    sku: str
    pieces_per_unit: int
    ignore_reason: str
    row: int


def read_sku_mapping(source: Source, *, name: str = "", sheet: str = "") -> tuple[list[ParsedMapping], Report]:
    """All rows and the report. Never raises for what is in the file."""
    report = Report("sku_mapping")
    found: list[ParsedMapping] = []
    try:
        with open_table(source, COLUMNS, report, name=name, sheet=sheet) as table:
            found.extend(_parse(table, report))
    except FileRefused as refusal:
        report.refuse(refusal)
    return found, report


def _parse(table: Table, report: Report) -> Iterator[ParsedMapping]:
    at, headings = table.index, table.headings
    rows: dict[str, int] = {}
    for row, cells in table.rows():

        def cell(name: str) -> object:
            return cells[at[name]] if name in at else ""  # noqa: B023 - used within this turn of the loop only

        column = "external_sku"
        try:
            external = code_of(cells[at[column]], SKU_LENGTH)
            if not external:
                raise CellProblem(Problem.BLANK)
            if external in rows:
                raise CellProblem(Problem.SKU_TWICE, value=external, earlier=rows[external])
            rows[external] = row
            column = "sku"
            sku = code_of(cells[at[column]], SKU_LENGTH)
            column = "ignore_reason"
            reason = clean_text(str(cell(column)))
            if len(reason) > MAX_REASON:
                raise CellProblem(Problem.TEXT_TOO_LONG, value=reason, limit=MAX_REASON)
            if sku and reason:
                raise CellProblem(Problem.MAPPED_AND_IGNORED, value=reason)
            column = "pieces_per_unit"
            pieces = 1
            raw = cells[at[column]] if column in at else ""
            if text_of(raw):
                pieces = whole_of(raw, ".")
                if not 1 <= pieces <= MAX_PIECES:
                    raise CellProblem(Problem.PIECES_RANGE, value=text_of(raw), limit=f"{MAX_PIECES:,}")
        except CellProblem as problem:
            report.cell_error(row, headings.get(column, column), problem)
            continue
        if not sku and not reason:
            report.count(Rule.SKU_NOT_DECIDED)
            continue
        report.lines += 1
        yield ParsedMapping(external, sku, pieces, reason, row)
