"""Bring a rail's own statement in."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from uuid import UUID

from kiwanda import ports
from kiwanda.core import files
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.factory.settlement import ledger, numbers
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import RailStatementImported
from kiwanda.factory.settlement.models import RailLine, RailStatement
from kiwanda.ports.payments import NoStatement, PaymentRail, StatementLine

LARGEST_FILE = 20_000_000


@command(roles={Role.FINANCE_MAKER}, separate=True)
def import_rail_statement(ctx: Context, *, filename: str, content: bytes) -> RailStatement:
    """Keep the lines of a statement of the bound rail and book its fees; the same lines again change nothing.

    Nothing else is booked and no payout is moved: what differs is shown for people to settle
    (:mod:`kiwanda.factory.settlement.reconciling`). Rows that cannot be read are listed on the statement.
    """
    rail: PaymentRail = ports.bound("payments")
    if len(content) > LARGEST_FILE:
        raise Invalid(SettlementError.STATEMENT_UNREADABLE, field="file", reason="It is larger than 20 MB.")
    digest = hashlib.sha256(content).hexdigest()
    if RailStatement.objects.filter(rail=rail.name, file_sha256=digest).exists():
        raise Rejected(SettlementError.STATEMENT_KNOWN)
    try:
        read = rail.read_statement(content)
    except NoStatement as fault:
        raise Invalid(SettlementError.STATEMENT_UNREADABLE, field="file", reason=str(fault)) from None
    if not read.lines:
        raise Invalid(SettlementError.STATEMENT_UNREADABLE, field="file", reason="It has no line that could be read.")
    statement = RailStatement(
        rail=rail.name, filename=filename[-200:], file_sha256=digest, line_count=len(read.lines), new_count=0,
        problems=[[problem.row, problem.message] for problem in read.problems[:500]], gaps=balance_gaps(read.lines),
        imported_at=ctx.now, imported_by=ctx.actor.id,
    )
    new = _new_lines(statement, read.lines)
    fees = [line for line in new if line.is_fee and line.completed and line.amount_minor < 0]
    statement.new_count, statement.fees_minor = len(new), -sum(line.amount_minor for line in fees)
    files.save(content, "text/csv")
    statement.save(force_insert=True)
    RailLine.objects.bulk_create(new, batch_size=500)
    _book_fees(ctx, rail.name, fees)
    ctx.emit(
        RailStatementImported(
            rail_statement_id=statement.pk, rail=rail.name, lines=statement.line_count, new_lines=statement.new_count,
            fees_minor=statement.fees_minor, unreadable=len(read.problems),
        )
    )
    return statement


def balance_gaps(lines: Iterable[StatementLine]) -> list[list[object]]:
    """Where the balance before a line is not the one after the line before it: ``[receipt, time, missing cents,
    receipt before, its time]``.

    A missing line reveals a payment nobody knows of. Lines without a balance, and rows that could not be read, break
    the chain without proving anything.
    """
    gaps: list[list[object]] = []
    rows = list(lines)
    for before, line in itertools.pairwise(rows):
        if before.balance_minor is None or line.balance_minor is None:
            continue
        missing = line.balance_minor - before.balance_minor - (line.amount_minor if line.completed else 0)
        if missing:
            gaps.append(
                [line.receipt_ref, line.completed_at.isoformat(), missing, before.receipt_ref,
                 before.completed_at.isoformat()]
            )  # fmt: skip
    return gaps


def _new_lines(statement: RailStatement, lines: tuple[StatementLine, ...]) -> list[RailLine]:
    rows = [
        RailLine(
            statement=statement, position=position, rail=statement.rail, receipt_ref=line.receipt_ref,
            completed_at=line.completed_at, completed=line.completed, is_fee=line.is_fee,
            amount_minor=line.amount_minor, balance_minor=line.balance_minor, payee_masked=numbers.masked(line.payee),
            linked_ref=line.linked_ref,
        )
        for position, line in enumerate(lines)
    ]  # fmt: skip
    span = (lines[0].completed_at, lines[-1].completed_at)
    known = {
        identity(row)
        for row in RailLine.objects.filter(rail=statement.rail, completed_at__range=span).only(*IDENTITY)
    }
    new: list[RailLine] = []
    for row in rows:
        if identity(row) not in known:
            known.add(identity(row))
            new.append(row)
    return new


IDENTITY = ("receipt_ref", "completed_at", "amount_minor", "is_fee", "completed")


def identity(row: RailLine) -> tuple[object, ...]:
    """What makes two lines of overlapping statements the same."""
    return tuple(getattr(row, name) for name in IDENTITY)


def _book_fees(ctx: Context, rail: str, fees: list[RailLine]) -> None:
    ledger.post_many(
        [
            ledger.Posting(
                f"rail-fee:{rail}:{line.receipt_ref}:{line.completed_at:%Y%m%d%H%M%S}:{-line.amount_minor}",
                "rail_fee",
                UUID(str(line.pk)),
                (ledger.Move(ledger.COST_FEES, ledger.float_at(rail), -line.amount_minor, ledger.RAIL_CURRENCY),),
            )
            for line in fees
        ],
        ctx.now,
    )
