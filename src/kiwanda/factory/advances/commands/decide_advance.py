"""Staff decide about a request; above a sum a second person confirms."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.advances import beginning, queries, terms
from kiwanda.factory.advances.errors import AdvancesError
from kiwanda.factory.advances.events import AdvanceDecided, AdvanceWithdrawn
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.states import ADVANCE
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one


@command(roles={Role.FINANCE_MAKER}, separate=True)
def decide_advance(ctx: Context, *, advance_id: UUID, approve: bool, answer: str = "") -> Advance:
    """Approve or decline; declining takes an answer. Up to the terms' sum the advance begins at once."""
    words = fields.text("answer", answer, 200, required=not approve)
    row = _one(ctx, advance_id)
    if ctx.actor.id is None or row.requested_by == ctx.actor.id:
        raise Rejected(AdvancesError.SELF_DECIDED)
    if row.state != "requested":
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    decided = {"decided_at": ctx.now, "decided_by": ctx.actor.id, "answer": words}
    limit = terms.in_force(row.kind, ctx.today, row.currency).second_person_above_minor
    if not approve:
        ADVANCE.move(row, "declined", ended_at=ctx.now, **decided)
    elif row.principal_minor > limit:
        ADVANCE.move(row, "decided", **decided)
    else:
        beginning.begin(ctx, row, **decided)
    _tell(ctx, row)
    return row


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def confirm_advance(ctx: Context, *, advance_id: UUID, approve: bool, answer: str = "") -> Advance:
    """The second person's word about a large advance."""
    words = fields.text("answer", answer, 200, required=not approve)
    row = _one(ctx, advance_id)
    if ctx.actor.id is None or ctx.actor.id in (row.decided_by, row.requested_by):
        raise Rejected(AdvancesError.NEEDS_SECOND)
    if row.state != "decided":
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    confirmed = {"confirmed_at": ctx.now, "confirmed_by": ctx.actor.id, "answer": words or row.answer}
    if approve:
        beginning.begin(ctx, row, **confirmed)
    else:
        ADVANCE.move(row, "declined", ended_at=ctx.now, **confirmed)
    _tell(ctx, row)
    return row


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def withdraw_advance(ctx: Context, *, advance_id: UUID) -> Advance:
    """Take back a request that has not begun."""
    row = _one(ctx, advance_id)
    ADVANCE.move(row, "withdrawn", ended_at=ctx.now)
    ctx.emit(AdvanceWithdrawn(row.pk, row.workshop_id))
    return row


def _one(ctx: Context, advance_id: UUID) -> Advance:
    return one(queries.advances(ctx.actor).select_related("workshop").order_by(), advance_id, "advance")


def _tell(ctx: Context, row: Advance) -> None:
    ctx.emit(
        AdvanceDecided(row.pk, row.workshop_id, row.kind, row.principal_minor, row.currency, row.state, row.answer)
    )
