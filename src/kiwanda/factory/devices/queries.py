"""Reads of devices, scoped by who asks: staff see all, an artisan her own."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max, QuerySet

from kiwanda.core.actors import Actor, Role
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.devices.models import Device, FeedRow, IdleWeek, LearnedStep

#: A cursor holds the feed's epoch above, the version below; 2**53 bounds what a phone's JavaScript counts exactly.
EPOCH = 2**32


def devices(actor: Actor) -> QuerySet[Device]:
    """Phones ``actor`` may see, the latest seen first."""
    if actor.is_staff or actor.has(Role.SYSTEM):
        return Device.objects.all()
    if actor.kind == "artisan" and actor.id is not None:
        return Device.objects.filter(artisan_id=actor.id)
    return Device.objects.none()


def device(actor: Actor, device_id: UUID) -> Device:
    """One of them, or :class:`NotFound`."""
    found = devices(actor).filter(pk=device_id).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="phone")
    return found


def with_phones(artisan_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these people have a phone with the app. One query."""
    found = Device.objects.filter(artisan_id__in=list(artisan_ids), state="active").order_by()
    return set(found.values_list("artisan_id", flat=True))


def arrived(kind: str, things: Iterable[tuple[UUID, object]]) -> set[tuple[UUID, str]]:
    """Which ``(artisan, object)`` of a kind are proven to be on a phone of hers: it asked for what comes after them."""
    wanted = {(artisan, str(thing)) for artisan, thing in things}
    if not wanted:
        return set()
    people = {artisan for artisan, _ in wanted}
    heard = dict(
        Device.objects.filter(artisan_id__in=people, state="active")
        .order_by()
        .values_list("artisan_id")
        .annotate(n=Max("cursor"))
    )
    if not heard:
        return set()
    rows = FeedRow.objects.filter(
        artisan_id__in=list(heard), kind=kind, object_id__in={thing for _, thing in wanted}
    ).values_list("artisan_id", "object_id", "version")
    return {
        (artisan, thing)
        for artisan, thing, version in rows
        if (artisan, thing) in wanted and version <= heard[artisan] % EPOCH
    }


def learned(artisan_id: UUID) -> dict[str, list[int]]:
    """Steps she has gone through, by technique."""
    found: dict[str, list[int]] = {}
    for technique, step in (
        LearnedStep.objects.filter(artisan_id=artisan_id).order_by("step").values_list("technique", "step")
    ):
        found.setdefault(technique, []).append(step)
    return found


def idle_week(workshop_id: UUID) -> IdleWeek | None:
    """Why the workshop had no work, as last worked out."""
    return IdleWeek.objects.filter(pk=workshop_id).first()
