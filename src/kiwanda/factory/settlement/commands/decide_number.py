"""A second person looks at a payee's new number."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import jobs
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import NumberDecided
from kiwanda.factory.settlement.models import NumberHold
from kiwanda.factory.settlement.states import NUMBER_HOLD


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def decide_number(ctx: Context, *, number_hold_id: UUID, confirmed: bool, note: str) -> NumberHold:
    """Confirm that the number is the payee's (``note`` says how one knows), or refuse it until it is put right.

    Another person than the one who entered it. Confirmed, it is paid when the 48 hours are over.
    """
    how = fields.text("note", note, 200)
    row = one(queries.number_holds(ctx.actor).order_by(), number_hold_id, "changed number")
    if ctx.actor.id is None or ctx.actor.id == row.changed_by:
        raise Rejected(SettlementError.SAME_PERSON)
    NUMBER_HOLD.move(
        row, "confirmed" if confirmed else "refused", decided_at=ctx.now, decided_by=ctx.actor.id, note=how
    )
    ctx.emit(
        NumberDecided(
            number_hold_id=row.pk, artisan_id=row.artisan_id, workshop_id=row.workshop_id, state=row.state
        )
    )
    jobs.enqueue("settlement.send_ready_payouts")
    return row
