from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.conversations.models import StaffNotice
from kiwanda.factory.conversations.states import NOTICE

MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class NoticeOutcome:
    """What the chat room said about one notice."""

    notice_id: UUID
    ok: bool
    error: str = ""
    permanent: bool = False
    retry_after_seconds: int = 0


@command(roles={Role.SYSTEM})
def record_notices(ctx: Context, *, outcomes: list[NoticeOutcome]) -> int:
    """Store what became of notices given to the chat room. Returns how many are there now."""
    sent = 0
    for outcome in outcomes:
        row = StaffNotice.objects.select_for_update().filter(pk=outcome.notice_id, state="queued").first()
        if row is None:
            continue
        attempts = row.attempts + 1
        if outcome.ok:
            NOTICE.move(row, "sent", attempts=attempts, sent_at=ctx.now, error="")
            sent += 1
        elif outcome.permanent or attempts >= MOST_ATTEMPTS:
            NOTICE.move(row, "failed", attempts=attempts, error=outcome.error[:200])
        else:
            pause = max(FIRST_PAUSE * 2 ** (attempts - 1), timedelta(seconds=outcome.retry_after_seconds))
            StaffNotice.objects.filter(pk=row.pk).update(
                attempts=attempts, error=outcome.error[:200], retry_at=ctx.now + pause
            )
    return sent
