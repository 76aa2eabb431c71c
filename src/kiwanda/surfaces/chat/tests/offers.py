"""One offer to one workshop, and nothing else on its mind."""

from __future__ import annotations

from datetime import timedelta

from kiwanda.core import clock
from kiwanda.core.commands import Context, _write_events
from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.sending import NewOffer, send
from kiwanda.factory.dispatch.tests.factories import coordinator, make_production_order, make_two_step_style
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import make_workshop
from kiwanda.factory.planning.models import ProductionOrder


def one_offer(workshop: Workshop | None = None, quantity: int = 12) -> Offer:
    """The first operation of a production order, offered to ``workshop``."""
    if not ProductionOrder.objects.exists():
        make_two_step_style("RING")
        make_production_order("RING", 500)
    order = ProductionOrder.objects.first()
    assert order is not None
    done = Offer.objects.values("operation_id")
    operation = order.tech_pack.operations.exclude(pk__in=done).order_by("sequence").first()
    assert operation is not None
    ctx = Context(coordinator(), clock.now(), new_id(), "test.one_offer")
    given = NewOffer(
        order.id, operation.id, (workshop or make_workshop()).id, quantity, operation.piece_rate_minor,
        operation.currency, start_on=ctx.today, due_on=ctx.today + timedelta(days=7), acceptance=0.9,
    )
    offer = send(ctx, [given])[0]
    _write_events(ctx)
    return Offer.objects.select_related("workshop").get(pk=offer.pk)
