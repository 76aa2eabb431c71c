"""A table out of a file: find the header, tell the columns, yield the rows with the numbers a spreadsheet shows.

Rows are counted as a spreadsheet counts them: the first record is row 1, a quoted cell with line breaks is one row,
blank rows count.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from .cells import Cell
from .problems import FileRefused, Problem
from .report import Report, Rule, shorten
from .source import LocalFile, Source, local_file

MAX_CELL = 131_072
"""Characters in one cell (Python's own limit for CSV; a spreadsheet ends at 32,767)."""

MAX_LINE = 1 << 20
MAX_COLUMNS = 512
MAX_ROWS = 20_000_000
DELIMITERS = (",", ";", "\t", "|")
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column a format knows. `aliases` are other headings for it; headings are compared by `heading_key`.

    An `ignored` column belongs to the format but is not read, and so not remarked on.
    """

    name: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    ignored: bool = False


def heading_key(heading: str) -> str:
    """A heading without case, spaces, underscores, dashes, dots, so that "Order No." is "order_no"."""
    return "".join(ch for ch in heading.casefold() if ch.isalnum())


class Table(Protocol):
    """A header and the rows below it. `index` maps a known column's name to its place in a row."""

    index: dict[str, int]
    headings: dict[str, str]

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """(row number, cells as wide as the header); may be iterated again from the start."""

    def progress(self) -> float:
        """How much has been read, 0.0 to 1.0."""


@contextmanager
def open_table(
    source: Source, columns: Sequence[Column], report: Report, *, name: str = "", sheet: str = ""
) -> Iterator[Table]:
    """Open CSV (plain or gzip) or XLSX, by content and not by name.

    Raises
    ------
    FileRefused
        The file is not such a table; nothing can be read.
    """
    with local_file(source, name) as file:
        report.file_name, report.file_bytes, report.sha256 = file.name, file.size, file.sha256
        if file.kind == "zip":
            from .spreadsheet import open_workbook

            with open_workbook(file, columns, report, sheet) as table:
                yield table
            return
        report.encoding = file.encoding
        if file.fallback:
            report.warn(Problem.ENCODING_FALLBACK)
        yield CsvTable(file, columns, report)


def match_columns(
    header: Sequence[str], columns: Sequence[Column], report: Report, row: int
) -> tuple[dict[str, int], dict[str, str]]:
    """Find each known column in the header; remark on unknown ones.

    Returns the place of each known column, and the heading it has in this file.

    Raises
    ------
    FileRefused
        A required column is missing, or a known column stands twice.
    """
    if len(header) > MAX_COLUMNS:
        raise FileRefused(Problem.TOO_MANY_COLUMNS, row=row, count=len(header), limit=MAX_COLUMNS)
    known = {heading_key(alias): column for column in columns for alias in (column.name, *column.aliases)}
    index: dict[str, int] = {}
    headings: dict[str, str] = {}
    unknown: list[str] = []
    for place, heading in enumerate(header):
        column = known.get(heading_key(heading))
        if column is None:
            if heading.strip():
                unknown.append(heading.strip())
            continue
        if column.ignored:
            continue
        if column.name in index:
            raise FileRefused(Problem.COLUMN_TWICE, row=row, column=heading.strip())
        index[column.name] = place
        headings[column.name] = heading.strip()
    missing = [column.name for column in columns if column.required and column.name not in index]
    if missing:
        found = ", ".join(shorten(heading.strip()) for heading in header[:30] if heading.strip())
        for name in missing[1:]:
            report.error(row, name, Problem.COLUMN_MISSING, found=found)
        raise FileRefused(Problem.COLUMN_MISSING, row=row, column=missing[0], found=found)
    if unknown:
        report.warn(Problem.COLUMNS_UNKNOWN, columns=", ".join(shorten(heading) for heading in unknown[:30]))
    return index, headings


class CsvTable:
    """A text table; delimiter found by trying each on the header and keeping the one that shows most known columns."""

    def __init__(self, file: LocalFile, columns: Sequence[Column], report: Report) -> None:
        self._file = file
        self._report = report
        self._open_row = 1
        self._text: io.TextIOWrapper | None = None
        known = {heading_key(alias) for column in columns for alias in (column.name, *column.aliases)}
        self._delimiter, self._directive = self._find_delimiter(known)
        report.delimiter = _DELIMITER_NAMES.get(self._delimiter, self._delimiter)
        self._header, self._header_row = self._find_header()
        self.index, self.headings = match_columns(self._header, columns, report, self._header_row)

    def progress(self) -> float:
        """Share of the bytes read."""
        return min(1.0, self._file.stream.tell() / self._file.size) if self._file.size else 1.0

    def _lines(self) -> Iterator[str]:
        self._file.stream.seek(0)
        if self._text is not None:
            self._text.detach()
        text = io.TextIOWrapper(cast(BinaryIO, _Borrowed(self._file.stream)), encoding=self._file.encoding, newline="")
        self._text = text
        limit = MAX_LINE
        readline: Callable[[int], str] = text.readline
        if self._directive:
            readline(limit)
        while line := readline(limit):
            if len(line) >= limit and line[-1] not in "\r\n":
                raise _LineTooLong(line)
            yield line

    def _find_delimiter(self, known: set[str]) -> tuple[str, bool]:
        self._directive = False
        opening = ""
        for line in self._lines_or_refuse():
            stripped = line.strip()
            if not opening and len(stripped) == 5 and stripped.lower().startswith("sep="):
                # Excel's own first line naming the delimiter; spreadsheets do not show it as a row.
                return stripped[4], True
            opening += line
            if stripped and (opening.count('"') % 2 == 0 or len(opening) > 65536):
                break
        if not opening.strip():
            raise FileRefused(Problem.FILE_EMPTY)
        best, most = ",", (-1, -1)
        for delimiter in DELIMITERS:
            try:
                records = [
                    cells for cells in csv.reader(io.StringIO(opening, newline=""), delimiter=delimiter) if any(cells)
                ]
            except csv.Error:
                continue
            cells = records[0] if records else []
            score = (sum(heading_key(cell) in known for cell in cells), len(cells))
            if score > most:
                best, most = delimiter, score
        return best, False

    def _lines_or_refuse(self) -> Iterator[str]:
        try:
            yield from self._lines()
        except _LineTooLong as error:
            raise FileRefused(Problem.CELL_TOO_LONG, row=1, limit=f"{MAX_CELL:,}") from error

    def _find_header(self) -> tuple[list[str], int]:
        reader = csv.reader(self._lines_or_refuse(), delimiter=self._delimiter, strict=True)
        row = 0
        try:
            for cells in reader:
                row += 1
                if any(cell.strip() for cell in cells):
                    while cells and not cells[-1].strip():
                        cells.pop()
                    return cells, row
        except csv.Error as error:
            raise self._csv_error(error, row + 1) from error
        raise FileRefused(Problem.FILE_EMPTY)

    @staticmethod
    def _csv_error(error: csv.Error, row: int) -> FileRefused:
        if "field larger" in str(error):
            return FileRefused(Problem.CELL_TOO_LONG, row=row, limit=f"{MAX_CELL:,}")
        return FileRefused(Problem.QUOTES, row=row, reason=_plain_reason(str(error)))

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Rows below the header. Faulty rows become errors in the report and are passed over."""
        report, width, header = self._report, len(self._header), self._header
        has_nul = self._file.has_nul
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        row = 0
        unnamed: set[int] = {place for place, heading in enumerate(header) if not heading.strip()}
        data_rows = 0
        while True:
            try:
                for cells in reader:
                    row += 1
                    if row <= self._header_row:
                        continue
                    if not cells or (not cells[0].strip() and not any(cell.strip() for cell in cells)):
                        report.count(Rule.BLANK_ROW)
                        continue
                    found = len(cells)
                    if found != width:
                        if found < width:
                            cells += [""] * (width - found)
                        elif any(cell.strip() for cell in cells[width:]):
                            report.rows += 1
                            report.error(row, "", Problem.ROW_TOO_LONG, count=found, width=width)
                            continue
                    if has_nul and any("\0" in cell for cell in cells):
                        place = next(place for place, cell in enumerate(cells) if "\0" in cell)
                        report.rows += 1
                        report.error(row, header[place] if place < width else "", Problem.NUL_BYTE)
                        continue
                    if cells[0].lstrip("\ufeff") == header[0] and cells[1:width] == header[1:]:
                        report.count(Rule.HEADER_AGAIN)
                        continue
                    if unnamed:
                        for place in [place for place in unnamed if cells[place].strip()]:
                            report.warn(Problem.COLUMN_UNNAMED, columns=column_letter(place))
                            unnamed.discard(place)
                    data_rows += 1
                    if data_rows > MAX_ROWS:
                        raise FileRefused(Problem.TOO_MANY_ROWS, row=row, limit=f"{MAX_ROWS:,}")
                    report.rows += 1
                    yield row, cells
                break
            except csv.Error as error:
                row += 1
                refusal = self._csv_error(error, row)
                if refusal.problem is Problem.CELL_TOO_LONG or "unexpected end" in str(error):
                    # What follows is the inside of a quoted cell: reading on would only make up nonsense.
                    raise refusal from error
                report.rows += 1
                report.refuse(refusal)
                report.truncated = False
            except _LineTooLong as error:
                place = error.place(self._delimiter)
                column = header[place] if place < width else ""
                raise FileRefused(Problem.CELL_TOO_LONG, row=row + 1, column=column, limit=f"{MAX_CELL:,}") from error
        if data_rows == 0 and not report.errors:
            raise FileRefused(Problem.NO_ROWS, row=self._header_row)


class _LineTooLong(Exception):
    def __init__(self, line: str) -> None:
        super().__init__("line too long")
        self._line = line

    def place(self, delimiter: str) -> int:
        """Which cell of the line was open when the limit was reached: counted outside quotes."""
        return sum(part.count(delimiter) for part in self._line.split('"')[::2])


class _Borrowed(io.RawIOBase):
    """Lets a text wrapper read a stream without closing it."""

    def __init__(self, stream: object) -> None:
        self._read = stream.read  # type: ignore[attr-defined]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        chunk = self._read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)


def _plain_reason(reason: str) -> str:
    if "unexpected end" in reason:
        return "a quote is opened and never closed"
    if "expected after" in reason:
        return "text follows a closing quote"
    return reason


def column_letter(place: int) -> str:
    """0 is A, 25 is Z, 26 is AA: a spreadsheet's name of a column."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
