"""What changed for one artisan, numbered so that no phone misses any of it.

Whoever changes something writes a :class:`FeedChange` in the same transaction and waits for nobody. Numbers are given
when the artisan's phone next asks, under the lock of her feed alone: a change that commits late gets a late number, and
two bulk commands never wait for each other's counters. One row a thing holds its newest number; what it says is read
when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kiwanda.core import rows
from kiwanda.factory.devices.models import Device, Feed, FeedChange, FeedRow
from kiwanda.factory.devices.queries import EPOCH

#: A thing on a phone: its kind and its id as text.
Key = tuple[str, str]

#: A feed's rows are compared with what there is: soon after it was begun (a transaction that ran at that moment did not
#: know of it), then about weekly, spread over the days.
FIRST_COMPARISON = timedelta(minutes=10)
COMPARE_EVERY = timedelta(days=7)
#: Rows that left the phones are forgotten together; every copy then begins anew, about four times a year.
PURGE_EVERY = timedelta(days=90)

_ID = Feed._meta.pk


def _uuid(value: UUID) -> Any:
    return _ID.get_db_prep_value(value, connection)


# Writing down that something changed ---------------------------------------------------------------------------------


def listeners(workshop_id: UUID) -> list[UUID]:
    """The artisans of a workshop who have a feed. One prepared statement; for most workshops it finds nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT artisan_id FROM devices_feed WHERE workshop_id = %s", [_uuid(workshop_id)])
        return [_python(row[0]) for row in cursor.fetchall()]


def is_listening(artisan_id: UUID) -> bool:
    return rows.fetch(Feed, artisan_id=artisan_id) is not None


def touch(artisan_ids: Iterable[UUID], keys: Sequence[Key]) -> None:
    """Note that ``keys`` changed for these artisans (who have a feed)."""
    rows.insert_many(
        [FeedChange(artisan_id=artisan, kind=kind, object_id=thing) for artisan in artisan_ids for kind, thing in keys]
    )


def touch_pairs(pairs: Iterable[tuple[UUID, Key]]) -> int:
    """The same for many artisans with a thing each; those without a feed are left out. Two queries."""
    wanted = list(pairs)
    if not wanted:
        return 0
    known = set(Feed.objects.filter(pk__in={artisan for artisan, _ in wanted}).values_list("pk", flat=True))
    fresh = [FeedChange(artisan_id=a, kind=key[0], object_id=key[1]) for a, key in wanted if a in known]
    FeedChange.objects.bulk_create(fresh, batch_size=500)
    return len(fresh)


def touch_everybody(key: Key) -> None:
    """Note a change for every feed there is, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO devices_feedchange (artisan_id, kind, object_id) SELECT artisan_id, %s, %s FROM devices_feed",
            [*key],
        )


def begin(artisan_id: UUID, workshop_id: UUID, language: str, now: datetime) -> None:
    """A feed for somebody's first phone. Its epoch is drawn, so that no cursor of an earlier life fits by accident."""
    Feed.objects.get_or_create(
        artisan_id=artisan_id,
        defaults={
            "workshop_id": workshop_id,
            "language": language,
            "epoch": 1 + randbelow(2**20),
            "compare_at": now,
            "purge_at": now + PURGE_EVERY,
        },
    )


def end(artisan_id: UUID) -> None:
    """Her last phone is gone: the feed goes, and its changes cost nothing any more."""
    FeedChange.objects.filter(artisan_id=artisan_id).delete()
    FeedRow.objects.filter(artisan_id=artisan_id).delete()
    Feed.objects.filter(pk=artisan_id).delete()


def set_language(artisan_id: UUID, language: str) -> None:
    """Texts are sent in her language: another one begins the copies anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE devices_feed SET language = %s, epoch = epoch + 1 WHERE artisan_id = %s AND language <> %s",
            [language, _uuid(artisan_id), language],
        )


# Reading -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Rows after a cursor, oldest first: ``keys`` with their versions, those in ``gone`` to be taken off the phone."""

    cursor: int
    keys: list[tuple[str, str, int]]
    gone: set[Key]
    more: bool


