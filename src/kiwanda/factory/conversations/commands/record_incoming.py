from __future__ import annotations

from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid
from kiwanda.core.ids import derived_id, new_id
from kiwanda.factory.catalog import fields
from kiwanda.factory.conversations.contacts import WHATSAPP, address_key, contact_of, writer_of
from kiwanda.factory.conversations.events import MessageReceived
from kiwanda.factory.conversations.models import Contact, Message, Thread
from kiwanda.factory.network.models import Artisan

CHANNELS = ("sms", "ussd", "whatsapp", "app")
LONGEST = 4096


@command(roles={Role.SYSTEM})
def record_incoming(
    ctx: Context, *, channel: str, phone: str, body: str, provider_ref: str = "", address: str = ""
) -> Message:
    """Somebody wrote to us. The same ``provider_ref`` on the same channel again is the same message.

    ``address`` is WhatsApp's own name for the person: learnt when her number comes with it, used when it does not.

    The words are sealed in the vault under the message's id (people write names and numbers); a number nobody is
    registered with is kept too, so that staff can call back.
    """
    channel = fields.choice("channel", channel, CHANNELS)
    provider_ref = fields.text("provider_ref", provider_ref, 80, required=False)
    if not isinstance(body, str):
        raise Invalid(CoreError.MALFORMED, field="body", reason="text is expected")
    # Words and numbers are cleaned and cut rather than refused: they were said.
    body = body.encode(errors="replace").decode().replace("\x00", "")[:LONGEST]
    phone, address = clean_phone(phone), clean_phone(address, 80)
    if provider_ref:
        known = Message.objects.filter(direction="in", channel=channel, provider_ref=provider_ref).first()
        if known is not None:
            return known
    artisan = writer_of(phone, address)
    if artisan is not None:
        kind, subject, workshop_id = "workshop", artisan.workshop_id, artisan.workshop_id
    else:
        kind, subject, workshop_id = "stranger", _stranger(phone or address), None
    thread, _ = Thread.objects.get_or_create(
        id=derived_id("thread", kind, subject, workshop_id),
        defaults={"subject_kind": kind, "subject_id": subject, "workshop_id": workshop_id, "opened_at": ctx.now},
    )
    message = Message.objects.create(
        id=new_id(),
        thread=thread,
        direction="in",
        artisan_id=artisan.id if artisan is not None else None,
        channel=channel,
        language=artisan.language if artisan is not None else "sw",
        template="",
        body="",
        state="delivered",
        provider_ref=provider_ref,
        created_at=ctx.now,
    )
    vault.put(message.id, "message", body)
    if artisan is None:
        vault.put(message.id, vault.CONTACT, phone)
        if address:
            vault.put(message.id, WHATSAPP, address)
    elif channel == "whatsapp":
        _heard(ctx, artisan, address)
    ctx.emit(
        MessageReceived(
            message_id=message.id,
            artisan_id=message.artisan_id,
            workshop_id=workshop_id,
            received_by=channel,
        )
    )
    return message


def clean_phone(phone: str, longest: int = 40) -> str:
    """What somebody wrote from, fit to be kept, whatever it is."""
    return str(phone).encode(errors="replace").decode().replace("\x00", "")[:longest]


def _stranger(writer: str) -> UUID:
    return derived_id("stranger", vault.blind_index(vault.PHONE, writer))


def _heard(ctx: Context, artisan: Artisan, address: str) -> None:
    """The 24 hours begin anew, and WhatsApp's name for her is learnt (it is hers alone from now on)."""
    row = contact_of(artisan.id, lock=True)
    row.whatsapp_heard_at = ctx.now
    key = address_key(address) if address else None
    if key is not None and key != row.whatsapp_key:
        Contact.objects.filter(whatsapp_key=key).exclude(pk=row.pk).update(whatsapp_key=None)
        row.whatsapp_key = key
        vault.put(artisan.id, WHATSAPP, address)
    row.save(update_fields=["whatsapp_heard_at", "whatsapp_key"])
