"""The changes of a what-if as people state them: plain JSON, checked against the factory, turned into pure changes.

A stated change is a dict with ``id``, ``kind`` and the fields of its kind; dates and codes, never days or workshop ids:
it is read anew whenever the what-if runs, against the factory of that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected, require_range
from kiwanda.engine import Operation, Problem
from kiwanda.factory.catalog.models import Technique, Variant
from kiwanda.factory.network.models import County, Hub, Workshop
from kiwanda.factory.planning import scenarios
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.pegging import released_tech_packs
from kiwanda.factory.planning.routings import load_routings
from kiwanda.factory.planning.scenarios import Change

#: Most changes in one what-if: a page that can still be read.
MOST_CHANGES = 12
MOST_PIECES = 1_000_000

Stated = dict[str, Any]
Given = Mapping[str, Any]


def stated(kind: str, given: Given) -> Stated:
    """``given`` checked and brought into the form that is stored; refuses what the factory does not know."""
    if kind not in KINDS:
        raise Invalid(PlanningError.NO_SUCH_CHANGE, field="kind", kind=str(kind)[:30])
    return {"kind": kind, **KINDS[kind][0](given)}


def resolved(changes: Iterable[Stated], problem: Problem) -> list[Change]:
    """What the stated changes mean for ``problem``, in their order."""
    found: list[Change] = []
    for change in changes:
        found += KINDS[change["kind"]][1](change, problem)
    return found


def order_name(change: Stated) -> str:
    """The id in the problem of the order a ``new_order`` change adds."""
    return f"new-{change['id']}"


# Reading fields ---------------------------------------------------------------------------------------------------


def _whole(given: Given, field: str, low: int, high: int) -> int:
    value = given.get(field)
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        value = int(value)
    return require_range(field, value, low, high)  # type: ignore[arg-type]


def _day(given: Given, field: str) -> str:
    value = given.get(field)
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Invalid(CoreError.MALFORMED, field=field, reason="a day like 2026-12-04 is expected") from None


def _span(given: Given) -> dict[str, str]:
    first, last = _day(given, "from_on"), _day(given, "to_on")
    if last < first:
        raise Invalid(CoreError.MALFORMED, field="to_on", reason="the last day lies before the first")
    return {"from_on": first, "to_on": last}


def _hub(given: Given, *, may_be_empty: bool = False) -> str:
    code = str(given.get("hub") or "")
    if not code and may_be_empty:
        return ""
    if not Hub.objects.filter(code=code).exists():
        raise NotFound(CoreError.NOT_FOUND, field="hub", what="hub")
    return code


def _days(change: Stated, problem: Problem) -> tuple[int, int]:
    start = problem.start_on
    return (date.fromisoformat(change["from_on"]) - start).days, (date.fromisoformat(change["to_on"]) - start).days


# An order nobody has placed ---------------------------------------------------------------------------------------


def _new_order(given: Given) -> Stated:
    sku = str(given.get("sku") or "").strip()
    variant = Variant.objects.filter(sku=sku).first()
    if variant is None:
        raise NotFound(CoreError.NOT_FOUND, field="sku", what="variant")
    if variant.style_id not in released_tech_packs():
        raise Rejected(PlanningError.NOT_MADE_HERE, field="sku", sku=sku)
    return {"sku": sku, "quantity": _whole(given, "quantity", 1, MOST_PIECES), "due_on": _day(given, "due_on")}


def _as_order(change: Stated, problem: Problem) -> list[Change]:
    variant = Variant.objects.filter(sku=change["sku"]).first()
    pack = released_tech_packs().get(variant.style_id) if variant else None
    if pack is None:
        raise Rejected(PlanningError.NOT_MADE_HERE, sku=change["sku"])
    steps = load_routings({pack})[pack]
    operations = tuple(
        Operation(
            str(step.id), step.technique, step.minutes, step.piece_rate_minor, tuple(str(key) for key in step.after),
            step.min_lot, step.max_lot,
        )
        for step in steps
    )
    due = (date.fromisoformat(change["due_on"]) - problem.start_on).days
    # As heavy as the orders there are: neither before all others nor after them.
    weights = sorted(order.weight for order in problem.orders)
    weight = weights[len(weights) // 2] if weights else 1.0
    return [scenarios.NewOrder(order_name(change), change["quantity"], due, operations, weight=weight)]


# Some of a place do not come --------------------------------------------------------------------------------------


def _absence(given: Given) -> Stated:
    where = str(given.get("where") or "")
    if where == "county":
        code: str | int = _whole(given, "code", 1, 47)
        known = County.objects.filter(pk=code).exists()
    else:
        where, code = "hub", str(given.get("code") or "")
        known = Hub.objects.filter(code=code).exists()
    if not known:
        raise NotFound(CoreError.NOT_FOUND, field="code", what=where)
    place = {"county_id": code} if where == "county" else {"hub__code": code}
    if not Workshop.objects.filter(state="active", **place).exists():
        raise Rejected(PlanningError.NOBODY_CONCERNED, field="code")
    return {"where": where, "code": code, "percent": _whole(given, "percent", 1, 100), **_span(given)}


def _as_absence(change: Stated, problem: Problem) -> list[Change]:
    able = {row.id for row in problem.workshops if row.capabilities}
    if change["where"] == "county":
        living = Workshop.objects.filter(county_id=change["code"]).values_list("id", flat=True)
        pool = tuple(sorted(able & {str(key) for key in living}))
    else:
        pool = tuple(sorted(row.id for row in problem.workshops if row.hub == change["code"] and row.id in able))
    first, last = _days(change, problem)
    return [scenarios.Absence(pool, change["percent"] / 100, first, last)]


# Somebody learns --------------------------------------------------------------------------------------------------


def _training(given: Given) -> Stated:
    technique = str(given.get("technique") or "")
    if not Technique.objects.filter(pk=technique).exists():
        raise NotFound(CoreError.NOT_FOUND, field="technique", what="technique")
    return {
        "technique": technique,
        "hub": _hub(given),
        "count": _whole(given, "count", 1, 500),
        "speed_percent": _whole({"speed_percent": 80, **given}, "speed_percent", 10, 200),
        "training_days": _whole({"training_days": 5, **given}, "training_days", 1, 60),
        "from_on": _day({"from_on": clock.today() + timedelta(days=1), **given}, "from_on"),
    }


def _as_training(change: Stated, problem: Problem) -> list[Change]:
    pool = scenarios.by_need([row for row in problem.workshops if row.hub == change["hub"]])
    # What-ifs of before say no day: training began with the plan.
    begins = date.fromisoformat(change["from_on"]) if "from_on" in change else problem.start_on
    return [
        scenarios.Training(
            change["technique"], pool, change["count"], speed=change["speed_percent"] / 100,
            training_days=change["training_days"], first_day=max(0, (begins - problem.start_on).days),
        )
    ]


# Hours ------------------------------------------------------------------------------------------------------------


def _longer_days(given: Given) -> Stated:
    return {
        "percent": _whole(given, "percent", -90, 100),
        "hub": _hub(given, may_be_empty=True),
        **_span(given),
    }


def _as_longer_days(change: Stated, problem: Problem) -> list[Change]:
    first, last = _days(change, problem)
    return [scenarios.LongerDays(change["percent"] / 100, first, last, change["hub"])]


def _weekly_cap(given: Given) -> Stated:
    return {"hours": _whole(given, "hours", 1, 84)}


def _as_weekly_cap(change: Stated, problem: Problem) -> list[Change]:
    return [scenarios.WeeklyCap(change["hours"] * 60.0)]


# Orders that are there --------------------------------------------------------------------------------------------


def _due_date(given: Given) -> Stated:
    text = str(given.get("production_order") or "").strip()
    order = ProductionOrder.objects.filter(code__iexact=text, state="open").first()
    if order is None:
        try:
            order = ProductionOrder.objects.filter(pk=UUID(text), state="open").first()
        except ValueError:
            order = None
    if order is None:
        raise NotFound(CoreError.NOT_FOUND, field="production_order", what="production order")
    return {"production_order_id": str(order.pk), "code": order.code, "due_on": _day(given, "due_on")}


def _as_due_date(change: Stated, problem: Problem) -> list[Change]:
    due = (date.fromisoformat(change["due_on"]) - problem.start_on).days
    return [scenarios.DueDay(change["production_order_id"], due)]


def _demand(given: Given) -> Stated:
    return {"percent": _whole(given, "percent", 10, 500)}


def _as_demand(change: Stated, problem: Problem) -> list[Change]:
    return [scenarios.Demand(change["percent"] / 100)]


# A hub falls away -------------------------------------------------------------------------------------------------


def _hub_closed(given: Given) -> Stated:
    return {"hub": _hub(given), "from_on": _day(given, "from_on")}


def _as_hub_closed(change: Stated, problem: Problem) -> list[Change]:
    first = (date.fromisoformat(change["from_on"]) - problem.start_on).days
    return [scenarios.HubClosed(change["hub"], max(0, first))]


#: Kind → how its fields are checked, and what it means for a problem.
KINDS: dict[str, tuple[Callable[[Given], Stated], Callable[[Stated, Problem], list[Change]]]] = {
    "new_order": (_new_order, _as_order),
    "absence": (_absence, _as_absence),
    "training": (_training, _as_training),
    "longer_days": (_longer_days, _as_longer_days),
    "weekly_cap": (_weekly_cap, _as_weekly_cap),
    "due_date": (_due_date, _as_due_date),
    "hub_closed": (_hub_closed, _as_hub_closed),
    "demand": (_demand, _as_demand),
}


def next_monday(today: date) -> date:
    """The Monday after ``today``: where a change for "a week" begins unless somebody says otherwise."""
    return today + timedelta(days=7 - today.weekday())
