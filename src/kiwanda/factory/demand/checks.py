"""What `kiwanda audit` proves about orders."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q

from kiwanda.core.audit import check
from kiwanda.core.ids import derived_id
from kiwanda.core.models import Event
from kiwanda.factory.demand.models import ImportRun, OrderLine, SalesOrder, SkuMapping
from kiwanda.factory.demand.order_life import LIVE


@check("A line to be made has a variant and a whole number of pieces for each unit sold.")
def pieces_follow_units() -> Iterator[str]:
    lines = OrderLine.objects.filter(state__in=["open", "in_production", "fulfilled"]).annotate(
        rest=F("quantity") % F("quantity_units")
    )
    for line in lines.filter(Q(variant=None) | Q(quantity=0) | ~Q(rest=0)).values("pk", "quantity", "quantity_units"):
        yield f"Order line {line['pk']} sold {line['quantity_units']} units but counts {line['quantity']} pieces."


@check("No line waits for a mapping that exists.")
def nothing_waits_for_a_known_sku() -> Iterator[str]:
    mapping = SkuMapping.objects.filter(channel_id=OuterRef("order__channel_id"), external_sku=OuterRef("external_sku"))
    for line in OrderLine.objects.filter(state="unmapped").filter(Exists(mapping)).values("pk", "external_sku"):
        yield f"Order line {line['pk']} waits for the SKU {line['external_sku']}, which is mapped."


@check("An order's state follows from its lines.")
def orders_follow_lines() -> Iterator[str]:
    live = Count("lines", filter=Q(lines__state__in=LIVE))
    done = Count("lines", filter=Q(lines__state="fulfilled"))
    cancelled = Count("lines", filter=Q(lines__state="cancelled"))
    orders = SalesOrder.objects.filter(is_history=False).annotate(live=live, done=done, gone=cancelled)
    wrong = (
        (Q(state="open", live=0) & (Q(done__gt=0) | Q(gone__gt=0)))
        | (Q(state="fulfilled") & (Q(live__gt=0) | Q(done=0)))
        | (Q(state="cancelled") & (Q(live__gt=0) | Q(done__gt=0) | Q(gone=0)))
    )
    for order in orders.filter(wrong).values("pk", "number", "state", "live", "done", "gone"):
        yield (
            f"Order {order['number']} is {order['state']} with {order['live']} live, {order['done']} fulfilled and "
            f"{order['gone']} cancelled lines."
        )


@check("A fulfilled line has shipped every piece; history is never live and never shipped.")
def fulfilled_lines_are_shipped() -> Iterator[str]:
    for line in OrderLine.objects.filter(state="fulfilled").exclude(shipped_quantity=F("quantity")).values("pk"):
        yield f"Order line {line['pk']} is fulfilled but not all of its pieces have left."
    mixed = OrderLine.objects.filter(Q(order__is_history=True) ^ Q(state="history"))
    for line in mixed.values("pk", "state"):
        yield f"Order line {line['pk']} is {line['state']} in an order of the other kind."
    for line in OrderLine.objects.filter(state="history", shipped_quantity__gt=0).values("pk"):
        yield f"Order line {line['pk']} is history but has shipped pieces."


@check("Every order to be made, every mapping and every import has its event; no import hangs.")
def event_chains_are_complete() -> Iterator[str]:
    def told(*types: str) -> Exists:
        return Exists(Event.objects.filter(subject_id=OuterRef("pk"), type__in=types))

    untold = SalesOrder.objects.filter(is_history=False).exclude(told("demand.SalesOrderPlaced"))
    for number in untold.values_list("number", flat=True):
        yield f"Order {number} came in without its event."
    for state, kind in (("cancelled", "SalesOrderCancelled"), ("fulfilled", "SalesOrderFulfilled")):
        for number in (
            SalesOrder.objects.filter(is_history=False, state=state)
            .exclude(told(f"demand.{kind}"))
            .values_list("number", flat=True)
        ):
            yield f"Order {number} is {state} without its event."
    ends = ("OrdersImported", "ImportChecked", "ImportRefused", "ImportFailed")
    ended = Q(told(*(f"demand.{end}" for end in ends)))
    # One that waits for the worker has been asked for and has no end yet.
    asked = Q(told("demand.ImportRequested"), state="queued") & ~ended
    for run in ImportRun.objects.exclude(asked | (~Q(state="queued") & ended)).values("pk", "state"):
        yield f"Import {run['pk']} is {run['state']} without its event."
    events = Event.objects.filter(type__in=["demand.SkuMapped", "demand.SkuIgnored"])
    known = set(events.values_list("subject_id", flat=True))
    for channel, sku in SkuMapping.objects.values_list("channel_id", "external_sku"):
        if derived_id("sku_mapping", channel, sku) not in known:
            yield f"The SKU {sku} of {channel} was mapped without its event."
