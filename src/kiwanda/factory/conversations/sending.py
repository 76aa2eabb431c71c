"""Giving queued messages to the provider: outside of any transaction, then recording what it said."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from kiwanda.core import actors, clock, vault
from kiwanda.factory.conversations.commands import SendingOutcome, record_sending
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.templates import login_code_body
from kiwanda.ports import bound
from kiwanda.ports.messaging import Messaging, OutgoingMessage, SendResult

#: Given to the provider before the answers are recorded: what a crash may make it hear twice (it knows our ids).
BATCH = 100

#: The template, and the vault's field, of log-in codes.
LOGIN_CODE = "login_code"
#: Why a log-in code was not sent: she asked for another one or is already in.
OVERTAKEN = "the code was used or replaced"


def send_queued(limit: int = 1000) -> int:
    """Send up to ``limit`` messages that are due, log-in codes first (somebody waits). Returns how many were sent."""
    sent = done = 0
    for urgent in (True, False):
        while done < limit:
            rows = list(_due(urgent)[: min(BATCH, limit - done)])
            if not rows:
                break
            done += len(rows)
            sent += record_sending(
                actor=actors.system(), outcomes=_given(rows, bound("messaging")), keep_codes=settings.KIWANDA_DEMO
            )
    return sent


def _due(urgent: bool) -> QuerySet[Message]:
    now = clock.now()
    due = Message.objects.filter(Q(retry_at=None) | Q(retry_at__lte=now), state="queued", direction="out")
    codes = Q(template=LOGIN_CODE)
    return due.filter(codes if urgent else ~codes).select_related("thread").order_by("created_at")


def _given(rows: list[Message], messaging: Messaging) -> list[SendingOutcome]:
    phones = vault.get_many({row.artisan_id for row in rows if row.artisan_id is not None}, vault.PHONE)
    secret = [row.thread.subject_id for row in rows if row.template == LOGIN_CODE]
    codes = vault.get_many(secret, LOGIN_CODE) if secret else {}
    outcomes = []
    for row in rows:
        code = codes.get(row.thread.subject_id, "")
        if row.template == LOGIN_CODE and not code:
            outcomes.append(SendingOutcome(row.id, ok=False, error=OVERTAKEN, overtaken=True))
            continue
        body = login_code_body(row.language, code) if code else row.body
        result = _sent(row, body, phones, messaging)
        outcomes.append(SendingOutcome(row.id, result.ok, result.provider_ref, result.error, result.permanent))
    return outcomes


def _sent(row: Message, body: str, phones: dict[UUID, str], messaging: Messaging) -> SendResult:
    phone = phones.get(row.artisan_id) if row.artisan_id is not None else None
    if phone is None:
        return SendResult(ok=False, error="no phone number is known", permanent=True)
    try:
        return messaging.send(
            OutgoingMessage(
                id=row.id, channel=row.channel, phone=phone, language=row.language, template=row.template, body=body
            )
        )
    except Exception as fault:
        # An adapter answers faults as results; one that raises all the same must not stop the others' messages.
        return SendResult(ok=False, error=f"{type(fault).__name__}: {fault}"[:200])
