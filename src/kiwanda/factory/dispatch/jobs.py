"""Dispatch's work outside requests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F

from kiwanda.core import actors, clock
from kiwanda.core.jobs import every, job
from kiwanda.factory.dispatch.commands.expire_offers import BATCH, expire_offers
from kiwanda.factory.dispatch.commands.note_reasons import note_reasons
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import LIVE_OFFERS
from kiwanda.factory.planning.explaining import why_allocation
from kiwanda.factory.planning.models import Allocation


@every(60)
def expire_offers_timer() -> None:
    """Close offers whose time has passed. Looks before it acts: a minute with nothing to do leaves no receipt."""
    while Offer.objects.filter(state__in=LIVE_OFFERS, expires_at__lte=clock.now()).exists():
        if expire_offers(actor=actors.system()) < BATCH:
            break


#: Offers whose reasons are written in one transaction.
REASONS_BATCH = 100


@job(retries=2)
def explain_offers() -> int:
    """Keep with the live offers of a plan why each workshop was chosen. Woken twice: nothing to do."""
    waiting = Offer.objects.filter(state__in=LIVE_OFFERS, why=[], lots__isnull=False).order_by("pk").distinct()
    ids = list(waiting.values_list("pk", flat=True))
    lots: dict[UUID, Any] = {}
    for first in range(0, len(ids), 500):
        rows = Allocation.objects.filter(offered_lot__offer__in=ids[first : first + 500]).select_related("plan_run")
        for lot in rows.defer("plan_run__summary").annotate(offer=F("offered_lot__offer")).order_by("start_on", "pk"):
            lots.setdefault(lot.offer, lot)
    noted = 0
    found: list[tuple[UUID, list[Any]]] = []
    for offer, lot in lots.items():
        found.append((offer, [list(said.stored()) for said in why_allocation(lot).reasons]))
        if len(found) == REASONS_BATCH:
            noted += note_reasons(actor=actors.system(), reasons=found)
            found = []
    return noted + (note_reasons(actor=actors.system(), reasons=found) if found else 0)
