from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.conversations.events import MessageFailed
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.rules import fallback_after
from kiwanda.factory.conversations.states import MESSAGE

#: Tries before a passing fault counts as final; with the pauses below that is about an hour.
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SendingOutcome:
    """What the provider said about one message. ``permanent`` errors are not tried again.

    Not given to the provider were those ``overtaken`` (nobody needs it any more), ``withheld`` (she asked not to be
    written to) and those with a ``wait_until`` (quiet hours, a throttle): none of them counts as a try.
    """

    message_id: UUID
    ok: bool
    provider_ref: str = ""
    error: str = ""
    permanent: bool = False
    overtaken: bool = False
    withheld: bool = False
    wait_until: datetime | None = None
    delivered: bool = False
    cost_micros: int | None = None
    cost_currency: str = ""
    retry_after_seconds: int = 0


@command(roles={Role.SYSTEM})
def record_sending(ctx: Context, *, outcomes: list[SendingOutcome], keep_codes: bool = False) -> int:
    """Store what became of messages that were given to the provider. Returns how many are sent now.

    Only queued messages change (a doubled job finds nothing left to do). A passing fault waits 1, 2, 4 … minutes; a
    permanent one, or the sixth, fails the message and tells staff. A log-in code leaves the vault once it was sent,
    unless ``keep_codes`` (the demo shows it on screen, because no message reaches a phone).
    """
    by_id = {outcome.message_id: outcome for outcome in outcomes}
    rows = list(
        Message.objects.select_for_update(of=("self",)).filter(pk__in=list(by_id), state="queued")
        .select_related("thread")
    )
    sent = 0
    for row in rows:
        outcome = by_id[row.pk]
        if outcome.wait_until is not None:
            row.retry_at = outcome.wait_until
            continue
        row.attempts += not (outcome.overtaken or outcome.withheld)
        target = _target(row, outcome)
        if target is None:
            row.error = without_numbers(outcome.error)
            pause = max(FIRST_PAUSE * 2 ** (row.attempts - 1), timedelta(seconds=outcome.retry_after_seconds))
            row.retry_at = ctx.now + pause
            continue
        assert MESSAGE.allows(row.state, target)
        row.state = target
        if target == "sent":
            sent += 1
            _count_sent(ctx, row, outcome)
        else:
            row.error = without_numbers(outcome.error)
        if target == "failed" and not outcome.overtaken:
            # What did not go by WhatsApp goes by SMS; staff hear of it only when that fails, too.
            row.fallback_at = ctx.now if row.channel not in ("sms", "app") else None
            tell_failed(ctx, row)
        if row.template == "login_code" and not keep_codes:
            vault.erase(row.thread.subject_id)
    # An upsert of rows that are there and locked: ten times faster than Django's bulk_update and its CASE per row.
    Message.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "attempts", "state", "sent_at", "delivered_at", "provider_ref", "error", "retry_at", "fallback_at",
            "cost_micros", "cost_currency",
        ],
    )
    return sent


def _count_sent(ctx: Context, row: Message, outcome: SendingOutcome) -> None:
    row.sent_at, row.provider_ref, row.error = ctx.now, outcome.provider_ref[:80], ""
    row.cost_micros, row.cost_currency = outcome.cost_micros, outcome.cost_currency[:3]
    if outcome.delivered:
        row.state, row.delivered_at = "delivered", ctx.now
    elif row.channel == "whatsapp":
        row.fallback_at = ctx.now + fallback_after()


def tell_failed(ctx: Context, row: Message) -> None:
    """Tell staff that ``row`` reached nobody, unless an SMS will say it."""
    if row.fallback_at is not None and row.artisan_id is not None:
        return
    ctx.emit(
        MessageFailed(
            message_id=row.id,
            artisan_id=row.artisan_id,
            workshop_id=row.thread.workshop_id,
            template=row.template,
            error=row.error,
        )
    )


def without_numbers(error: str) -> str:
    """Providers like to quote the phone number; neither the row nor the log may hold it."""
    return re.sub(r"\+?\d(?:[\s-]?\d){6,}", "…", error)[:200]


def _target(row: Message, outcome: SendingOutcome) -> str | None:
    if outcome.ok:
        return "sent"
    if outcome.withheld:
        return "withheld"
    return "failed" if outcome.permanent or outcome.overtaken or row.attempts >= MOST_ATTEMPTS else None
