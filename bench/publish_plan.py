"""Publishing a plan as offers for a whole network, and what planning costs around it.

    ./run python bench/publish_plan.py [--workshops 2300] [--weeks 6] [--load 0.8] [--rounds 3]

Builds the twin's network and collection in a folder of its own on SQLite with synchronous=FULL (or in the empty
database named by KIWANDA_DATABASE_URL), orders work for so many weeks at that load, and measures: releasing demand,
reading the engine's question, the whole plan run, publishing, and sending the first week's wave with all its offers and
events. Then offers of the whole plan are sent and accepted, so that the question is read again with thousands of live
work orders. Each round publishes and sends anew; medians over rounds, elapsed and CPU of this process.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import own_home

T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workshops", type=int, default=2300)
    parser.add_argument("--weeks", type=int, default=6, help="weeks of work ordered")
    parser.add_argument("--load", type=float, default=0.8, help="of the network's hours in those weeks")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--accepted", type=int, default=5000, help="offers accepted before the question is read again")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        own_home(folder)
        import django

        django.setup()
        from django.db import connection

        from kiwanda.core.commands import load_commands
        from kiwanda.core.reactions import load_reactions
        from kiwanda.engine import warm
        from kiwanda.site.database import prepare

        prepare()
        load_commands()
        load_reactions()
        warm()
        _measure(options, connection.vendor)


Times = dict[str, list[tuple[float, float]]]


def _timed(seconds: Times, name: str, call: Callable[[], T]) -> T:
    started, worked = time.perf_counter(), time.process_time()
    result = call()
    seconds.setdefault(name, []).append((time.perf_counter() - started, time.process_time() - worked))
    return result


def _measure(options: argparse.Namespace, vendor: str) -> None:
    from kiwanda.core import actors, clock
    from kiwanda.core.actors import Role
    from kiwanda.core.audit import load_checks
    from kiwanda.core.ids import new_id
    from kiwanda.factory.dispatch.commands import accept_offer, send_wave, withdraw_offer
    from kiwanda.factory.dispatch.models import Offer, WorkOrder
    from kiwanda.factory.planning.commands import publish_plan, release_demand, request_plan, run_plan
    from kiwanda.factory.planning.models import Allocation, ProductionOrder
    from kiwanda.factory.planning.problem import load_question

    office = actors.staff(new_id(), Role.COORDINATOR)
    _found(options)
    _order(options)
    seconds: Times = {}
    _timed(seconds, "release demand", lambda: release_demand(actor=office))
    sizes: dict[str, Any] = {"production orders": ProductionOrder.objects.count()}
    for number in range(options.rounds):
        if number:
            for offer in Offer.objects.filter(state="sent"):
                withdraw_offer(actor=office, offer_id=offer.pk)
        _timed(seconds, "read the question", lambda: load_question(clock.today(), 56, clock.now()))
        run = request_plan(actor=office, days=56)
        plan = _timed(
            seconds, "run the plan (load, solve, check, store)", partial(run_plan, actor=office, plan_run_id=run.id)
        )
        if plan.state != "proposed":
            raise SystemExit(f"The plan run is {plan.state}: {plan.message}")
        _timed(seconds, "publish", partial(publish_plan, actor=office, plan_run_id=plan.id))
        _timed(seconds, "send the week's wave", partial(send_wave, actor=office))
        live = Offer.objects.filter(state="sent")
        sizes |= {
            "lots": Allocation.objects.filter(plan_run=plan).count(),
            "offers": live.count(),
            "workshops with an offer": live.values("workshop").distinct().count(),
            "late orders": plan.summary["counts"]["late_orders"],
            "undone pieces": plan.summary["counts"]["undone_pieces"],
        }
    _timed(seconds, "send all the rest", partial(send_wave, actor=office, until=clock.today() + timedelta(days=60)))
    sizes["offers of the whole plan"] = Offer.objects.filter(state="sent").count()
    waiting = list(Offer.objects.filter(state="sent").order_by("due_on", "pk")[: options.accepted])
    started, worked = time.perf_counter(), time.process_time()
    for offer in waiting:
        accept_offer(actor=actors.artisan(new_id(), offer.workshop_id), offer_id=offer.pk, command_id=new_id())
    each = (time.perf_counter() - started) / max(1, len(waiting)) * 1000
    each_cpu = (time.process_time() - worked) / max(1, len(waiting)) * 1000
    sizes["live work orders"] = WorkOrder.objects.count()
    for _ in range(options.rounds):
        _timed(seconds, "read the question with that work", lambda: load_question(clock.today(), 56, clock.now()))
    print(f"database {vendor}, {options.workshops} workshops, {options.rounds} rounds")
    for name, value in sizes.items():
        print(f"  {name}: {value}")
    for name, values in seconds.items():
        elapsed, cpu = [a for a, _ in values], [b for _, b in values]
        print(
            f"{name}: {statistics.median(elapsed):.2f} s (min {min(elapsed):.2f}, max {max(elapsed):.2f}), "
            f"CPU {statistics.median(cpu):.2f} s"
        )
    both = [a[0] + b[0] for a, b in zip(seconds["publish"], seconds["send the week's wave"], strict=True)]
    print(f"publish and send the week's wave together: {statistics.median(both):.2f} s (target: below 10)")
    print(f"accept an offer as a command, without HTTP: {each:.2f} ms elapsed, {each_cpu:.2f} ms CPU")
    wrong = [
        problem
        for name, item in load_checks().items()
        if name.startswith(("planning.", "dispatch."))
        for problem in item.function()
    ]
    print("audit of planning and dispatch: " + ("clean" if not wrong else f"{len(wrong)} problems: {wrong[:3]}"))
    if wrong:
        raise SystemExit(1)


def _found(options: argparse.Namespace) -> None:
    from kiwanda.core import clock
    from kiwanda.twin import founding, network
    from kiwanda.twin.people import People

    rows = network.generate(options.seed, options.workshops)
    cast = founding.found_staff()
    founded_on = clock.today() - timedelta(days=60)
    founding.found_wages(cast, founded_on)
    founding.found_techniques(cast)
    founding.found_network(cast, rows, founded_on, People(options.seed))
    founding.found_collection(cast)


def _order(options: argparse.Namespace) -> None:
    """Orders of every variant, due over the weeks, until the hours of their operations make the load."""
    from kiwanda.core import actors, clock
    from kiwanda.core.actors import Role
    from kiwanda.core.ids import new_id
    from kiwanda.factory.catalog.models import Operation, Variant
    from kiwanda.factory.demand.commands import NewLine, place_sales_order, register_sales_channel
    from kiwanda.factory.planning.capacity import load_capacity

    merchandiser = actors.staff(new_id(), Role.MERCHANDISER)
    register_sales_channel(actor=merchandiser, code="bench", name="Bench", kind="kiwanda")
    hours = float(load_capacity(clock.today(), options.weeks * 7).minutes.sum()) * options.load
    minutes: dict[Any, float] = {}
    released = Operation.objects.filter(tech_pack__state="released")
    for style, standard in released.values_list("tech_pack__style_id", "standard_minutes"):
        minutes[style] = minutes.get(style, 0.0) + float(standard)
    draw = random.Random(options.seed)
    variants = list(Variant.objects.filter(style__in=minutes).order_by("sku"))
    total, number = 0.0, 0
    while total < hours:
        lines = []
        for variant in draw.sample(variants, min(12, len(variants))):
            quantity = 12 * draw.randint(4, 40)
            due = clock.today() + timedelta(days=draw.randint(14, options.weeks * 7))
            lines.append(NewLine(variant.sku, quantity, due_on=due))
            total += quantity * minutes[variant.style_id]
        number += 1
        place_sales_order(
            actor=merchandiser, channel_code="bench", external_id=f"B{number}", number=f"B{number}", lines=lines
        )


if __name__ == "__main__":
    main()
