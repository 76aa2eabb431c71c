"""A second person decides about pay for faulty pieces."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import adjustments, ledger, queries
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import CorrectionDecided
from kiwanda.factory.settlement.models import Account, Correction, Earning, LedgerEntry
from kiwanda.factory.settlement.states import CORRECTION


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def decide_correction(ctx: Context, *, correction_id: UUID, outcome: str) -> Correction:
    """``booked`` (not paid yet: the earning is reversed), ``written_off`` (the factory bears it), ``withdrawn``.

    Another person than the proposer, except for withdrawing. What was paid is never taken back here: that takes the
    workshop's own word (``answer_correction``).
    """
    fields.choice("outcome", outcome, ("booked", "written_off", "withdrawn"))
    row = one(queries.corrections(ctx.actor).select_related("workshop").order_by(), correction_id, "correction")
    if outcome != "withdrawn" and (ctx.actor.id is None or ctx.actor.id == row.proposed_by):
        raise Rejected(SettlementError.SAME_PERSON)
    if not CORRECTION.allows(row.state, outcome):
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    entry: LedgerEntry | None = None
    if outcome == "booked":
        entry = _reverse(ctx, row)
    elif outcome == "written_off":
        entry = ledger.post(
            f"correction-written-off:{row.pk}", "correction_written_off", row.pk, [_borne(row, row.amount_minor)],
            ctx.now,
        )  # fmt: skip
    CORRECTION.move(row, outcome, decided_at=ctx.now, decided_by=ctx.actor.id, entry=entry)
    ctx.emit(decided(row))
    return row


def decided(row: Correction) -> CorrectionDecided:
    """What is told of a correction in its present state."""
    return CorrectionDecided(
        correction_id=row.pk, workshop_id=row.workshop_id, amount_minor=row.amount_minor, currency=row.currency,
        state=row.state,
    )


def _reverse(ctx: Context, row: Correction) -> LedgerEntry:
    earning = Earning.objects.select_for_update(of=("self",)).get(pk=row.earning_id)
    if row.after_pay or earning.payout_id is not None:
        raise Rejected(SettlementError.IN_A_BATCH)
    code = ledger.payable(row.workshop.code)
    # An instalment may have been taken off the earning already: no more is taken back than is still owed.
    free = Account.objects.select_for_update().get(code=code).balance_minor - queries.drafted_minor(row.workshop_id)
    part = min(row.amount_minor, max(0, free))
    moves = [ledger.Move(code, ledger.COST_PIECEWORK, part, row.currency)] if part else []
    if part < row.amount_minor:
        moves.append(_borne(row, row.amount_minor - part))
    entry = ledger.post(f"earning-corrected:{row.pk}", "earning_corrected", row.pk, moves, ctx.now)
    if part:
        adjustments.take_back(
            ctx, kind="corrected", source_id=row.pk, earning=earning, amount_minor=part, entry=entry, reason=row.reason
        )
    return entry


def _borne(row: Correction, amount_minor: int) -> ledger.Move:
    return ledger.Move(ledger.COST_WRITTEN_OFF, ledger.COST_PIECEWORK, amount_minor, row.currency)
