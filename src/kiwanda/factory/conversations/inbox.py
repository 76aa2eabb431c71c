"""What providers post to us: kept sealed before anybody looks into it, handled afterwards, forgotten after a month.

The row is the truth and the provider has its answer as soon as the row is there; a crash while handling loses nothing.
Keeping is no command: a post is not yet anybody's intent, it is like the bytes of a request.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from kiwanda.core import clock, vault
from kiwanda.core.models import VaultEntry
from kiwanda.factory.conversations.models import Delivery

#: The vault's field of raw bodies.
RAW = "webhook"
LARGEST = 1_000_000
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
KEPT_DAYS = 30


def keep(source: str, body: bytes, key: str = "") -> Delivery | None:
    """Keep one post; None when it was posted before. ``key`` names it, the hash of its bytes where nothing better does.

    Latin-1 carries any bytes through the vault unchanged.
    """
    dedupe = hashlib.sha256(f"{source}\x1f{key}".encode() if key else body).hexdigest()
    try:
        with transaction.atomic():
            if Delivery.objects.filter(source=source, dedupe_key=dedupe).exists():
                return None
            row = Delivery.objects.create(source=source, dedupe_key=dedupe, received_at=clock.now())
            vault.put(row.id, RAW, body.decode("latin-1"))
            return row
    except IntegrityError:
        # Its twin was kept at the same moment.
        return None


def waiting(limit: int = 200) -> list[Delivery]:
    """Posts to be handled now, the oldest first."""
    now = clock.now()
    due = Delivery.objects.filter(Q(retry_at=None) | Q(retry_at__lte=now), state="received")
    return list(due.order_by("received_at", "id")[:limit])


def raw(row: Delivery) -> bytes:
    """The post as it came; empty when it was forgotten."""
    return (vault.get(row.id, RAW) or "").encode("latin-1")


def handled(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk).update(state="handled", handled_at=clock.now(), error="")


def unreadable(row: Delivery, sentence: str) -> None:
    """It does not have the provider's form; staff may look at it."""
    Delivery.objects.filter(pk=row.pk).update(state="unreadable", handled_at=clock.now(), error=sentence[:300])


def broke(row: Delivery, error: str) -> None:
    """Handling failed: again later, and after the eighth time it waits for staff."""
    attempts = row.attempts + 1
    now = clock.now()
    Delivery.objects.filter(pk=row.pk).update(
        attempts=attempts,
        error=error[:300],
        state="failed" if attempts >= MOST_ATTEMPTS else "received",
        retry_at=now + FIRST_PAUSE * 2 ** (attempts - 1),
        handled_at=now if attempts >= MOST_ATTEMPTS else None,
    )


def forget_old() -> int:
    """Erase posts and their raw bodies after a month, whatever became of them. Returns how many."""
    old = Delivery.objects.filter(received_at__lt=clock.now() - timedelta(days=KEPT_DAYS)).exclude(state="received")
    ids: list[UUID] = list(old.values_list("pk", flat=True)[:1000])
    VaultEntry.objects.filter(subject_id__in=ids, field=RAW).delete()
    return Delivery.objects.filter(pk__in=ids).delete()[0]
