"""The chain of hashes over the ledger's entries: whoever changes, removes or slips in one breaks it from there on.

Each link holds SHA-256 over the link before it and everything its entry says (key, kind, subject, time, what it
reverses, and every transfer with both accounts). The worker adds links in the order of the entries' ids, shortly after
they were committed; an entry committed late is linked late, but never twice and never left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from kiwanda.factory.settlement.models import LedgerEntry, LedgerLink, Transfer

START = "0" * 64
BATCH = 500
#: No transaction stays open for so long; older entries without a link were slipped in.
LATEST = timedelta(hours=1)
_LOCK = 0x6B6C_6564


def seal(limit: int = 100_000) -> int:
    """Link what was booked since; returns how many entries. One worker at a time."""
    done = 0
    while done < limit:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            last = LedgerLink.objects.order_by("-position").select_related("entry").first()
            rows = LedgerEntry.objects.filter(link=None).order_by("pk")
            if last is not None:
                newest = LedgerLink.objects.order_by("-entry_id").values_list("entry_id", flat=True).first()
                rows = rows.filter(pk__gte=_id_at(_time_of(newest or last.entry_id) - LATEST))
            entries = list(rows[:BATCH])
            if not entries:
                return done
            position, previous = (last.position, last.hash) if last is not None else (0, START)
            now, links = datetime.now(UTC), []
            for entry, content in zip(entries, contents(entries), strict=True):
                position, before = position + 1, previous
                previous = _hash(before, content)
                links.append(
                    LedgerLink(position=position, entry=entry, prev_hash=before, hash=previous, sealed_at=now)
                )
            LedgerLink.objects.bulk_create(links)
            done += len(links)
    return done


def head() -> tuple[int, str]:
    """Position and hash of the last link; a copy kept elsewhere proves everything before it."""
    last = LedgerLink.objects.order_by("-position").values_list("position", "hash").first()
    return (0, START) if last is None else (last[0], last[1])


def breaks() -> Iterator[str]:
    """One sentence for everything that does not fit; nothing where the chain is whole."""
    expected, previous = 1, START
    batch: list[LedgerLink] = []
    rows = LedgerLink.objects.select_related("entry").order_by("position").iterator(chunk_size=BATCH)
    for link in rows:
        if link.position != expected:
            yield f"links {expected} to {link.position - 1} of the ledger's chain are missing"
        if link.prev_hash != previous:
            yield f"link {link.position} of the ledger's chain does not follow the one before it"
        expected, previous = link.position + 1, link.hash
        batch.append(link)
        if len(batch) == BATCH:
            yield from _changed(batch)
            batch = []
    yield from _changed(batch)
    newest = LedgerLink.objects.order_by("-entry_id").values_list("entry_id", flat=True).first()
    if newest is not None:
        for entry in LedgerEntry.objects.filter(link=None, pk__lt=_id_at(_time_of(newest) - LATEST)):
            yield f"ledger entry {entry.key} is older than the chain's end and not in it"


def contents(entries: Sequence[LedgerEntry]) -> list[str]:
    """Everything each entry says, as one line of JSON."""
    moves: dict[UUID, list[list[object]]] = {entry.pk: [] for entry in entries}
    rows = Transfer.objects.filter(entry__in=list(moves)).order_by("pk")
    for row in rows.values_list("entry_id", "pk", "debit__code", "credit__code", "amount_minor", "currency"):
        moves[row[0]].append(list(row[1:]))
    return [
        json.dumps(
            [
                str(entry.pk), entry.key, entry.kind, str(entry.subject_id), str(entry.reverses_id or ""),
                entry.booked_at.astimezone(UTC).isoformat(), moves[entry.pk],
            ]
        )
        for entry in entries
    ]  # fmt: skip


def _changed(links: Sequence[LedgerLink]) -> Iterator[str]:
    for link, content in zip(links, contents([link.entry for link in links]), strict=True):
        if _hash(link.prev_hash, content) != link.hash:
            yield f"ledger entry {link.entry.key} was changed after it was booked"


def _hash(previous: str, content: str) -> str:
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def _time_of(identifier: UUID) -> datetime:
    """When a UUIDv7 was made."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)


def _id_at(moment: datetime) -> UUID:
    """The smallest UUIDv7 of a moment."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)
