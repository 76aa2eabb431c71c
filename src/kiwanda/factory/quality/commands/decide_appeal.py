"""A second inspector decides an appeal."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.production import queries as production
from kiwanda.factory.production.routing import is_last
from kiwanda.factory.quality import queries
from kiwanda.factory.quality.errors import QualityError
from kiwanda.factory.quality.events import AppealDecided
from kiwanda.factory.quality.models import Appeal
from kiwanda.factory.quality.states import APPEAL


@command(roles={Role.INSPECTOR}, separate=True)
def decide_appeal(ctx: Context, *, appeal_id: UUID, granted_quantity: int, decision: str) -> Appeal:
    """Accept ``granted_quantity`` of the rejected pieces after all (0 lets the verdict stand); ``decision`` says why.

    Whoever gave the verdict cannot decide about it. Granted pieces earn and move on like accepted ones.
    """
    why = fields.text("decision", decision, 300)
    rows = queries.appeals(ctx.actor).select_related("inspection__work_order", "inspection__hand_in").order_by()
    appeal = production.one(rows, appeal_id, "appeal")
    inspection = appeal.inspection
    if ctx.actor.id == inspection.inspector_id:
        raise Rejected(QualityError.OTHER_INSPECTOR)
    require_range("granted_quantity", granted_quantity, 0, inspection.rejected_quantity)
    APPEAL.move(
        appeal, "granted" if granted_quantity else "refused", granted_quantity=granted_quantity, decision=why,
        decided_at=ctx.now, decided_by=ctx.actor.id,
    )
    work_order = inspection.work_order
    ctx.emit(
        AppealDecided(
            appeal_id=appeal.pk,
            inspection_id=inspection.pk,
            hand_in_id=inspection.hand_in_id,
            work_order_id=work_order.pk,
            production_order_id=work_order.production_order_id,
            operation_id=work_order.operation_id,
            workshop_id=work_order.workshop_id,
            hub_id=inspection.hand_in.hub_id,
            granted_quantity=granted_quantity,
            is_rework=inspection.hand_in.is_rework,
            piece_rate_minor=work_order.piece_rate_minor,
            currency=work_order.currency,
            is_last_operation=is_last(work_order.operation_id),
        )
    )
    return appeal
