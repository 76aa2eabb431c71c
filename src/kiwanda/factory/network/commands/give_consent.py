from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.network import queries
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import ConsentGiven
from kiwanda.factory.network.models import Consent
from kiwanda.factory.network.registration import LANGUAGES

FIELDS = ("name", "county", "story", "photo")
CHANNELS = ("passport", "catalogue", "press", "social")
LONGEST_DAYS = 3 * 366


@command(roles={Role.ARTISAN, Role.COORDINATOR, Role.IMPACT_OFFICER})
def give_consent(
    ctx: Context,
    *,
    artisan_id: UUID,
    field: str,
    purpose: str,
    expires_on: date,
    channel: str = "passport",
    language: str = "sw",
) -> Consent:
    """One permission by one person (Kenya Data Protection Act 2019): which fact, where it is shown, for what, until
    when, and the language it was asked in. Staff record what she said; refusing never touches her orders.
    """
    artisan = queries.artisan(ctx.actor, artisan_id)
    field = fields.choice("field", field, FIELDS)
    channel = fields.choice("channel", channel, CHANNELS)
    last = ctx.today + timedelta(days=LONGEST_DAYS)
    if not ctx.today < fields.day("expires_on", expires_on) <= last:
        raise Invalid(NetworkError.CONSENT_EXPIRY, field="expires_on")
    live = Consent.objects.filter(artisan=artisan, field=field, channel=channel, withdrawn_at=None)
    if live.filter(expires_on__gte=ctx.today).exists():
        raise Rejected(NetworkError.CONSENT_TWICE)
    # One that ran out is closed now, so that the new one is the only live one.
    live.update(withdrawn_at=ctx.now)
    consent = Consent.objects.create(
        artisan=artisan,
        field=field,
        channel=channel,
        purpose=fields.text("purpose", purpose, 60),
        language=fields.choice("language", language, LANGUAGES),
        granted_at=ctx.now,
        expires_on=expires_on,
    )
    ctx.emit(
        ConsentGiven(
            consent_id=consent.id,
            artisan_id=artisan.id,
            workshop_id=artisan.workshop_id,
            field=field,
            shown_on=channel,
            purpose=consent.purpose,
            expires_on=expires_on,
        )
    )
    return consent
