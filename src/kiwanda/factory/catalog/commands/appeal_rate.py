"""A workshop says that a rate is wrong, and is answered with reasons within a stated time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.catalog import fields, queries
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import RateAppealAnswered, RateAppealFiled
from kiwanda.factory.catalog.models import PieceRate, RateAppeal
from kiwanda.factory.catalog.states import RATE_APPEAL

#: Days until an appeal is answered, as the workshop is told when it appeals.
ANSWER_DAYS = 14


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def appeal_rate(ctx: Context, *, operation_id: UUID, reason: str, workshop_id: UUID | None = None) -> RateAppeal:
    """Object to what an operation pays; answered within :data:`ANSWER_DAYS` days. Staff name the workshop."""
    why = fields.text("reason", reason, 300)
    workshop = ctx.actor.workshop_id or fields.uuid("workshop_id", workshop_id)
    operation = queries.operation(ctx.actor, operation_id)
    earlier = RateAppeal.objects.filter(operation=operation, workshop_id=workshop, state="open").first()
    if earlier is not None:
        raise Rejected(CatalogError.APPEAL_OPEN, on=earlier.answer_by.isoformat())
    appeal = RateAppeal.objects.create(
        operation=operation,
        workshop_id=workshop,
        reason=why,
        filed_at=ctx.now,
        answer_by=ctx.today + timedelta(days=ANSWER_DAYS),
    )
    ctx.emit(
        RateAppealFiled(
            rate_appeal_id=appeal.pk,
            style_id=operation.tech_pack.style_id,
            operation_id=operation.pk,
            operation_code=operation.code,
            workshop_id=workshop,
            answer_by=appeal.answer_by,
        )
    )
    return appeal


@command(roles={Role.IMPACT_OFFICER, Role.FINANCE_CHECKER}, separate=True)
def answer_rate_appeal(ctx: Context, *, rate_appeal_id: UUID, granted: bool, answer: str) -> RateAppeal:
    """Answer with reasons. Granted: the operation is timed again or a new rate is proposed, which the answer says.

    Whoever proposed, reviewed or released the rate does not answer.
    """
    words = fields.text("answer", answer, 300)
    appeal = (
        queries.rate_appeals(ctx.actor)
        .filter(pk=fields.uuid("rate_appeal_id", rate_appeal_id))
        .select_related("operation__tech_pack")
        .first()
    )
    if appeal is None:
        raise NotFound(CoreError.NOT_FOUND, what="appeal")
    parts = {appeal.operation.tech_pack.released_by}
    for rate in PieceRate.objects.filter(released_operation=appeal.operation_id):
        parts |= {rate.proposed_by, rate.reviewed_by, rate.released_by}
    if ctx.actor.id is None or ctx.actor.id in parts:
        raise Rejected(CatalogError.HAD_A_PART)
    RATE_APPEAL.move(
        appeal, "granted" if granted else "refused", answer=words, answered_at=ctx.now, answered_by=ctx.actor.id
    )
    ctx.emit(
        RateAppealAnswered(
            rate_appeal_id=appeal.pk,
            style_id=appeal.operation.tech_pack.style_id,
            operation_id=appeal.operation_id,
            operation_code=appeal.operation.code,
            workshop_id=appeal.workshop_id,
            granted=bool(granted),
            in_time=ctx.today <= appeal.answer_by,
        )
    )
    return appeal
