"""Take a passport off the public page at once."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.traceability import states
from kiwanda.factory.traceability.events import PassportWithdrawn
from kiwanda.factory.traceability.models import Passport


@command(roles={Role.MERCHANDISER, Role.COORDINATOR, Role.IMPACT_OFFICER})
def withdraw_passport(ctx: Context, *, passport_id: UUID) -> Passport:
    """Unpublish; the page then says that there is no passport."""
    passport = Passport.objects.filter(pk=passport_id).first()
    if passport is None:
        raise NotFound(CoreError.NOT_FOUND, what="passport")
    states.PASSPORT.move(passport, "withdrawn")
    ctx.emit(PassportWithdrawn(passport_id=passport.pk, production_order_id=passport.production_order_id))
    return passport
