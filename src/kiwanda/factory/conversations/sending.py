"""Giving queued messages to the provider: outside of any transaction, then recording what it said."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from kiwanda.core import actors, clock, vault
from kiwanda.factory.conversations.commands import SendingOutcome, record_sending
from kiwanda.factory.conversations.contacts import WHATSAPP, reaches
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.rules import REPLY, Reach, is_urgent, quiet_until
from kiwanda.factory.conversations.templates import login_code_body
from kiwanda.ports import bound
from kiwanda.ports.messaging import Button, Messaging, OutgoingMessage, SendResult

#: Given to the provider before the answers are recorded: what a crash may make it hear twice.
BATCH = 40
#: Asked at once; a provider takes a good part of a second over one message.
WIDTH = 8
#: A round ends after so long, so that the worker gets to its other work.
ROUND_SECONDS = 10.0

#: The template, and the vault's field, of log-in codes.
LOGIN_CODE = "login_code"
#: Why a log-in code was not sent: she asked for another one or is already in.
OVERTAKEN = "the code was used or replaced"
WITHHELD = "she asked not to be written to"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the vault and the contacts say about the people of one batch."""

    phones: dict[UUID, str]
    addresses: dict[UUID, str]
    codes: dict[UUID, str]
    reaches: dict[UUID, Reach]

    def reach(self, row: Message) -> Reach:
        return self.reaches.get(row.artisan_id, Reach()) if row.artisan_id is not None else Reach()

    def phone(self, row: Message) -> str:
        return self.phones.get(row.artisan_id or row.pk, "")


def send_queued(limit: int = 1000, *, only_urgent: bool = False) -> int:
    """Send up to ``limit`` messages that are due, those first for which somebody waits (or ``only_urgent``: codes and
    answers). Returns how many were sent.
    """
    sent = done = 0
    until = time.monotonic() + ROUND_SECONDS
    for urgent in (True,) if only_urgent else (True, False):
        while done < limit and time.monotonic() < until:
            rows = list(_due(urgent)[: min(BATCH, limit - done)])
            if not rows:
                break
            done += len(rows)
            sent += record_sending(
                actor=actors.system(),
                outcomes=_given(rows, bound("messaging"), clock.now()),
                keep_codes=settings.KIWANDA_DEMO,
            )
    return sent


def _due(urgent: bool) -> QuerySet[Message]:
    now = clock.now()
    due = Message.objects.filter(Q(retry_at=None) | Q(retry_at__lte=now), state="queued", direction="out")
    waited_for = Q(template__in=[LOGIN_CODE, REPLY])
    return due.filter(waited_for if urgent else ~waited_for).select_related("thread").order_by("created_at")


def _facts(rows: list[Message]) -> _Facts:
    people = {row.artisan_id for row in rows if row.artisan_id is not None}
    strangers = [row.pk for row in rows if row.artisan_id is None]
    phones = vault.get_many(people, vault.PHONE)
    addresses: dict[UUID, str] = {}
    if strangers:
        phones |= vault.get_many(strangers, vault.CONTACT)
    if any(row.channel == "whatsapp" for row in rows):
        addresses = vault.get_many([*people, *strangers], WHATSAPP)
    secret = [row.thread.subject_id for row in rows if row.template == LOGIN_CODE]
    codes = vault.get_many(secret, LOGIN_CODE) if secret else {}
    return _Facts(phones, addresses, codes, reaches(people) if people else {})


def _given(rows: list[Message], messaging: Messaging, now: datetime) -> list[SendingOutcome]:
    """What became of each row: held back by a rule, or the provider's word."""
    facts = _facts(rows)
    outcomes: list[SendingOutcome] = []
    ready: list[tuple[Message, OutgoingMessage]] = []
    for row in rows:
        held = _held_back(row, facts, now)
        if held is not None:
            outcomes.append(held)
        else:
            ready.append((row, _written(row, facts, now)))
    throttled: dict[str, datetime] = {}
    with ThreadPoolExecutor(max_workers=WIDTH) as pool:
        for start in range(0, len(ready), WIDTH):
            part = []
            for row, message in ready[start : start + WIDTH]:
                if row.channel in throttled:
                    outcomes.append(SendingOutcome(row.id, ok=False, wait_until=throttled[row.channel]))
                else:
                    part.append((row, message))
            results = pool.map(lambda pair: _sent(pair[1], messaging), part)
            for (row, _), result in zip(part, results, strict=True):
                outcomes.append(_outcome(row, result))
                if result.retry_after_seconds:
                    throttled[row.channel] = now + timedelta(seconds=result.retry_after_seconds)
    return outcomes


def _held_back(row: Message, facts: _Facts, now: datetime) -> SendingOutcome | None:
    """A rule's word against sending ``row`` now, or None."""
    if row.template == LOGIN_CODE and not facts.codes.get(row.thread.subject_id):
        return SendingOutcome(row.id, ok=False, error=OVERTAKEN, overtaken=True)
    if is_urgent(row.template):
        return None
    reach = facts.reach(row)
    if reach.stopped(row.channel):
        return SendingOutcome(row.id, ok=False, error=WITHHELD, withheld=True)
    wait = quiet_until(now, reach)
    return SendingOutcome(row.id, ok=False, wait_until=wait) if wait is not None else None


def _written(row: Message, facts: _Facts, now: datetime) -> OutgoingMessage:
    code = facts.codes.get(row.thread.subject_id, "") if row.template == LOGIN_CODE else ""
    in_session = facts.reach(row).session_open(now) or (row.template == REPLY and row.artisan_id is None)
    return OutgoingMessage(
        id=row.id,
        channel=row.channel,
        phone=facts.phone(row),
        language=row.language,
        template=row.template,
        body=login_code_body(row.language, code) if code else row.body,
        params=(code,) if code else tuple(str(value) for value in row.params),
        buttons=tuple(Button(str(identifier), str(title)) for identifier, title in row.buttons),
        # Meta delivers a code by its own kind of template also where we might write freely.
        in_session=in_session and not code,
        address=facts.addresses.get(row.artisan_id or row.pk, ""),
    )


def _sent(message: OutgoingMessage, messaging: Messaging) -> SendResult:
    if not message.phone and not message.address:
        return SendResult(ok=False, error="no phone number is known", permanent=True)
    if message.template == REPLY and message.channel == "whatsapp" and not message.in_session:
        return SendResult(ok=False, error="the 24 hours are over", permanent=True)
    try:
        return messaging.send(message)
    except Exception as fault:
        # An adapter answers faults as results; one that raises all the same must not stop the others' messages.
        return SendResult(ok=False, error=f"{type(fault).__name__}: {fault}"[:200])


def _outcome(row: Message, result: SendResult) -> SendingOutcome:
    return SendingOutcome(
        row.id,
        result.ok,
        result.provider_ref,
        result.error,
        result.permanent,
        delivered=result.delivered,
        cost_micros=result.cost_micros,
        cost_currency=result.currency,
        retry_after_seconds=result.retry_after_seconds,
    )
