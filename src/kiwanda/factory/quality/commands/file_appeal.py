"""A workshop objects to a verdict."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.production import queries as production
from kiwanda.factory.quality import queries
from kiwanda.factory.quality.errors import QualityError
from kiwanda.factory.quality.events import AppealFiled
from kiwanda.factory.quality.models import Appeal


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def file_appeal(ctx: Context, *, inspection_id: UUID, reason: str, photo: str = "") -> Appeal:
    """Object to the rejected pieces of an inspection, once; another inspector will decide."""
    why = fields.text("reason", reason, 300)
    rows = queries.inspections(ctx.actor).select_related("work_order").order_by()
    inspection = production.one(rows, inspection_id, "inspection")
    if inspection.rejected_quantity == 0:
        raise Rejected(QualityError.NOTHING_REJECTED)
    if Appeal.objects.filter(inspection=inspection).exists():
        raise Rejected(QualityError.ALREADY_APPEALED)
    appeal = Appeal(
        inspection=inspection, reason=why, photo=fields.picture("photo", photo), filed_at=ctx.now,
    )
    appeal.save(force_insert=True)
    ctx.emit(
        AppealFiled(
            appeal_id=appeal.pk,
            inspection_id=inspection.pk,
            work_order_id=inspection.work_order_id,
            workshop_id=inspection.work_order.workshop_id,
            rejected_quantity=inspection.rejected_quantity,
        )
    )
    return appeal
