"""XLSX through openpyxl's read-only mode, behind limits: formulas are refused, hidden sheets never read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .cells import Cell
from .problems import FileRefused, Problem
from .report import Report, Rule
from .source import LocalFile
from .tabular import MAX_CELL, MAX_COLUMNS, Column, Table, column_letter, heading_key, match_columns

MAX_UNPACKED = 512 << 20
MAX_PART_RATIO = 250
RATIO_FLOOR = 16 << 20
MAX_PARTS = 5000
MAX_SHARED_STRINGS = 96 << 20
"""The one part openpyxl must hold in memory."""

MAX_SHEET_ROWS = 1_048_576


@contextmanager
def open_workbook(file: LocalFile, columns: Sequence[Column], report: Report, sheet: str = "") -> Iterator[Table]:
    """The one visible sheet that holds such a table.

    Raises
    ------
    FileRefused
        Not a workbook, damaged, a bomb; no such sheet, or more than one.
    """
    import openpyxl

    _check_archive(file)
    try:
        workbook = openpyxl.load_workbook(file.stream, read_only=True, data_only=False, keep_links=False)
    except FileRefused:
        raise
    except Exception as error:  # openpyxl raises anything from KeyError to ParseError on damaged files
        raise FileRefused(Problem.XLSX_BROKEN, reason=_reason(error)) from error
    try:
        chosen = _choose(workbook, columns, report, sheet)
        report.sheet = chosen.title
        report.encoding = "xlsx"
        yield SheetTable(chosen, columns, report)
    finally:
        workbook.close()


def _reason(error: Exception) -> str:
    return type(error).__name__


def _check_archive(file: LocalFile) -> None:
    file.stream.seek(0)
    try:
        with zipfile.ZipFile(file.stream) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                kind = "an OpenDocument file (save it as .xlsx)" if "mimetype" in names else "a zip archive"
                raise FileRefused(Problem.NOT_A_TABLE, kind=kind)
            if len(parts) > MAX_PARTS:
                raise FileRefused(Problem.FILE_BOMB, detail=f"{len(parts)} parts")
            total = sum(part.file_size for part in parts)
            if total > MAX_UNPACKED:
                raise FileRefused(Problem.FILE_BOMB, detail=f"{total >> 20} MiB")
            for part in parts:
                if part.file_size > RATIO_FLOOR and part.file_size > part.compress_size * MAX_PART_RATIO:
                    raise FileRefused(Problem.FILE_BOMB, detail=f"{part.filename[:60]}: {part.file_size >> 20} MiB")
                if part.filename.endswith("sharedStrings.xml") and part.file_size > MAX_SHARED_STRINGS:
                    raise FileRefused(Problem.FILE_BOMB, detail=f"{part.file_size >> 20} MiB of texts")
                if part.flag_bits & 1:
                    raise FileRefused(Problem.NOT_A_TABLE, kind="a workbook locked by a password")
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!doctype" in opened.read(4096).lower():
                            raise FileRefused(Problem.XLSX_BROKEN, reason="it declares XML entities")
    except FileRefused:
        raise
    except Exception as error:  # a damaged archive raises BadZipFile, NotImplementedError, zlib.error, struct.error …
        raise FileRefused(Problem.XLSX_BROKEN, reason=_reason(error)) from error
    file.stream.seek(0)


def _choose(workbook: Any, columns: Sequence[Column], report: Report, wanted: str) -> Any:
    required = [{heading_key(alias) for alias in (c.name, *c.aliases)} for c in columns if c.required]
    visible, hidden, fitting = [], [], []
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            hidden.append(sheet.title)
            continue
        opening = _opening(sheet)
        if opening is None:
            continue
        visible.append(sheet)
        keys = {heading_key(str(cell)) for cell in opening}
        if all(keys & names for names in required):
            fitting.append(sheet)
    if hidden:
        report.warn(Problem.SHEETS_HIDDEN, sheets=", ".join(hidden))
    titles = ", ".join(sheet.title for sheet in visible)
    if wanted:
        for sheet in visible:
            if sheet.title == wanted:
                return sheet
        raise FileRefused(Problem.SHEET_UNKNOWN, sheet=wanted, sheets=titles)
    if not visible:
        raise FileRefused(Problem.SHEET_NONE)
    if len(fitting) > 1:
        raise FileRefused(Problem.SHEETS_SEVERAL, sheets=", ".join(sheet.title for sheet in fitting))
    chosen = fitting[0] if fitting else visible[0]
    others = [sheet.title for sheet in visible if sheet is not chosen]
    if others:
        report.warn(Problem.SHEETS_NOT_READ, sheet=chosen.title, others=", ".join(others))
    return chosen


def _opening(sheet: Any) -> list[object] | None:
    """The first row with anything in it, among the first hundred; None for a sheet without cells."""
    try:
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=100):
            cells = [cell.value for cell in row if cell.value is not None]
            if cells:
                return cells
    except Exception as error:
        raise FileRefused(Problem.XLSX_BROKEN, reason=_reason(error)) from error
    return None


class SheetTable:
    """Rows of one sheet. A formula or an error value in a column that is read refuses that row."""

    def __init__(self, sheet: Any, columns: Sequence[Column], report: Report) -> None:
        self._sheet = sheet
        self._report = report
        self._at = 0
        self._total = 0
        dimension = str(getattr(sheet, "dimensions", "") or "") if getattr(sheet, "_max_row", None) else ""
        if ":" in dimension:
            digits = "".join(ch for ch in dimension.split(":")[1] if ch.isdigit())
            self._total = min(int(digits or 0), MAX_SHEET_ROWS)
        sheet.reset_dimensions()
        self._header, self._header_row = self._find_header()
        self.index, self.headings = match_columns(self._header, columns, report, self._header_row)

    def progress(self) -> float:
        """Share of the rows the sheet claims to have; 0.0 where it claims nothing."""
        return min(1.0, self._at / self._total) if self._total else 0.0

    def _raw(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Every row with its number; anything openpyxl stumbles over refuses the file at that row."""
        number = 0
        try:
            for number, row in enumerate(self._sheet.iter_rows(), start=1):
                if number > MAX_SHEET_ROWS:
                    raise FileRefused(Problem.TOO_MANY_ROWS, row=number, limit=f"{MAX_SHEET_ROWS:,}")
                if len(row) > MAX_COLUMNS and any(cell.value is not None for cell in row[MAX_COLUMNS:]):
                    raise FileRefused(Problem.TOO_MANY_COLUMNS, row=number, count=len(row), limit=MAX_COLUMNS)
                yield number, row
        except FileRefused:
            raise
        except Exception as error:
            raise FileRefused(Problem.XLSX_BROKEN, row=number + 1, reason=_reason(error)) from error

    def _find_header(self) -> tuple[list[str], int]:
        for number, row in self._raw():
            header = ["" if cell.value is None else str(cell.value) for cell in row]
            if any(cell.strip() for cell in header):
                while header and not header[-1].strip():
                    header.pop()
                return header, number
        raise FileRefused(Problem.FILE_EMPTY)

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Rows below the header, as wide as the header."""
        report, header, width = self._report, self._header, len(self._header)
        read = set(self.index.values())
        unnamed = {place for place, heading in enumerate(header) if not heading.strip()}
        data_rows = 0
        for number, row in self._raw():
            if number <= self._header_row:
                continue
            self._at = number
            values: list[Cell] = [cell.value for cell in row]
            if not any(value is not None and value != "" for value in values):
                report.count(Rule.BLANK_ROW)
                continue
            data_rows += 1
            report.rows += 1
            if len(values) > width:
                if any(value is not None and str(value).strip() for value in values[width:]):
                    report.error(number, "", Problem.ROW_TOO_LONG, count=len(values), width=width)
                    continue
                del values[width:]
            elif len(values) < width:
                values += [None] * (width - len(values))
            if [str(value) if value is not None else "" for value in values] == header:
                report.rows -= 1
                report.count(Rule.HEADER_AGAIN)
                continue
            if self._faulty(number, row, read):
                continue
            for place in [place for place in unnamed if values[place] is not None]:
                report.warn(Problem.COLUMN_UNNAMED, columns=column_letter(place))
                unnamed.discard(place)
            yield number, ["" if value is None else value for value in values]
        if data_rows == 0 and not report.errors:
            raise FileRefused(Problem.NO_ROWS, row=self._header_row)

    def _faulty(self, number: int, row: tuple[Any, ...], read: set[int]) -> bool:
        faulty = False
        for place, cell in enumerate(row[: len(self._header)]):
            if place not in read or cell.value is None:
                continue
            kind, column = cell.data_type, self._header[place]
            if kind == "f":
                self._report.error(number, column, Problem.FORMULA, value=str(cell.value))
            elif kind == "e":
                self._report.error(number, column, Problem.CELL_ERROR, value=str(cell.value))
            elif isinstance(cell.value, str) and len(cell.value) > MAX_CELL:
                self._report.error(number, column, Problem.CELL_TOO_LONG, limit=f"{MAX_CELL:,}")
            elif isinstance(cell.value, str) and "\0" in cell.value:
                self._report.error(number, column, Problem.NUL_BYTE)
            else:
                continue
            faulty = True
        return faulty
