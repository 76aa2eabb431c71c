from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import ConsentWithdrawn
from kiwanda.factory.network.models import Consent


@command(roles={Role.ARTISAN, Role.COORDINATOR, Role.IMPACT_OFFICER})
def withdraw_consent(ctx: Context, *, consent_id: UUID) -> Consent:
    """She changed her mind: from now on the fact is shown nowhere."""
    consent = queries.consents(ctx.actor).filter(pk=consent_id).select_related("artisan").first()
    if consent is None:
        raise NotFound(CoreError.NOT_FOUND, what="consent")
    if Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=ctx.now) != 1:
        raise Rejected(CoreError.WRONG_STATE, state="withdrawn")
    consent.withdrawn_at = ctx.now
    ctx.emit(
        ConsentWithdrawn(
            consent_id=consent.id,
            artisan_id=consent.artisan_id,
            workshop_id=consent.artisan.workshop_id,
            field=consent.field,
            shown_on=consent.channel,
        )
    )
    return consent
