"""Messages as phones learn of them: conversations tell here what they wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.jobs import enqueue
from kiwanda.factory.devices import feed
from kiwanda.factory.devices.models import PushSubscription

MESSAGE = "msg"


@dataclass(frozen=True, slots=True)
class Written:
    """A message to an artisan; ``wakes`` where it is for the app, which sleeps on her phone."""

    message_id: UUID
    artisan_id: UUID
    wakes: bool


def written(messages: Iterable[Written]) -> None:
    """Note new or changed messages for the phones of those they are to, and wake the phones that can be woken."""
    found = list(messages)
    if not feed.touch_pairs((row.artisan_id, (MESSAGE, str(row.message_id))) for row in found):
        return
    sleeping = {row.artisan_id for row in found if row.wakes}
    if not sleeping:
        return
    reachable = set(
        PushSubscription.objects.filter(artisan_id__in=sleeping).order_by().values_list("artisan_id", flat=True)
    )
    for row in found:
        if row.wakes and row.artisan_id in reachable:
            enqueue("devices.wake", artisan_id=str(row.artisan_id), kind=MESSAGE, thing=str(row.message_id))
