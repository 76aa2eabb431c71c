"""Offers and work orders for tests, built through the commands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kiwanda.core import clock
from kiwanda.core.commands import Context, _write_events
from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.commands import accept_offer, send_wave
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.sending import NewOffer, send
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_line,
    make_plan,
    make_production_order,
    make_published_plan,
    make_two_step_style,
)

__all__ = [
    "audit",
    "coordinator",
    "make_bench",
    "make_line",
    "make_offer",
    "make_offers",
    "make_plan",
    "make_production_order",
    "make_published_plan",
    "make_two_step_style",
    "make_work",
    "make_work_orders",
]


def make_offers(quantity: int = 40, workshops: int = 4, sku: str = "RING", **bench: Any) -> list[Offer]:
    """A two-step style, a bench, one production order, a published plan and everything of it on offer."""
    make_two_step_style(sku)
    make_bench(workshops, **bench)
    make_production_order(sku, quantity)
    run = make_published_plan()
    send_wave(actor=coordinator(), until=run.start_on + timedelta(days=run.days))
    return list(Offer.objects.order_by("operation__sequence", "pk").select_related("operation", "workshop"))


def make_work_orders(quantity: int = 40, workshops: int = 4, sku: str = "RING", **bench: Any) -> list[WorkOrder]:
    """The same, with every offer accepted by its workshop."""
    return [
        accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.id)
        for offer in make_offers(quantity, workshops, sku, **bench)
    ]


def make_work(
    production_order: ProductionOrder, operation_code: str, workshop: Workshop, quantity: int, **terms: Any
) -> WorkOrder:
    """Accepted work of one operation at one workshop, without a plan: the offer is sent and accepted."""
    offer = make_offer(production_order, operation_code, workshop, quantity, **terms)
    return accept_offer(actor=artisan_of(workshop), offer_id=offer.id)


def make_offer(
    production_order: ProductionOrder, operation_code: str, workshop: Workshop, quantity: int, **terms: Any
) -> Offer:
    """Work of one operation offered to one workshop, without a plan."""
    operation = production_order.tech_pack.operations.get(code=operation_code)
    ctx = Context(coordinator(), clock.now(), new_id(), "test.make_work")
    given = {"start_on": ctx.today, "due_on": ctx.today + timedelta(days=7), "acceptance": 0.9} | terms
    offer = send(
        ctx,
        [
            NewOffer(
                production_order.id, operation.id, workshop.id, quantity, operation.piece_rate_minor,
                operation.currency, **given,
            )
        ],
    )[0]
    _write_events(ctx)
    return offer
