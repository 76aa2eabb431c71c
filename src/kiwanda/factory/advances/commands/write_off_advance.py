"""The house gives up what is left of an advance."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.advances import queries
from kiwanda.factory.advances.beginning import COST_WRITTEN_OFF
from kiwanda.factory.advances.errors import AdvancesError
from kiwanda.factory.advances.events import AdvanceWrittenOff
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.repaying import account
from kiwanda.factory.advances.states import ADVANCE
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import ledger


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def write_off_advance(ctx: Context, *, advance_id: UUID, reason: str) -> Advance:
    """Book what is left as a cost (a death, a workshop that closed). A lender's loan is the lender's to forgive."""
    why = fields.text("reason", reason, 200)
    row = one(queries.advances(ctx.actor).select_related("workshop").order_by(), advance_id, "advance")
    if row.state != "running" or row.lender:
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    if ctx.actor.id is None or ctx.actor.id in (row.decided_by, row.confirmed_by):
        raise Rejected(AdvancesError.NEEDS_SECOND)
    left = row.left_minor
    ledger.post(
        f"advance_written_off:{row.pk}", "advance_written_off", row.pk,
        [ledger.Move(COST_WRITTEN_OFF, account(row.workshop.code), left, row.currency)], ctx.now,
    )  # fmt: skip
    ADVANCE.move(row, "written_off", ended_at=ctx.now, answer=why)
    ctx.emit(AdvanceWrittenOff(row.pk, row.workshop_id, left, row.currency, why))
    return row
