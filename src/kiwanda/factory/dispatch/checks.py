"""What ``kiwanda audit`` proves about offers and work orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Sum

from kiwanda.core.audit import check
from kiwanda.core.models import Event
from kiwanda.factory.dispatch.models import Offer, OfferedLot, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.models import Allocation, ProductionOrder
from kiwanda.factory.planning.routings import downstream, load_routings

#: The last event of an offer, and the state it leaves the offer in.
STATE_AFTER = {
    "dispatch.OfferSent": "sent",
    "dispatch.OfferAccepted": "accepted",
    "dispatch.OfferDeclined": "declined",
    "dispatch.CounterRefused": "declined",
    "dispatch.OfferCountered": "countered",
    "dispatch.OfferExpired": "expired",
    "dispatch.OfferWithdrawn": "withdrawn",
}


@check("No operation has more pieces accepted, at work and on offer than its production order allows.")
def never_more_than_needed() -> Iterator[str]:
    orders = {
        order.id: order
        for order in ProductionOrder.objects.exclude(state="cancelled").only("id", "code", "tech_pack_id")
    }
    later = {
        pack: downstream(steps)
        for pack, steps in load_routings({order.tech_pack_id for order in orders.values()}).items()
    }
    # Pieces first given up (their replacement was ordered) and then accepted after all may be too many: not wrong.
    restored: dict[tuple[UUID, UUID], int] = {
        (order, operation): pieces
        for order, operation, pieces in WorkOrder.objects.order_by()
        .filter(restored_quantity__gt=0)
        .values_list("production_order_id", "operation_id")
        .annotate(restored=Sum("restored_quantity"))
    }
    for (order, operation), account in load_books(list(orders)).items():
        spare = restored.get((order, operation), 0)
        spare += sum(restored.get((order, key), 0) for key in later[orders[order].tech_pack_id][operation])
        if account.committed > account.most + spare:
            yield (
                f"{orders[order].code}, operation {operation}: {account.most} pieces at most are needed, "
                f"{account.accepted} accepted, {account.working} at work and {account.offered} on offer"
            )


@check("Every accepted offer is one work order with the same terms, and every work order an accepted offer.")
def offers_became_work() -> Iterator[str]:
    for offer in Offer.objects.filter(state="accepted", work_order=None):
        yield f"offer {offer.id} is accepted and has no work order"
    for row in WorkOrder.objects.select_related("offer").exclude(offer__state="accepted"):
        yield f"{row.code} came of an offer that is {row.offer.state}"
    for row in WorkOrder.objects.select_related("offer").iterator(chunk_size=2000):
        offer = row.offer
        agreed = (
            offer.production_order_id, offer.operation_id, offer.workshop_id,
            offer.quantity if offer.counter_quantity is None else offer.counter_quantity,
            offer.counter_due_on or offer.due_on, offer.piece_rate_minor, offer.currency,
        )
        terms = (
            row.production_order_id, row.operation_id, row.workshop_id, row.quantity, row.agreed_due_on,
            row.piece_rate_minor, row.currency,
        )
        if terms != agreed:
            yield f"{row.code} has other terms than its offer {offer.id}"


@check("A work order is due on the day agreed, or on the later one its last told move says, with the reason.")
def due_days_told() -> Iterator[str]:
    told: dict[UUID, tuple[str, str]] = {}
    moves = Event.objects.filter(type="dispatch.WorkDueMoved").order_by("tx", "position")
    for subject, data in moves.values_list("subject_id", "data").iterator(chunk_size=5000):
        told[subject] = (data["due_on"], data["reason"])
    rows = WorkOrder.objects.order_by().values_list("id", "code", "agreed_due_on", "due_on", "due_reason")
    for key, code, agreed, due, reason in rows.iterator(chunk_size=5000):
        expected = told.get(key, (agreed.isoformat(), ""))
        if (due.isoformat(), reason) != expected:
            yield f"{code} is due on {due} ({reason or 'as agreed'}), the log says {expected[0]}"


@check("A work order is closed exactly when none of its pieces is open.")
def work_orders_closed() -> Iterator[str]:
    spent = Q(quantity=F("accepted_quantity") + F("rejected_quantity") + F("short_quantity"))
    live = Q(state__in=LIVE_WORK_ORDERS)
    for row in WorkOrder.objects.filter((live & spent) | (~live & ~spent)):
        yield f"{row.code} is {row.state} with {row.open_quantity} open pieces"
    for row in WorkOrder.objects.filter(~live, closed_at=None):
        yield f"{row.code} is {row.state} without a time of closing"
    for row in WorkOrder.objects.filter(live, closed_at__isnull=False):
        yield f"{row.code} is {row.state} and has a time of closing"


@check("Every lot marked as offered is in one offer, with no more pieces than planned; offers sum up their lots.")
def lots_offered() -> Iterator[str]:
    for lot in Allocation.objects.filter(state="offered", offered_lot=None):
        yield f"lot {lot.id} is marked as offered and is in no offer"
    rows = OfferedLot.objects.select_related("allocation")
    for row in rows.exclude(allocation__state="offered"):
        yield f"lot {row.allocation_id} is in offer {row.offer_id} and is marked {row.allocation.state}"
    for row in rows.filter(quantity__gt=F("allocation__quantity")):
        yield f"offer {row.offer_id} takes {row.quantity} pieces of a lot of {row.allocation.quantity}"
    for offer in Offer.objects.order_by().filter(lots__isnull=False).annotate(pieces=Sum("lots__quantity")):
        if offer.pieces != offer.quantity:
            yield f"offer {offer.id} is for {offer.quantity} pieces, its lots hold {offer.pieces}"


@check("What was offered again is no more than what was not taken.")
def offered_again() -> Iterator[str]:
    again = Offer.objects.order_by().filter(replacements__isnull=False).annotate(pieces=Sum("replacements__quantity"))
    for offer in again:
        left = offer.quantity
        if offer.state == "accepted":
            left -= offer.quantity if offer.counter_quantity is None else offer.counter_quantity
        if offer.state in LIVE_OFFERS or offer.pieces > left:
            yield f"offer {offer.id} ({offer.state}) left {left} pieces, {offer.pieces} were offered to others"


@check("The log tells every offer's life: sent once, then each answer; its last event is its state.")
def offer_chains() -> Iterator[str]:
    last: dict[UUID, str] = {}
    sent: dict[UUID, int] = defaultdict(int)
    ended: set[UUID] = set()
    late: set[UUID] = set()
    events = Event.objects.filter(type__in=list(STATE_AFTER)).order_by("tx", "position")
    for subject, kind in events.values_list("subject_id", "type").iterator(chunk_size=5000):
        if subject in ended:
            late.add(subject)
        last[subject] = kind
        sent[subject] += kind == "dispatch.OfferSent"
        if kind not in ("dispatch.OfferSent", "dispatch.OfferCountered"):
            ended.add(subject)
    for key, state in Offer.objects.order_by().values_list("id", "state").iterator(chunk_size=5000):
        if sent.get(key, 0) != 1:
            yield f"offer {key} was sent {sent.get(key, 0)} times by the log"
        elif STATE_AFTER[last[key]] != state:
            yield f"offer {key} is {state}, its last event is {last[key]}"
        elif key in late:
            yield f"offer {key} has events after it was closed"
        last.pop(key, None)
    for key, kind in last.items():
        yield f"the log tells {kind} of offer {key}, which is not there"


@check("The log tells every work order's life: begun by its offer's acceptance, closed once if it is closed.")
def work_order_chains() -> Iterator[str]:
    begun: dict[UUID, UUID] = {}
    for subject, data in _events("dispatch.OfferAccepted"):
        begun[UUID(data["work_order_id"])] = subject
    closed: dict[UUID, list[str]] = defaultdict(list)
    for subject, data in _events("dispatch.WorkOrderClosed"):
        closed[subject].append(data["state"])
    rows = WorkOrder.objects.order_by().values_list("id", "code", "offer_id", "state")
    for key, code, offer, state in rows.iterator(chunk_size=5000):
        if begun.get(key) != offer:
            yield f"{code}: the log does not tell that its offer was accepted"
        told = closed.get(key, [])
        if told != ([] if state in LIVE_WORK_ORDERS else [state]):
            yield f"{code} is {state}, the log tells of its closing: {', '.join(told) or 'never'}"


def _events(kind: str) -> Iterator[tuple[UUID, dict[str, Any]]]:
    return Event.objects.filter(type=kind).values_list("subject_id", "data").iterator(chunk_size=5000)
