"""Give a batch its public page."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.traceability import states
from kiwanda.factory.traceability.commands.recheck_claims import check_passport
from kiwanda.factory.traceability.errors import TraceabilityError
from kiwanda.factory.traceability.events import PassportPublished
from kiwanda.factory.traceability.models import Passport


@command(roles={Role.MERCHANDISER, Role.COORDINATOR, Role.IMPACT_OFFICER})
def publish_passport(ctx: Context, *, production_order_id: UUID, story_en: str = "", story_sw: str = "") -> Passport:
    """Publish (or publish again) the passport of a production order that has finished pieces, and check its claims."""
    order = ProductionOrder.objects.select_related("tech_pack").filter(pk=production_order_id).first()
    if order is None:
        raise NotFound(CoreError.NOT_FOUND, what="production order")
    if not order.pieces.exists():
        raise Rejected(TraceabilityError.NOTHING_FINISHED, code=order.code)
    passport = Passport.objects.select_for_update().filter(production_order=order).first()
    if passport is None:
        passport = Passport.objects.create(
            production_order=order, story_en=story_en.strip(), story_sw=story_sw.strip(), published_at=ctx.now
        )
    else:
        states.PASSPORT.move(
            passport, "published", story_en=story_en.strip(), story_sw=story_sw.strip(), published_at=ctx.now
        )
    ctx.emit(PassportPublished(passport_id=passport.pk, production_order_id=order.pk))
    check_passport(ctx, passport)
    return passport
