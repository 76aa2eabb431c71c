"""A payee's number changed: money waits until two days have passed and a second person has confirmed the number.

Whoever takes over somebody's number, or persuades one member of staff to enter another, is the commonest way in which
mobile money is stolen. The old number is told (see ``NumberHeld``), so that its owner can object in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from kiwanda.core import vault
from kiwanda.core.commands import Context
from kiwanda.factory.settlement.events import NumberHeld
from kiwanda.factory.settlement.models import NumberHold

HOLD = timedelta(hours=48)


def hold(ctx: Context, artisan_id: UUID, workshop_id: UUID, changed_by: UUID | None) -> NumberHold:
    """Begin a hold on ``artisan_id``'s number; one that is under way is replaced (its number is not hers any more)."""
    NumberHold.objects.filter(artisan_id=artisan_id, state="held").update(
        state="refused", decided_at=ctx.now, note="The number changed again."
    )
    row = NumberHold.objects.create(
        artisan_id=artisan_id, workshop_id=workshop_id, changed_at=ctx.now, changed_by=changed_by, until=ctx.now + HOLD
    )
    ctx.emit(NumberHeld(number_hold_id=row.pk, artisan_id=artisan_id, workshop_id=workshop_id, until=row.until))
    return row


def held(artisan_ids: Iterable[UUID], now: datetime) -> dict[UUID, NumberHold]:
    """Those of ``artisan_ids`` that may not be paid now, each with its newest hold."""
    waiting: dict[UUID, NumberHold] = {}
    settled: set[UUID] = set()
    ids = list(artisan_ids)
    for start in range(0, len(ids), 500):
        for row in NumberHold.objects.filter(artisan_id__in=ids[start : start + 500]).order_by("-changed_at", "-pk"):
            if row.artisan_id in waiting or row.artisan_id in settled:
                continue
            if row.state == "confirmed" and row.until <= now:
                settled.add(row.artisan_id)
            else:
                waiting[row.artisan_id] = row
    return waiting


def held_now(now: datetime) -> set[UUID]:
    """Every artisan who may not be paid now."""
    open_rows = NumberHold.objects.filter(~Q(state="confirmed") | Q(until__gt=now))
    return set(held(set(open_rows.values_list("artisan_id", flat=True)), now))


def mark(phone: str) -> str:
    """The keyed hash by which a number is remembered without being stored."""
    return vault.blind_index(vault.PHONE, phone) if phone else ""


def masked(phone: str) -> str:
    """``2547****5645``: enough to compare, too little to call."""
    digits = phone.removeprefix("+")
    return f"{digits[:4]}****{digits[-4:]}" if len(digits) >= 9 else ""


def same(told: str, payee_mark: str, payee_masked: str) -> bool:
    """Whether the number a rail names is the one that was asked for. Asterisks fit anything."""
    if not payee_mark:
        return True
    if "*" not in told:
        return mark(f"+{told}") == payee_mark
    shown = f"{payee_masked[:4]}{'*' * (len(told) - 8)}{payee_masked[-4:]}"
    return len(told) >= 9 and all("*" in (a, b) or a == b for a, b in zip(told, shown, strict=True))
