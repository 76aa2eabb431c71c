"""Why there was no work this week, for those who have the app and nothing to do.

Worked out by the worker after a plan was published: laying out a plan for questions takes seconds, a sync must not.
"""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import clock
from kiwanda.factory.devices import feed
from kiwanda.factory.devices.models import Feed, IdleWeek
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.planning import explaining

KEY = ("idle", "idle")
#: What a small screen holds.
MOST_REASONS = 3


def explain() -> int:
    """Renew the reasons of every workshop with a feed and without work. Returns how many were explained."""
    monday = explaining.this_monday()
    listening: dict[UUID, list[UUID]] = {}
    for artisan, workshop in Feed.objects.values_list("artisan_id", "workshop_id"):
        listening.setdefault(workshop, []).append(artisan)
    busy = with_work(listening)
    explained = 0
    for workshop in listening:
        if workshop in busy:
            continue
        answer = explaining.why_no_work(workshop, monday)
        said = [list(reason.stored()) for reason in answer.reasons[:MOST_REASONS]]
        known = IdleWeek.objects.filter(pk=workshop).first()
        if known is not None and (known.monday, known.said) == (monday, said):
            continue
        IdleWeek.objects.update_or_create(
            workshop_id=workshop, defaults={"monday": monday, "said": said, "explained_at": clock.now()}
        )
        feed.touch(listening[workshop], [KEY])
        explained += 1
    return explained


def with_work(workshops: dict[UUID, list[UUID]] | set[UUID]) -> set[UUID]:
    """Those of ``workshops`` that have an open offer or accepted work."""
    ids = list(workshops)
    offered = Offer.objects.filter(workshop_id__in=ids, state__in=LIVE_OFFERS).order_by()
    accepted = WorkOrder.objects.filter(workshop_id__in=ids, state__in=LIVE_WORK_ORDERS).order_by()
    return set(offered.values_list("workshop_id", flat=True)) | set(accepted.values_list("workshop_id", flat=True))
