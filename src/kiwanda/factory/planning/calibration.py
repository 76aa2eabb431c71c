"""Do promises hold as often as they say? Earlier plans and what became of them, and the correction that follows.

For each production order that should have been ready :data:`SETTLED_DAYS` ago by its first plan: the curve of finishing
days as it would have been drawn on the morning of that plan, from its lots and from what was known of the workshops by
then; and the day its last piece was judged. Whatever is open still counts as not kept. Orders are chosen by what was
planned, never by what became of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Min

from kiwanda.core.clock import local_midnight
from kiwanda.engine import Lot, Operation, Order
from kiwanda.engine.confidence import Correction, Curve, Outlook, Places, finish_curve, learn_correction
from kiwanda.engine.habits import fading
from kiwanda.factory.network.models import Hub, TransferTime, Workshop
from kiwanda.factory.planning import learning
from kiwanda.factory.planning.capacity import UNKNOWN_TRANSFER_DAYS
from kiwanda.factory.planning.evidence import HISTORY_WEEKS
from kiwanda.factory.planning.models import Allocation, ProductionOrder
from kiwanda.factory.planning.routings import Step, load_routings

#: So many days after its planned end an order's fate is known: done, or late whatever was promised.
SETTLED_DAYS = 14
#: Days after which an outcome counts half.
HALF_LIFE_DAYS = 28.0
#: So many of the latest orders are looked at each morning.
MOST_ORDERS = 200
#: Days after its promise by which an order that is still open is taken to end.
NEVER = 365


class Outcome(NamedTuple):
    """One production order: its first plan, the curve drawn for it (days from ``planned_on``), what became of it.

    ``ended`` is the day it was ready less the days of packing, counted from ``planned_on`` like the curve's;
    ``planned`` the plan's own last day.
    """

    production_order_id: UUID
    planned_on: date
    planned: int
    curve: Curve
    ended: int


def outcomes(
    on: date, ready_days: int, *, most: int | None = MOST_ORDERS, settled_days: int = SETTLED_DAYS
) -> list[Outcome]:
    """The latest settled orders as they stood on the morning of ``on``, earliest plan first.

    ``ready_days`` stand between the last finish and the day promised to the buyer (hand-in, inspection, packing).
    """
    since = on - timedelta(weeks=HISTORY_WEEKS)
    first = (
        Allocation.objects.order_by()
        .filter(plan_run__published_at__isnull=False, plan_run__start_on__lte=on - timedelta(days=settled_days))
        .filter(production_order__state__in=["open", "done"], plan_run__start_on__gte=since)
        .values_list("production_order_id")
        .annotate(number=Min("plan_run__number"))
        .order_by("-number", "production_order_id")
    )
    numbers = dict(first if most is None else first[:most])
    past = learning.past()
    if not numbers or past is None:
        return []
    lots: dict[UUID, list[tuple[UUID, UUID, int, date, date]]] = defaultdict(list)
    planned_on: dict[UUID, date] = {}
    rows = Allocation.objects.order_by("start_on", "pk").filter(production_order__in=list(numbers))
    for key, number, start_on, operation, workshop, pieces, begins, ends in rows.values_list(
        "production_order_id", "plan_run__number", "plan_run__start_on", "operation_id", "workshop_id", "quantity",
        "start_on", "finish_on",
    ):
        if numbers[key] == number:
            lots[key].append((operation, workshop, pieces, begins, ends))
            planned_on[key] = start_on
    orders = list(
        ProductionOrder.objects.filter(pk__in=list(numbers)).values_list("id", "tech_pack_id", "quantity", "due_on")
    )
    routings = load_routings({pack for _, pack, _, _ in orders})
    ended = past.finished(list(numbers), local_midnight(on))
    places = network_places()
    outlooks: dict[date, Outlook] = {}
    found = []
    for order_id, pack, quantity, due_on in sorted(orders, key=lambda row: (planned_on[row[0]], row[0])):
        day = planned_on[order_id]
        order = _order(order_id, quantity, routings[pack], (due_on - day).days)
        made = _lots(order, lots[order_id], day)
        if made is None:
            continue
        planned = max(lot.finish_day for lot in made)
        if day + timedelta(days=planned + settled_days) > on:
            continue
        if day not in outlooks:
            outlooks[day] = learning.outlook(day - timedelta(days=1))
        curve = finish_curve(places, order, made, outlooks[day])
        end = ended.get(order_id)
        last = NEVER if end is None else (end - day).days - ready_days
        found.append(Outcome(order_id, day, planned, curve, last))
    return found


def learn(known: Sequence[Outcome], on: date) -> Correction:
    """The correction these outcomes teach; a factory changes, so those of a month ago count half."""
    age = [(on - row.planned_on).days for row in known]
    return learn_correction(
        [row.curve for row in known], [row.ended for row in known], fading(age, HALF_LIFE_DAYS) if age else None
    )


_latest: tuple[tuple[object, ...], Correction] | None = None


def correction(on: date, ready_days: int) -> Correction:
    """What to add to promises made on ``on``; worked out once a day in each process, some milliseconds an order."""
    global _latest
    past = learning.past()
    key = (on, ready_days, past.mark(local_midnight(on)) if past is not None else None)
    if _latest is None or _latest[0] != key:
        _latest = (key, learn(outcomes(on, ready_days), on))
    return _latest[1]


def network_places() -> Places:
    """Where all workshops stand and how long pieces travel."""
    at = {code: row for row, code in enumerate(Hub.objects.order_by("code").values_list("code", flat=True))}
    transfer = [[0 if one == other else UNKNOWN_TRANSFER_DAYS for other in at] for one in at]
    for source, target, days in TransferTime.objects.values_list("from_hub__code", "to_hub__code", "days"):
        transfer[at[source]][at[target]] = days
    shops = Workshop.objects.order_by().values_list("id", "hub__code")
    return Places({str(shop): at[hub] for shop, hub in shops}, transfer)


def _order(key: UUID, quantity: int, steps: Iterable[Step], due_day: int) -> Order:
    return Order(
        str(key), quantity, 0, due_day,
        tuple(
            Operation(str(step.id), step.technique, step.minutes, after=tuple(str(one) for one in step.after))
            for step in steps
        ),
    )  # fmt: skip


def _lots(
    order: Order, rows: Iterable[tuple[UUID, UUID, int, date, date]], day: date
) -> list[Lot] | None:
    """The plan's lots for the order; None where it left pieces undone."""
    made = [
        Lot(order.id, str(operation), str(workshop), quantity, (start - day).days, (finish - day).days)
        for operation, workshop, quantity, start, finish in rows
    ]
    pieces = dict.fromkeys((step.id for step in order.operations), 0)
    for lot in made:
        pieces[lot.operation] = pieces.get(lot.operation, 0) + lot.quantity
    return made if min(pieces.values()) >= order.quantity else None
