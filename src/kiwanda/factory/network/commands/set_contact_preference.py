from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.catalog import fields
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import ContactPreferenceSet
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.registration import CHANNELS, LANGUAGES


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def set_contact_preference(ctx: Context, *, artisan_id: UUID, language: str, channel: str) -> Artisan:
    """The language an artisan reads and the channel she is reached by first."""
    artisan = queries.artisan(ctx.actor, artisan_id)
    artisan.language = fields.choice("language", language, LANGUAGES)
    artisan.channel = fields.choice("channel", channel, CHANNELS)
    artisan.save(update_fields=["language", "channel"])
    ctx.emit(
        ContactPreferenceSet(
            artisan_id=artisan.id, workshop_id=artisan.workshop_id, language=language, reached_by=channel
        )
    )
    return artisan
