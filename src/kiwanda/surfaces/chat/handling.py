"""Handling what providers posted: out of the inbox, into commands and answers. Run by the worker.

Each message is one transaction: what she wrote, what it did and what we answer are there together or not at all.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction

from kiwanda.core import actors, clock, files
from kiwanda.core.actors import Channel
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.factory.conversations import inbox, menus
from kiwanda.factory.conversations.commands import (
    DeliveryNews,
    record_deliveries,
    record_incoming,
    reply,
    request_call,
)
from kiwanda.factory.conversations.contacts import writer_of
from kiwanda.factory.conversations.models import Delivery, Message
from kiwanda.factory.conversations.rules import REPLY
from kiwanda.factory.network.models import Artisan
from kiwanda.ports import bound
from kiwanda.ports.messaging import Arrival, DeliveryReport, IncomingMessage, Unreadable
from kiwanda.surfaces.chat import staff
from kiwanda.surfaces.chat.conversation import Answer, Writer, about_photo, meant, tapped
from kiwanda.surfaces.chat.sentences import sentence
from kiwanda.surfaces.chat.words import Intent, read

log = structlog.get_logger(__name__)

DOORS = {"sms": Channel.SMS, "whatsapp": Channel.WHATSAPP}
#: Machines answer machines for ever; people do not write so often.
MOST_ANSWERS_AN_HOUR = 30
#: A stranger is greeted once.
GREETED = timedelta(days=1)
#: Kinds of message that say nothing we must answer.
SILENT = frozenset({"reaction", "system", "revoke", "edit", "ephemeral"})


class PictureWaits(Exception):
    """The picture cannot be had now; the post is handled again later."""


def handle_waiting(limit: int = 200) -> int:
    """Handle what waits. One post that breaks holds nobody else's up. Returns how many were handled."""
    done = 0
    for row in inbox.waiting(limit):
        try:
            handle(row)
            inbox.handled(row)
            done += 1
        except Unreadable as why:
            inbox.unreadable(row, str(why))
        except PictureWaits as why:
            inbox.broke(row, str(why))
        except Exception as fault:
            log.exception("delivery_failed", source=row.source, delivery=str(row.pk))
            inbox.broke(row, f"{type(fault).__name__}")
    return done


def handle(row: Delivery) -> None:
    """Read one post and do what it says. Raises :class:`Unreadable` when it has not the provider's form."""
    body = inbox.raw(row)
    last = row.attempts >= inbox.MOST_ATTEMPTS - 1
    if row.source == "ussd_end":
        menus.record_end(bound("menus").read_end(body))
    elif row.source == "slack":
        staff.handle(body)
    elif row.source == "whatsapp":
        _arrivals(bound("whatsapp_webhook").read(body), last)
    elif row.source in ("sms_incoming", "sms_delivery"):
        _arrivals(bound("sms_webhook").read(body, what=row.source.removeprefix("sms_")), last)
    else:
        raise Unreadable(f"nobody reads {row.source}")


def _arrivals(arrivals: list[Arrival], last_try: bool) -> None:
    news = [item for item in arrivals if isinstance(item, DeliveryReport)]
    if news:
        record_deliveries(
            actor=actors.system(),
            news=[
                DeliveryNews(n.channel, n.ref, n.state, n.error, n.at, n.cost_micros, n.currency) for n in news
            ],
        )
    waiting: PictureWaits | None = None
    for item in arrivals:
        if isinstance(item, IncomingMessage):
            try:
                heard(item, last_try=last_try)
            except PictureWaits as why:
                # The others of this post need not wait with it.
                waiting = why
    if waiting is not None:
        raise waiting


def heard(item: IncomingMessage, *, last_try: bool = False) -> Message:
    """Keep what was said, do what it means, answer it. The same ``item.ref`` again changes nothing."""
    known = Message.objects.filter(direction="in", channel=item.channel, provider_ref=item.ref[:80]).first()
    if known is not None and known.answered_by.exists():
        return known
    # A stranger's pictures are not fetched.
    photo, lost = _photo(item, last_try) if writer_of(item.phone, item.address) is not None else ("", False)
    system = actors.system(DOORS.get(item.channel, Channel.WORKER))
    with transaction.atomic():
        message = record_incoming(
            actor=system, channel=item.channel, phone=item.phone, body=item.text or item.button,
            provider_ref=item.ref, address=item.address,
        )
        if message.answered_by.exists() or item.kind in SILENT or _too_many(message):
            return message
        person = _person(message)
        answer = _stranger(message, item) if person is None else _answer(_writer(person, message), item, photo, lost)
        if answer is not None:
            reply(
                actor=system, message_id=message.pk, body=answer.text, buttons=answer.buttons,
                understood=answer.understood,
            )
        return message


def _person(message: Message) -> Artisan | None:
    if message.artisan_id is None:
        return None
    return Artisan.objects.filter(pk=message.artisan_id).select_related("workshop").first()


def _writer(person: Artisan, message: Message) -> Writer:
    door = DOORS.get(message.channel, Channel.SMS)
    return Writer(person, actors.artisan(person.pk, person.workshop_id, door), message, person.language)


def _answer(writer: Writer, item: IncomingMessage, photo: str, lost: bool) -> Answer:
    if item.kind == "picture":
        if lost:
            return Answer(writer.say("photo_lost"))
        caption = read(item.text)
        return about_photo(writer, photo, caption.number if caption.intent in (Intent.MADE, Intent.CHOICE) else None)
    if item.kind == "button":
        return tapped(writer, item.button)
    if item.kind == "text":
        return meant(writer, read(item.text))
    return Answer(writer.say("unread"), understood=False)


def _photo(item: IncomingMessage, last_try: bool) -> tuple[str, bool]:
    """The stored picture's hash, and whether it is lost for good. Fetched before any transaction is open."""
    if item.kind != "picture" or item.picture is None:
        return "", item.kind == "picture"
    fetched = bound("pictures").fetch(item.picture)
    if fetched.data is None:
        if not fetched.permanent and not last_try:
            raise PictureWaits(fetched.error)
        return "", True
    try:
        return str(files.save_picture(fetched.data).sha256), False
    except Rejected:
        return "", True


def _too_many(message: Message) -> bool:
    since = clock.now() - timedelta(hours=1)
    answers = Message.objects.filter(thread_id=message.thread_id, template=REPLY, created_at__gt=since)
    return answers.count() >= MOST_ANSWERS_AN_HOUR


def _stranger(message: Message, item: IncomingMessage) -> Answer | None:
    """Greet a stranger once a day; note down who wants to be called."""
    if not (item.phone or item.address):
        return None
    meaning = read(item.text) if item.kind == "text" else None
    if meaning is not None and meaning.intent is Intent.CALL and item.phone:
        who: UUID = message.thread.subject_id
        request_call(
            actor=actors.system(DOORS[item.channel]), command_id=derived_id("stranger-call", who, clock.today()),
            channel=item.channel, phone=item.phone,
        )
        return Answer(sentence("call", "sw"))
    since = clock.now() - GREETED
    if Message.objects.filter(thread_id=message.thread_id, template=REPLY, created_at__gt=since).exists():
        return None
    return Answer(sentence("stranger", "sw"), understood=False)
