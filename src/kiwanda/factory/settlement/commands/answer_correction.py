"""The workshop answers whether pay may be taken back."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import ledger, queries
from kiwanda.factory.settlement.commands.decide_correction import decided
from kiwanda.factory.settlement.models import Correction
from kiwanda.factory.settlement.states import CORRECTION


@command(roles={Role.ARTISAN}, separate=True)
def answer_correction(ctx: Context, *, correction_id: UUID, consent: bool) -> Correction:
    """Agree (a quarter of each later earning at most, until it is made good) or refuse (the factory bears it)."""
    row = one(queries.corrections(ctx.actor).select_related("workshop").order_by(), correction_id, "correction")
    if row.state != "proposed" or not row.after_pay:
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    if not consent:
        CORRECTION.move(row, "refused", decided_at=ctx.now, decided_by=ctx.actor.id)
    else:
        entry = ledger.post(
            f"correction-agreed:{row.pk}", "correction_agreed", row.pk,
            [ledger.Move(ledger.recover(row.workshop.code), ledger.COST_PIECEWORK, row.amount_minor, row.currency)],
            ctx.now,
        )  # fmt: skip
        CORRECTION.move(row, "agreed", decided_at=ctx.now, decided_by=ctx.actor.id, entry=entry)
    ctx.emit(decided(row))
    return row
