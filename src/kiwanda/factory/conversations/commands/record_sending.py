from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.conversations.events import MessageFailed
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.states import MESSAGE

#: Tries before a passing fault counts as final; with the pauses below that is about an hour.
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SendingOutcome:
    """What the provider said about one message. ``permanent`` errors are not tried again.

    ``overtaken``: the message was not given to the provider, because nobody needs it any more.
    """

    message_id: UUID
    ok: bool
    provider_ref: str = ""
    error: str = ""
    permanent: bool = False
    overtaken: bool = False


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
        row.attempts += not outcome.overtaken
        target = _target(row, outcome)
        if target is None:
            row.error = _without_numbers(outcome.error)
            row.retry_at = ctx.now + FIRST_PAUSE * 2 ** (row.attempts - 1)
            continue
        assert MESSAGE.allows(row.state, target)
        row.state = target
        if target == "sent":
            sent += 1
            row.sent_at, row.provider_ref, row.error = ctx.now, outcome.provider_ref[:80], ""
        else:
            row.error = _without_numbers(outcome.error)
        if target == "failed" and not outcome.overtaken:
            ctx.emit(
                MessageFailed(
                    message_id=row.id,
                    artisan_id=row.artisan_id,
                    workshop_id=row.thread.workshop_id,
                    template=row.template,
                    error=row.error,
                )
            )
        if row.template == "login_code" and not keep_codes:
            vault.erase(row.thread.subject_id)
    # An upsert of rows that are there and locked: ten times faster than Django's bulk_update and its CASE per row.
    Message.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["attempts", "state", "sent_at", "provider_ref", "error", "retry_at"],
    )
    return sent


def _without_numbers(error: str) -> str:
    """Providers like to quote the phone number; neither the row nor the log may hold it."""
    return re.sub(r"\+?\d(?:[\s-]?\d){6,}", "…", error)[:200]


def _target(row: Message, outcome: SendingOutcome) -> str | None:
    if outcome.ok:
        return "sent"
    return "failed" if outcome.permanent or outcome.overtaken or row.attempts >= MOST_ATTEMPTS else None
