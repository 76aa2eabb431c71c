"""Reactions: what a room does about other rooms' events.

Two kinds. A plain reaction is a reader with its own cursor, run by the worker after commit; cursor and effect move in
one transaction, so its effect happens once. An *inline* reaction runs inside the emitting command's transaction, for
effects that must never be seen apart from their cause (counters of pieces, earnings); if it fails, the command fails.

Both are named by event type as text (``"quality.InspectionRecorded"``), so that upstream rooms learn from downstream
ones without importing them.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q

from kiwanda.core import actors, clock
from kiwanda.core.commands import Context, _write_events
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event, ParkedEvent, ReactionCursor
from kiwanda.core.rooms import import_from_rooms

log = structlog.get_logger(__name__)

Handler = Callable[[Context, Event], None]

#: Failing this often parks the event for staff and lets the reaction go on.
MAX_FAILURES = 8
BATCH = 200


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    types: frozenset[str]
    handler: Handler


REACTIONS: dict[str, Reaction] = {}
_INLINE: dict[str, list[Handler]] = {}


def reaction(*types: str, inline: bool = False) -> Callable[[Handler], Handler]:
    """Register ``handler(ctx, event)`` for event ``types`` (``"room.EventName"``)."""

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__.split('.')[-2]}.{handler.__name__}"
        if inline:
            for kind in types:
                handlers = _INLINE.setdefault(kind, [])
                if handler not in handlers:
                    handlers.append(handler)
        else:
            REACTIONS[name] = Reaction(name, frozenset(types), handler)
        return handler

    return register


def inline_reactions(event_type: str) -> list[Handler]:
    """What belongs in the emitting command's transaction. Any process that gives commands (a web server, the command
    line) has them from its first event on: without them pieces would not be counted and earnings not booked.
    """
    load_reactions()
    return _INLINE.get(event_type, [])


def load_reactions() -> dict[str, Reaction]:
    """Import every room's ``reactions.py`` and return the registry."""
    import_from_rooms("reactions")
    return REACTIONS


def run_reactions(*, names: set[str] | None = None, max_rounds: int = 1000) -> int:
    """Let every reaction read until none finds anything new. Returns how many events were handled."""
    handled = 0
    for _ in range(max_rounds):
        round_total = sum(_run_one(item) for item in load_reactions().values() if names is None or item.name in names)
        handled += round_total
        if round_total == 0:
            break
    return handled


def _safe_horizon() -> int | None:
    """The oldest transaction id still open; events from it on may yet gain earlier neighbours. None on SQLite."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _run_one(item: Reaction) -> int:
    """One batch of one reaction. Returns events handled (parked ones included)."""
    wall = datetime.now(UTC)
    ReactionCursor.objects.get_or_create(name=item.name)
    try:
        with transaction.atomic():
            cursor = ReactionCursor.objects.select_for_update().get(name=item.name)
            if cursor.retry_at is not None and cursor.retry_at > wall:
                return 0
            fresh = Event.objects.filter(type__in=item.types).filter(
                Q(tx__gt=cursor.tx) | Q(tx=cursor.tx, position__gt=cursor.position)
            )
            # Inside an outer transaction (tests, the twin) our own events are visible but not yet below the horizon.
            horizon = _safe_horizon()
            if horizon is not None:
                own = _own_transaction()
                fresh = fresh.filter(Q(tx__lt=horizon) | Q(tx=own)) if own is not None else fresh.filter(tx__lt=horizon)
            batch = list(fresh.order_by("tx", "position")[: BATCH if cursor.failures == 0 else 1])
            if not batch:
                return 0
            ctx = Context(actors.system(), clock.now(), new_id(), f"reaction.{item.name}")
            for event in batch:
                item.handler(ctx, event)
            _write_events(ctx)
            last = batch[-1]
            cursor.tx, cursor.position = last.tx, last.position
            cursor.failures, cursor.retry_at, cursor.error = 0, None, ""
            cursor.save()
            return len(batch)
    except Exception:
        return _failed(item, wall)


def _own_transaction() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()::text::bigint")
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else None


def _failed(item: Reaction, wall: datetime) -> int:
    """Note a failure: retry one event at a time with growing pauses, then park the event that cannot be digested."""
    trace = traceback.format_exc()
    with transaction.atomic():
        cursor = ReactionCursor.objects.select_for_update().get(name=item.name)
        cursor.failures += 1
        cursor.error = trace[-4000:]
        cursor.retry_at = wall if cursor.failures == 1 else wall + timedelta(seconds=min(300, 2**cursor.failures))
        parked = 0
        if cursor.failures > MAX_FAILURES:
            event = (
                Event.objects.filter(type__in=item.types)
                .filter(Q(tx__gt=cursor.tx) | Q(tx=cursor.tx, position__gt=cursor.position))
                .order_by("tx", "position")
                .first()
            )
            if event is not None:
                ParkedEvent.objects.get_or_create(
                    reaction=item.name, event=event, defaults={"error": cursor.error, "parked_at": wall}
                )
                cursor.tx, cursor.position = event.tx, event.position
                parked = 1
            cursor.failures, cursor.retry_at = 0, None
        cursor.save()
    log.error("reaction_failed", reaction=item.name, failures=cursor.failures, parked=bool(parked), error=trace)
    return parked


def replay_parked(parked: ParkedEvent) -> None:
    """Play a parked event again, after its cause was mended."""
    item: Any = load_reactions()[parked.reaction]
    with transaction.atomic():
        ctx = Context(actors.system(), clock.now(), new_id(), f"reaction.{item.name}")
        item.handler(ctx, parked.event)
        _write_events(ctx)
        parked.replayed_at = datetime.now(UTC)
        parked.save(update_fields=["replayed_at"])
