"""What rails post to us: kept sealed before anybody reads it, handled by the worker, never lost.

The row is the truth, and the rail has its answer as soon as the row is there. Keeping is no command: a post is not yet
anybody's intent. Reading gives ``record_rail_answer``, which is safe to repeat.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction

from kiwanda import ports
from kiwanda.core import actors, clock, vault
from kiwanda.core.errors import NotFound
from kiwanda.factory.settlement.commands.freeze_payouts import freeze_payouts
from kiwanda.factory.settlement.commands.record_rail_answer import record_rail_answer
from kiwanda.factory.settlement.models import PayoutAttempt, RailPost
from kiwanda.ports.payments import Outcome, PaymentRail, PostRefused

log = structlog.get_logger(__name__)

#: The vault's field of address and bytes: they name payees.
RAW = "rail_post"
LARGEST = 100_000
#: A post whose handling breaks so often waits for people.
MOST_TRIES = 8


def keep(rail: str, path: str, body: bytes) -> RailPost:
    """Keep one post of ``rail`` to ``path``; committed when this returns. Latin-1 carries any bytes unchanged."""
    with transaction.atomic():
        row = RailPost.objects.create(rail=rail, received_at=clock.now())
        vault.put(row.id, RAW, f"{path}\n{body.decode('latin-1')}")
    return row


def raw(row: RailPost) -> tuple[str, bytes]:
    """The address and bytes of a post; empty where they were erased."""
    path, _, body = (vault.get(row.id, RAW) or "").partition("\n")
    return path, body.encode("latin-1")


def handle_waiting(limit: int = 200) -> int:
    """Read the posts that wait, oldest first; returns how many were handled."""
    rows = RailPost.objects.filter(state="received").order_by("received_at", "pk")[:limit]
    return sum(handle(row) for row in rows)


def handle(row: RailPost) -> bool:
    """Read one post and record what it says. False where it could not be used; the row says why."""
    rail: PaymentRail = ports.bound("payments")
    path, body = raw(row)
    try:
        post = rail.read_post(path, body)
    except PostRefused as refused:
        return _end(row, "unreadable", error=str(refused))
    if post.answer.outcome is Outcome.PENDING:
        return _end(row, "handled", outcome=post.answer.outcome.value)
    try:
        record_rail_answer(actor=actors.system(), attempt_id=post.attempt_id, answer=post.answer)
    except NotFound:
        # Its address proves that we made it: the database that knew the attempt was another, newer one.
        freeze_payouts(actor=actors.system())
        return _end(row, "unreadable", error="It names an attempt that is not known here.")
    except Exception as fault:
        log.exception("rail_post_broke", post=str(row.pk))
        tries = row.tries + 1
        RailPost.objects.filter(pk=row.pk).update(
            tries=tries, error=repr(fault)[:200], state="failed" if tries >= MOST_TRIES else "received"
        )
        return False
    return _end(row, "handled", outcome=post.answer.outcome.value, attempt=post.attempt_id)


def _end(row: RailPost, state: str, *, outcome: str = "", error: str = "", attempt: UUID | None = None) -> bool:
    known = PayoutAttempt.objects.filter(pk=attempt).first() if attempt else None
    RailPost.objects.filter(pk=row.pk).update(
        state=state, outcome=outcome, error=error[:200], attempt=known, handled_at=clock.now()
    )
    return state == "handled"
