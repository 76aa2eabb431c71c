"""Facts about reaching people: read in bulk for sending, made when first needed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.errors import Invalid
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.conversations.rules import Reach
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.models import Artisan

#: The vault's field of WhatsApp's own name for a person (she may hide her number).
WHATSAPP = "whatsapp"


def contact_of(artisan_id: UUID, *, lock: bool = False) -> Contact:
    """The row of one artisan, made when it is not there yet; ``lock`` keeps it still until the transaction ends."""
    row, _ = Contact.objects.get_or_create(artisan_id=artisan_id)
    return Contact.objects.select_for_update().get(pk=artisan_id) if lock else row


def reach_of(row: Contact) -> Reach:
    return Reach(
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        sms_stopped=row.sms_stopped_at is not None,
        whatsapp_stopped=row.whatsapp_stopped_at is not None,
        whatsapp_heard_at=row.whatsapp_heard_at,
    )


def reaches(artisan_ids: Iterable[UUID]) -> dict[UUID, Reach]:
    """What is known about reaching each; people without a row are left out. One query."""
    return {row.artisan_id: reach_of(row) for row in Contact.objects.filter(pk__in=set(artisan_ids))}


def address_key(address: str) -> str:
    """The blind index under which WhatsApp's name for a person is found."""
    return vault.blind_index(WHATSAPP, address)


def artisan_by_address(address: str) -> Artisan | None:
    """The active artisan WhatsApp calls ``address``, if she wrote before with her number shown."""
    if not address:
        return None
    row = Contact.objects.filter(whatsapp_key=address_key(address)).first()
    if row is None:
        return None
    people = Artisan.objects.filter(pk=row.artisan_id, state="active").exclude(workshop__state="closed")
    return people.select_related("workshop").first()


def writer_of(phone: str, address: str = "") -> Artisan | None:
    """Whose number it is; a short code, a foreign or a hidden number is nobody's, unless WhatsApp's name is known."""
    try:
        found = network.artisan_by_phone(phone)
    except Invalid:
        found = None
    return found or artisan_by_address(address)
