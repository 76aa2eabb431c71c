"""M-Pesa statements as people download them: many layouts, one shape.

Met in the wild: preamble rows before the header; 7 to 13 columns in changing order; ISO, ``DD-MM-YYYY`` and
``DD/MM/YYYY`` dates in one file; withdrawals written positive or negative; ``1,000.00``; masked numbers; failed rows
that carry an amount; fees in rows of their own; newest first. Rows that cannot be read are told, never guessed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone

from kiwanda.adapters.daraja.results import minor
from kiwanda.ports.payments import NoStatement, Statement, StatementLine, StatementProblem

#: Statements are written in Nairobi's time.
NAIROBI = timezone(timedelta(hours=3))
LARGEST_FILE = 20_000_000
_DATES = (
    "%Y-%m-%d %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d-%m-%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
)
_NUMBER = re.compile(r"(?<![0-9*])(?:254|0)[17*][0-9*]{7,8}(?![0-9*])")
_FEE = re.compile(r"\bcharge|\bfee\b", re.IGNORECASE)
#: Header names as they are compared: letters only, lower case.
_COLUMNS = {
    "receiptno": "receipt",
    "receipt": "receipt",
    "receiptnumber": "receipt",
    "completiontime": "completed",
    "initiationtime": "initiated",
    "details": "details",
    "transactionstatus": "status",
    "status": "status",
    "paidin": "paid_in",
    "withdrawn": "withdrawn",
    "balance": "balance",
    "reasontype": "reason",
    "otherpartyinfo": "party",
    "linkedtransactionid": "linked",
    "acno": "account",
}
#: Without these a row says nothing.
_NEEDED = ("receipt", "completed", "status")


def read_statement(content: bytes) -> Statement:
    """All lines of a statement, oldest first, and the rows that could not be read. Raises :class:`NoStatement`."""
    if len(content) > LARGEST_FILE:
        raise NoStatement(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    rows = list(enumerate(_rows(text), 1))
    for place, (_, row) in enumerate(rows):
        columns = {index: _COLUMNS[name] for index, cell in enumerate(row) if (name := _plain(cell)) in _COLUMNS}
        if set(_NEEDED) <= set(columns.values()) and {"paid_in", "withdrawn"} & set(columns.values()):
            return _read(rows[place + 1 :], columns)
    raise NoStatement(
        "No header row of an M-Pesa statement was found: it names Receipt No., Completion Time, Transaction Status, "
        "Paid In and Withdrawn."
    )


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=_delimiter(text))
    except csv.Error as fault:
        raise NoStatement(f"The file is no CSV: {fault}.") from None


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if "receipt" in line.lower()), "")
    return max((",", ";", "\t"), key=header.count)


def _plain(cell: str) -> str:
    return re.sub(r"[^a-z]", "", cell.lower())


def _read(rows: list[tuple[int, list[str]]], columns: Mapping[int, str]) -> Statement:
    lines: list[StatementLine] = []
    problems: list[StatementProblem] = []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: row[index].strip() if index < len(row) else "" for index, name in columns.items()}
        try:
            lines.append(_line(number, cells))
        except _Bad as fault:
            problems.append(StatementProblem(number, str(fault)))
    # Portals list the newest first. Within a second the file's own order is all there is.
    if lines and lines[0].completed_at >= lines[-1].completed_at:
        lines.reverse()
    lines.sort(key=lambda line: line.completed_at)
    return Statement(tuple(lines), tuple(problems))


class _Bad(ValueError):
    """A row that cannot be read."""


def _line(number: int, cells: Mapping[str, str]) -> StatementLine:
    receipt = cells["receipt"].upper()
    if not re.fullmatch(r"[A-Z0-9]{1,40}", receipt):
        raise _Bad(f"“{cells['receipt'][:40]}” is no receipt number.")
    completed = _time(cells["completed"])
    if completed is None:
        raise _Bad(f"“{cells['completed'][:40]}” is no time like 2026-09-04 16:02:11.")
    paid_in, withdrawn = _amount(cells.get("paid_in", "")), _amount(cells.get("withdrawn", ""))
    balance = _amount(cells["balance"]) if cells.get("balance") else None
    status = cells["status"].lower()
    details = f"{cells.get('details', '')} {cells.get('party', '')}"
    found = _NUMBER.search(details)
    kind = cells.get("reason") or cells.get("details", "")
    return StatementLine(
        row=number,
        receipt_ref=receipt,
        completed_at=completed,
        completed=status == "completed",
        # Some layouts write withdrawals negative, others positive.
        amount_minor=abs(paid_in) - abs(withdrawn),
        balance_minor=balance,
        is_fee=bool(_FEE.search(kind)),
        payee=_international(found[0]) if found else "",
        details=re.sub(r"\s+", " ", cells.get("details", ""))[:200],
        linked_ref=cells.get("linked", "").upper()[:40],
    )


def _time(text: str) -> datetime | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=NAIROBI)
        except ValueError:
            continue
    return None


def _amount(text: str) -> int:
    if not text:
        return 0
    cents = minor(text)
    if cents is None:
        raise _Bad(f"“{text[:40]}” is no amount.")
    return cents


def _international(number: str) -> str:
    return f"254{number[1:]}" if number.startswith("0") else number
