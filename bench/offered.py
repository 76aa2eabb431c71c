"""A factory with as many sent offers as a benchmark needs, made through the commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Variant
from kiwanda.factory.demand.commands import NewLine, place_sales_order, register_sales_channel
from kiwanda.factory.dispatch.commands import send_wave
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.planning.commands import publish_plan, release_demand, request_plan, run_plan
from kiwanda.twin.build import found_factory

SEED = 11
WORKSHOPS = 2300
CHANNEL = "bench-desk"
PIECES_A_LINE = 400


def offers_out(count: int) -> int:
    """Found the demo's network, order enough, plan, publish and send until ``count`` offers are out."""
    coordinator = actors.staff(new_id(), Role.COORDINATOR)
    merchandiser = actors.staff(new_id(), Role.MERCHANDISER)
    now = datetime.now(UTC)
    found_factory(now - timedelta(days=2), now, SEED, WORKSHOPS, 0.0, lambda share, text: None)
    register_sales_channel(actor=merchandiser, code=CHANNEL, name="Bench", kind="manual", currency="USD")
    skus = list(Variant.objects.filter(style__state="released").values_list("sku", flat=True))
    out = 0
    for round_number in range(20):
        due = clock.today() + timedelta(days=21)
        place_sales_order(
            actor=merchandiser,
            channel_code=CHANNEL,
            external_id=f"BENCH-{round_number}",
            lines=[NewLine(sku, PIECES_A_LINE, due_on=due, external_line=sku) for sku in skus],
        )
        release_demand(actor=coordinator)
        run = request_plan(actor=coordinator, days=42, budget_seconds=1)
        run = run_plan(actor=coordinator, plan_run_id=run.pk)
        publish_plan(actor=coordinator, plan_run_id=run.pk)
        send_wave(actor=coordinator, until=clock.today() + timedelta(days=41))
        out = Offer.objects.filter(state="sent").count()
        if out >= count:
            return out
    raise SystemExit(f"only {out} offers could be sent; {count} were wanted")