def head(artisan_id: UUID) -> tuple[Feed, bool] | None:
    """Her feed and whether changes wait for a number. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workshop_id, language, epoch, version, compare_at, purge_at, EXISTS("
            "SELECT 1 FROM devices_feedchange c WHERE c.artisan_id = f.artisan_id) "
            "FROM devices_feed f WHERE f.artisan_id = %s",
            [_uuid(artisan_id)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    found = Feed(
        artisan_id=artisan_id,
        workshop_id=_python(row[0]),
        language=row[1],
        epoch=row[2],
        version=row[3],
        compare_at=_moment(row[4]),
        purge_at=_moment(row[5]),
    )
    return found, bool(row[6])


def settle(artisan_id: UUID) -> None:
    """Give waiting changes their numbers, in the order they were written."""
    # Inside the transaction of the commands it fails with them: two statements less for each sync.
    with transaction.atomic(savepoint=False):
        found = _locked(artisan_id)
        if found is not None:
            _number(found)


def compare(artisan_id: UUID, wanted: Iterable[Key], now: datetime) -> None:
    """Make the rows those of ``wanted``: what is missing is added, what is too much leaves the phones.

    It heals whatever an event did not tell, keeps to the time a phone remembers, and makes the first copy.
    """
    keys = list(dict.fromkeys(wanted))
    with transaction.atomic():
        found = _locked(artisan_id)
        if found is None:
            return
        _number(found)
        known = dict(_rows_of(artisan_id))
        wanted_keys = set(keys)
        fresh = [key for key in keys if known.get(key, True)]
        stale = [key for key, gone in known.items() if not gone and key not in wanted_keys]
        first = not known
        _write(found, fresh, gone=False)
        _write(found, stale, gone=True)
        if found.purge_at <= now:
            forgotten = FeedRow.objects.filter(artisan_id=artisan_id, gone=True).delete()[0]
            found.epoch += 1 if forgotten else 0
            found.purge_at = now + PURGE_EVERY
        # Spread over the week by the person, so that not everybody's falls on the same morning.
        spread = timedelta(minutes=artisan_id.int % (24 * 60))
        found.compare_at = now + (FIRST_COMPARISON if first else COMPARE_EVERY - spread)
        rows.update(
            Feed,
            {"artisan_id": artisan_id},
            {
                "version": found.version,
                "epoch": found.epoch,
                "compare_at": found.compare_at,
                "purge_at": found.purge_at,
            },
        )


def page(found: Feed, version: int, most: int) -> Page:
    """At most ``most`` rows after ``version``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, object_id, version, gone FROM devices_feedrow WHERE artisan_id = %s AND version > %s "
            "ORDER BY version LIMIT %s",
            [_uuid(found.artisan_id), version, most + 1],
        )
        got = cursor.fetchall()
    more = len(got) > most
    got = got[:most]
    last = got[-1][2] if got else max(version, 0)
    return Page(
        cursor=found.epoch * EPOCH + last,
        keys=[(kind, thing, number) for kind, thing, number, _ in got],
        gone={(kind, thing) for kind, thing, _, gone in got if gone},
        more=more,
    )


def versions(artisan_id: UUID, keys: Iterable[Key]) -> dict[Key, int]:
    """The newest numbers of some things."""
    wanted = set(keys)
    if not wanted:
        return {}
    found: dict[Key, int] = {}
    with connection.cursor() as cursor:
        for kind, thing in wanted:
            cursor.execute(
                "SELECT version FROM devices_feedrow WHERE artisan_id = %s AND kind = %s AND object_id = %s",
                [_uuid(artisan_id), kind, thing],
            )
            row = cursor.fetchone()
            if row is not None:
                found[kind, thing] = row[0]
    return found


def between(artisan_id: UUID, kinds: Sequence[str], after: int, until: int) -> list[Key]:
    """Things of ``kinds`` whose newest number lies in (after, until]."""
    found = FeedRow.objects.filter(artisan_id=artisan_id, kind__in=kinds, version__gt=after, version__lte=until)
    return list(found.order_by("version").values_list("kind", "object_id"))


def has_phone(artisan_id: UUID) -> bool:
    return Device.objects.filter(artisan_id=artisan_id, state="active").exists()


# The statements ------------------------------------------------------------------------------------------------------

_UPSERT = (
    "INSERT INTO devices_feedrow (artisan_id, kind, object_id, version, gone) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (artisan_id, kind, object_id) DO UPDATE SET version = excluded.version, gone = excluded.gone"
)


def _locked(artisan_id: UUID) -> Feed | None:
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workshop_id, language, epoch, version, compare_at, purge_at FROM devices_feed "
            f"WHERE artisan_id = %s{lock}",
            [_uuid(artisan_id)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return Feed(
        artisan_id=artisan_id,
        workshop_id=_python(row[0]),
        language=row[1],
        epoch=row[2],
        version=row[3],
        compare_at=_moment(row[4]),
        purge_at=_moment(row[5]),
    )


def _number(found: Feed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, object_id FROM devices_feedchange WHERE artisan_id = %s ORDER BY id",
            [_uuid(found.artisan_id)],
        )
        waiting = cursor.fetchall()
        if not waiting:
            return
        # Exactly those that were read: another may arrive meanwhile, and PostgreSQL hands ids out of order.
        cursor.executemany("DELETE FROM devices_feedchange WHERE id = %s", [(row[0],) for row in waiting])
    _write(found, list(dict.fromkeys((kind, thing) for _, kind, thing in waiting)), gone=False)
    rows.update(Feed, {"artisan_id": found.artisan_id}, {"version": found.version})


def _write(found: Feed, keys: Sequence[Key], *, gone: bool) -> None:
    if not keys:
        return
    owner = _uuid(found.artisan_id)
    numbered = []
    for kind, thing in keys:
        found.version += 1
        numbered.append((owner, kind, thing, found.version, gone))
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, numbered)


def _rows_of(artisan_id: UUID) -> list[tuple[Key, bool]]:
    found = FeedRow.objects.filter(artisan_id=artisan_id).order_by("version")
    return [((kind, thing), gone) for kind, thing, gone in found.values_list("kind", "object_id", "gone")]


def _python(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _moment(value: Any) -> datetime:
    """SQLite gives text where PostgreSQL gives a moment; Django's own converter reads it."""
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
