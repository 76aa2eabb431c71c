"""An advance begins: the workshop has the money or the material, and the ledger says so."""

from __future__ import annotations

from kiwanda.core import jobs
from kiwanda.core.commands import Context
from kiwanda.factory.advances.events import AdvanceBegun
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.repaying import account
from kiwanda.factory.advances.states import ADVANCE
from kiwanda.factory.settlement import adjustments, ledger
from kiwanda.factory.settlement.models import LedgerEntry

INCOME_FEES = "income:advance-fees"
COST_WRITTEN_OFF = "cost:advances-written-off"


def begin(ctx: Context, advance: Advance, **updates: object) -> None:
    """Early pay goes into the next payout, material is booked out of its hub, a lender is asked to pay.

    The advance is in the state it was decided in; ``updates`` are set with the move.
    """
    if advance.kind == "loan":
        ADVANCE.move(advance, "sending", **updates)
        jobs.enqueue("advances.pay_out_loan", advance_id=str(advance.pk))
        return
    ADVANCE.move(advance, "running", begun_at=ctx.now, entry=_booked(ctx, advance), **updates)
    told(ctx, advance)


def told(ctx: Context, advance: Advance) -> None:
    """Say that the workshop has it."""
    ctx.emit(AdvanceBegun(advance.pk, advance.workshop_id, advance.kind, advance.principal_minor, advance.currency))


def _booked(ctx: Context, advance: Advance) -> LedgerEntry | None:
    owed = account(advance.workshop.code)
    if advance.kind == "pay":
        return adjustments.add(
            ctx, kind="advance_paid", source_id=advance.pk, workshop=advance.workshop,
            amount_minor=advance.principal_minor, currency=advance.currency, cost=owed, reason=advance.code,
        ).entry  # fmt: skip
    moves = [ledger.Move(owed, f"material:{advance.hub_code}", advance.principal_minor, advance.currency)]
    if advance.fee_minor:
        moves.append(ledger.Move(owed, INCOME_FEES, advance.fee_minor, advance.currency))
    return ledger.post(f"advance_material:{advance.pk}", "advance_material", advance.pk, moves, ctx.now)
