"""What conversations do about the other rooms' events: they put them into words for the people concerned."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from kiwanda.core import vault
from kiwanda.core.commands import Context
from kiwanda.core.ids import derived_id
from kiwanda.core.models import Event, VaultEntry
from kiwanda.core.reactions import reaction
from kiwanda.factory.conversations import behalf, notices
from kiwanda.factory.conversations.composing import RULES, compose
from kiwanda.factory.conversations.models import Contact, MenuHop, Message, Question, StaffNotice, Thread
from kiwanda.factory.conversations.templates import render
from kiwanda.factory.devices import news
from kiwanda.factory.network.models import Artisan
from kiwanda.ports import bound

#: Events looked ahead at: a batch of the reaction's reader, so that its other events find their message written.
AHEAD = 200


class _Batch(threading.local):
    """Events whose messages were written under one context (one transaction of the reader)."""

    command_id: UUID | None = None
    done: frozenset[UUID] = frozenset()


_batch = _Batch()


@reaction("core.ActedOnBehalf", inline=True)
def note_behalf(ctx: Context, event: Event) -> None:
    """What staff did for her, its reason and the notice to her are there with the deed or not at all."""
    behalf.record(ctx, event)


@reaction(*RULES)
def tell_people(ctx: Context, event: Event) -> None:
    """Queue a message about ``event`` and, in the same few queries, about the events that follow it in the log.

    Message ids are derived from event ids: whatever is written ahead is the same row when its turn comes.
    """
    if _batch.command_id == ctx.command_id and event.id in _batch.done:
        return
    events = [event, *_following(event)]
    try:
        threads, messages = compose(events, ctx.now)
    except Exception:
        # One of the others cannot be digested; it must not hold this one up.
        events = [event]
        threads, messages = compose(events, ctx.now)
    Thread.objects.bulk_create(threads, ignore_conflicts=True, batch_size=500)
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=500)
    news.written(
        news.Written(row.id, row.artisan_id, row.channel == "app") for row in messages if row.artisan_id is not None
    )
    _batch.command_id, _batch.done = ctx.command_id, frozenset(row.id for row in events)


def _following(event: Event) -> list[Event]:
    later = Q(tx__gt=event.tx) | Q(tx=event.tx, position__gt=event.position)
    return list(Event.objects.filter(later, type__in=list(RULES)).order_by("tx", "position")[: AHEAD - 1])


@reaction("network.PhoneChanged", inline=True)
def tell_old_number(ctx: Context, event: Event) -> None:
    """The number that was hers until now hears of the change: whoever took it over could not keep that from her."""
    kept = event.data.get("old_number_id")
    old = vault.get(UUID(kept), vault.CONTACT) if kept else None
    if kept is None or old is None:
        return
    language = Artisan.objects.values_list("language", flat=True).get(pk=event.subject_id)
    workshop_id = UUID(event.data["workshop_id"])
    thread, _ = Thread.objects.get_or_create(
        id=derived_id("thread", "workshop", workshop_id, workshop_id),
        defaults={
            "subject_kind": "workshop", "subject_id": workshop_id, "workshop_id": workshop_id, "opened_at": ctx.now,
        },
    )  # fmt: skip
    message = Message.objects.create(
        id=derived_id("message", event.id), thread=thread, direction="out", channel="sms", language=language,
        template="number_changed", body=render("number_changed", language), created_at=ctx.now,
    )  # fmt: skip
    vault.put(message.id, vault.CONTACT, old)
    vault.erase(UUID(kept))


@reaction("network.PersonErased", inline=True)
def forget_words(ctx: Context, event: Event) -> None:
    """What she wrote and was shown, how she was reached, and what she was asked last."""
    person = event.subject_id
    words = Message.objects.filter(artisan_id=person, direction="in").values_list("pk", flat=True)
    screens = MenuHop.objects.filter(session__artisan_id=person).values_list("pk", flat=True)
    VaultEntry.objects.filter(Q(subject_id__in=words) | Q(subject_id__in=screens)).delete()
    Contact.objects.filter(artisan_id=person).delete()
    Question.objects.filter(artisan_id=person).delete()


@reaction(*notices.RULES)
def tell_staff(ctx: Context, event: Event) -> None:
    """Put an exception on its way to the staff's chat room, where there is one. Old news (a demo being built, a reader
    that stood still) are no news.
    """
    if bound("staff_chat") is None or ctx.now - event.at > timedelta(hours=notices.LATEST_HOURS):
        return
    notice = notices.compose(event)
    if notice is not None:
        StaffNotice.objects.bulk_create([notice], ignore_conflicts=True)
