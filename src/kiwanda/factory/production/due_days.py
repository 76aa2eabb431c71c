"""Parts or material come late: the work that waits for them is due later, by nobody's fault in the workshop.

A workshop was given so many of its working days for its pieces. Pieces it could only begin on a later day than agreed
need their share of those days from then on: half of the parts a week late is half of the days, counted from their
coming. The due day is the latest one asked for in this way and never an earlier one than before. It moves once all
pieces can be begun, and before that when it can no longer be held: then to the day that may be expected, so that
nobody counts as late who waits.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.commands import Context
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.dispatch.work import move_due
from kiwanda.factory.network.models import TransferTime
from kiwanda.factory.planning.capacity import UNKNOWN_TRANSFER_DAYS
from kiwanda.factory.planning.working_days import days_worked
from kiwanda.factory.production.models import ComponentIssue
from kiwanda.factory.production.routing import predecessors
from kiwanda.factory.supply import queries as supply
from kiwanda.factory.supply.models import Issue

PARTS, MATERIAL = "parts", "material"
#: What is given out before this hour is worked with on the same day.
SAME_DAY_UNTIL = 12
#: From the day parts are made to the day they are given on: hand-in, inspection.
PASSING_DAYS = 2
#: Parts whose makers are late themselves, and material nobody has given out, are expected so many days from now.
UNKNOWN_DAYS = 4
#: Days looked ahead for working days; work is never longer.
LOOK_DAYS = 400

Key = UUID | str


class Coming(NamedTuple):
    """Pieces of a work order that could be begun from ``on`` and not before; ``cause`` says what they waited for."""

    on: date
    pieces: int
    cause: str


@dataclass
class Arrivals:
    """When the parts and the material of some work orders came, by work order and need, read in a few queries."""

    came: dict[tuple[UUID, Key], list[tuple[date, Decimal]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, work_orders: Sequence[WorkOrder]) -> Arrivals:
        """Of ``work_orders`` with their ``workshop``."""
        hub_of = {row.pk: row.workshop.hub_id for row in work_orders}
        ways = dict(_ways(hub_of.values()))
        found = cls()

        def note(order: UUID, need: Key, at: datetime, hub: UUID | None, amount: Decimal) -> None:
            own = hub_of[order]
            days = 0 if hub in (None, own) else ways.get((hub, own), UNKNOWN_TRANSFER_DAYS)
            late = at.astimezone(clock.FACTORY_ZONE).hour >= SAME_DAY_UNTIL
            found.came[order, need].append((clock.local_date(at) + timedelta(days=days + late), amount))

        parts = ComponentIssue.objects.filter(work_order__in=list(hub_of)).values_list(
            "work_order_id", "hand_in__work_order__operation_id", "issued_at", "hand_in__hub_id", "quantity"
        )
        for order, operation, at, hub, quantity in parts:
            note(order, operation, at, hub, Decimal(quantity))
        issues = Issue.objects.filter(work_order__in=list(hub_of)).values_list(
            "work_order_id", "lot__material_id", "issued_at", "lot__hub_id", "quantity", "received_quantity"
        )
        for order, material, at, hub, given, received in issues:
            note(order, material, at, hub, given if received is None else received)
        return found

    def of(self, row: WorkOrder) -> tuple[list[Coming], int, str]:
        """When the pieces of ``row`` could be begun, how many still wait, and for what they do.

        Empty where the work needs neither parts nor material.
        """
        needs: list[tuple[str, Key, Decimal]] = [(PARTS, key, Decimal(1)) for key in predecessors(row.operation_id)]
        needs += [(MATERIAL, code, each) for code, each in supply.kit(row.operation_id) if each > 0]
        curves = [(cause, self._curve(row, key, each)) for cause, key, each in needs]
        made = max(row.made_quantity, row.handed_in_quantity)
        # Who made more than material was given out for has material: the store's books say less than there is.
        curves = [(cause, curve) for cause, curve in curves if cause == PARTS or _by(curve, date.max) >= made]
        total = row.most_quantity
        coming: list[Coming] = []
        begun = 0
        for day in sorted({on for _, curve in curves for on, _ in curve}):
            have = [(_by(curve, day), cause) for cause, curve in curves]
            sets = min(total, min(pieces for pieces, _ in have))
            if sets > begun:
                # What came last decided: of several on one day, parts before material.
                cause = next(cause for cause, curve in curves if any(on == day for on, _ in curve))
                coming.append(Coming(day, sets - begun, cause))
                begun = sets
        short = min(((_by(curve, date.max), cause) for cause, curve in curves), default=(total, PARTS))
        return coming, max(0, total - short[0]) if curves else 0, short[1]

    def _curve(self, row: WorkOrder, need: Key, each: Decimal) -> list[tuple[date, int]]:
        """``(day, pieces)``: with what came by that day so many pieces could be begun, both growing."""
        amount = Decimal(0)
        curve = []
        for on, more in sorted(self.came.get((row.pk, need), [])):
            amount += more
            curve.append((on, int(amount / each)))
        return curve


def _by(curve: list[tuple[date, int]], day: date) -> int:
    return max((pieces for on, pieces in curve if on <= day), default=0)


def _ways(hubs: Iterable[UUID]) -> Iterable[tuple[tuple[UUID, UUID], int]]:
    rows = TransferTime.objects.filter(to_hub__in=set(hubs)).values_list("from_hub_id", "to_hub_id", "days")
    return (((source, target), days) for source, target, days in rows)


def settle(ctx: Context, work_orders: Sequence[WorkOrder]) -> int:
    """Move the due days of live ``work_orders`` (locked, with ``workshop``) where they must; returns how many moved."""
    live = [row for row in work_orders if row.state in LIVE_WORK_ORDERS]
    if not live:
        return 0
    arrivals = Arrivals.load(live)
    moved = 0
    for row in live:
        coming, missing, cause = arrivals.of(row)
        if not coming and not missing:
            continue
        pace = Pace(row)
        begun, due, why = 0, row.due_on, cause
        for item in coming:
            day = pace.done(item.on, row.most_quantity - begun)
            begun += item.pieces
            if day > due:
                due, why = day, item.cause
        if missing:
            soonest = pace.done(ctx.today + timedelta(days=1), missing)
            if soonest <= row.due_on:
                continue
            due, why = max(due, pace.done(_expected(ctx.today, row, missing, cause), missing)), cause
        if due > row.due_on:
            move_due(ctx, row, due, why, missing_quantity=missing)
            moved += 1
    return moved


class Pace:
    """The working days a workshop was given for its pieces, and when it is done at that pace."""

    def __init__(self, row: WorkOrder) -> None:
        self.row = row
        days = days_worked(row.workshop_id, row.start_on, LOOK_DAYS)
        self.given = max(1, sum(on <= row.agreed_due_on for on in days))
        self.days = days

    def done(self, begin: date, pieces: int) -> date:
        """The day on which ``pieces`` begun on ``begin`` are done; not before the day agreed for all of them."""
        needed = max(1, math.ceil(self.given * pieces / self.row.quantity))
        ahead = [on for on in self.days if on >= begin]
        if len(ahead) < needed:
            return self.row.due_on
        return max(ahead[needed - 1], self.row.agreed_due_on)


def _expected(today: date, row: WorkOrder, missing: int, cause: str) -> date:
    """The day on which the missing pieces may be begun: when those who make their parts are due, and two days more."""
    unknown = today + timedelta(days=UNKNOWN_DAYS)
    if cause == MATERIAL:
        return unknown
    makers = WorkOrder.objects.filter(
        production_order=row.production_order_id, operation__in=predecessors(row.operation_id),
        state__in=LIVE_WORK_ORDERS,
    ).order_by("due_on", "code")
    last = today
    for maker in makers:
        last = max(last, maker.due_on)
        missing -= maker.open_quantity
        if missing <= 0:
            break
    # Late makers, or none at all: nobody can say, so it is looked at again in some days.
    return unknown if last <= today else max(unknown, last + timedelta(days=PASSING_DAYS))


def waiting(today: date) -> list[WorkOrder]:
    """Live work that should have begun, is not made yet and may wait for something; locked, by due day."""
    rows = WorkOrder.objects.filter(state__in=LIVE_WORK_ORDERS, start_on__lte=today).order_by("due_on", "code")
    return [
        row
        for row in rows.select_related("workshop").select_for_update(of=("self",))
        if row.unmade_quantity and (predecessors(row.operation_id) or supply.kit(row.operation_id))
    ]
