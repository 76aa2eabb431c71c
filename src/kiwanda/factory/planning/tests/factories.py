"""A small factory with orders to plan, built through the commands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from kiwanda.core import actors, clock
from kiwanda.core.actors import Actor, Role
from kiwanda.core.audit import load_checks
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Style
from kiwanda.factory.catalog.tests.factories import make_style, operation_spec
from kiwanda.factory.demand.commands import NewLine
from kiwanda.factory.demand.models import OrderLine, SalesChannel
from kiwanda.factory.demand.tests.factories import make_channel, make_order
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import make_workshops
from kiwanda.factory.planning.commands import publish_plan, release_demand, request_plan, run_plan
from kiwanda.factory.planning.models import PlanRun, ProductionOrder


def coordinator() -> Actor:
    return actors.staff(new_id(), Role.COORDINATOR)


def make_two_step_style(sku: str = "RING", **more: Any) -> Style:
    """A style that is cast and then beaded."""
    return make_style(
        sku=sku,
        operations=[operation_spec("cast", minutes=12), operation_spec("bead", minutes=8, after=["cast"])],
        **more,
    )


def make_line(sku: str, quantity: int, due_on: date | None = None, channel: str = "desk") -> OrderLine:
    """One order of one line; the channel is made when it is not there yet. Due in three weeks unless said otherwise."""
    if not SalesChannel.objects.filter(pk=channel).exists():
        make_channel(channel)
    due = due_on or clock.today() + timedelta(days=21)
    order = make_order(channel, NewLine(sku, quantity, due_on=due))
    return order.lines.get()


def make_bench(count: int = 3, techniques: Iterable[str] = ("cast", "bead"), **more: Any) -> list[Workshop]:
    """``count`` workshops that can do all ``techniques``."""
    return make_workshops(count, techniques=list(techniques), **more)


def make_production_order(
    sku: str, quantity: int, due_on: date | None = None, allowance: int = 0
) -> ProductionOrder:
    """An order line of ``quantity`` pieces, released: the newest production order, with a round allowance."""
    line = make_line(sku, quantity, due_on)
    release_demand(actor=coordinator())
    ProductionOrder.objects.filter(pegs__line=line).update(allowance=allowance)
    return ProductionOrder.objects.get(pegs__line=line)


def make_plan(**more: Any) -> PlanRun:
    """A plan run, carried out at once."""
    run = request_plan(actor=coordinator(), **{"days": 42} | more)
    return run_plan(actor=coordinator(), plan_run_id=run.id)


def make_published_plan(**more: Any) -> PlanRun:
    """A plan run, carried out and in force."""
    return publish_plan(actor=coordinator(), plan_run_id=make_plan(**more).id)


def audit(*rooms: str) -> list[str]:
    """Everything the named rooms' checks find wrong (planning and dispatch when none is named)."""
    wanted = rooms or ("planning", "dispatch")
    return [
        problem
        for name, item in load_checks().items()
        if name.split(".")[0] in wanted
        for problem in item.function()
    ]
