"""What ``kiwanda audit`` proves about conversations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kiwanda.core.audit import check
from kiwanda.core.commands import load_commands
from kiwanda.core.models import Event, Receipt, VaultEntry
from kiwanda.factory.conversations.inbox import RAW
from kiwanda.factory.conversations.menus import SHOWN
from kiwanda.factory.conversations.models import Contact, Delivery, MenuHop, Message, OnBehalf
from kiwanda.factory.conversations.rules import REPLY, URGENT
from kiwanda.factory.conversations.templates import HIDDEN_CODE


@check("Every message sent has its moment and, outside the app, the provider's reference")
def sent_messages_are_proven() -> Iterator[str]:
    sent = Message.objects.filter(direction="out", state__in=["sent", "delivered", "read"])
    for message in sent.filter(Q(sent_at=None) | Q(provider_ref="") & ~Q(channel="app")).values_list("id", flat=True):
        yield f"message {message} counts as sent without proof"


@check("No log-in code and no incoming word is kept in plain")
def secrets_are_sealed() -> Iterator[str]:
    codes = Message.objects.filter(template="login_code").exclude(body__contains=HIDDEN_CODE)
    for message in codes.values_list("id", flat=True):
        yield f"message {message} may show a log-in code"
    for message in Message.objects.filter(direction="in").exclude(body="").values_list("id", flat=True):
        yield f"message {message} keeps a person's words outside the vault"


@check("What somebody typed or posted is kept sealed, and every answered hop still has its screen")
def raw_bodies_are_sealed() -> Iterator[str]:
    # Only what still waits must have its body; the rest may have been forgotten in time.
    for batch in _batches(Delivery.objects.filter(state="received").values_list("id", flat=True)):
        kept = set(VaultEntry.objects.filter(subject_id__in=batch, field=RAW).values_list("subject_id", flat=True))
        for row in batch:
            if row not in kept:
                yield f"post {row} waits without its body"
    for batch in _batches(MenuHop.objects.values_list("id", flat=True)):
        kept = set(VaultEntry.objects.filter(subject_id__in=batch, field=SHOWN).values_list("subject_id", flat=True))
        for row in batch:
            if row not in kept:
                yield f"menu hop {row} has no screen"


@check("Who stopped a channel was sent nothing on it since, but codes and answers")
def opt_outs_are_kept() -> Iterator[str]:
    for channel in ("sms", "whatsapp"):
        stopped = Contact.objects.exclude(**{f"{channel}_stopped_at": None})
        for artisan_id, since in stopped.values_list("artisan_id", f"{channel}_stopped_at"):
            # What was with the provider at that moment could not be called back.
            after = since + timedelta(minutes=1)
            rows = Message.objects.filter(artisan_id=artisan_id, channel=channel, direction="out", sent_at__gt=after)
            for row in rows.exclude(template__in=[*URGENT, REPLY]).values_list("id", flat=True):
                yield f"message {row} was sent by {channel} after she had stopped it"


@check("Whatever staff did for an artisan she was told, with the reason, and nothing was done without that")
def deeds_are_told() -> Iterator[str]:
    told = dict(OnBehalf.objects.values_list("event__id", "message__template"))
    for action, event in Event.objects.filter(type="core.ActedOnBehalf").values_list("subject_id", "data__did_id"):
        if told.get(UUID(event)) != "acted":
            yield f"action {action} was told to nobody"
    hers = sorted(name for name, command in load_commands().items() if command.is_hers)
    noted = set(OnBehalf.objects.values_list("event__command_id", flat=True))
    for batch in _batches(Receipt.objects.filter(command__in=hers).values_list("command_id", flat=True)):
        by_staff = Event.objects.filter(command_id__in=batch, actor_kind="staff")
        for command_id in set(by_staff.values_list("command_id", flat=True)) - noted:
            yield f"command {command_id} was given for an artisan without a word to her"


def _batches(ids: QuerySet[Any, UUID], size: int = 500) -> Iterator[list[UUID]]:
    batch: list[UUID] = []
    for row in ids.iterator(chunk_size=size):
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
