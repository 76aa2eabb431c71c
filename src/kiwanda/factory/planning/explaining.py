"""Why this workshop, why not that one, why late and what would save it: the engine's reasons in people's words.

The engine knows workshops and techniques by their ids; here they get their names, days their short form. A question
about a lot is asked of the plan it came from, as that plan was worked out; a question about an order of the standing
plan, which knows what happened since.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import formats, translation

from kiwanda.core import clock
from kiwanda.core.money import format_money
from kiwanda.engine import Lot, LotTable, Plan, PlannedOrder
from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.planning import outcomes
from kiwanda.factory.planning.models import Allocation, Peg, PlanRun, ProductionOrder
from kiwanda.factory.planning.remedies import Cost
from kiwanda.factory.planning.remedies import remedies as ways_out
from kiwanda.factory.planning.standing_plan import StandingPlan, open_problem, standing_plan, warm

if TYPE_CHECKING:
    from kiwanda.engine.explaining import Explainer
    from kiwanda.engine.sentences import Explanation

#: Plans kept laid out for questions: each takes some tens of megabytes.
KEPT = 2
#: Steps looked at for "why no work this week?".
MOST_STEPS = 40

#: Reasons of the factory's own, beside the engine's: (English, Swahili).
OWN: dict[str, tuple[str, str]] = {
    "next_fairest": (
        "Another workshop did not take this work. Of {able} workshops with the technique, this one has the {rank}. "
        "lowest income against its target, and of those with hours in time it comes first.",
        "Karakana nyingine haikuchukua kazi hii. Kati ya karakana {able} zenye ufundi huu, hii ni ya {rank} kwa mapato "
        "madogo kulinganisha na lengo, na kati ya zenye nafasi kwa wakati ni ya kwanza.",
    ),
    "next_asked": (
        "Another workshop did not take this work. Among those near enough with free hours before it is due, the one "
        "with the lowest income against its target is asked first.",
        "Karakana nyingine haikuchukua kazi hii. Kati ya zilizo karibu na zenye nafasi kwa wakati, yenye mapato madogo "
        "kulinganisha na lengo huombwa kwanza.",
    ),
    "chosen": (
        "A coordinator chose this workshop after work elsewhere was not taken or not done.",
        "Mratibu ameichagua karakana hii baada ya kazi kutochukuliwa au kutofanyika kwingine.",
    ),
    "no_hours": (
        "The workshop does not work that week: paused, on days off or its calendar is closed.",
        "Karakana haifanyi kazi wiki hiyo: imesitishwa, ina likizo au kalenda yake imefungwa.",
    ),
    "has_work": (
        "It has work that week: {pieces} pieces.",
        "Ina kazi wiki hiyo: vipande {pieces}.",
    ),
    "no_demand": (
        "The plan asks nobody for {technique} that week: there are no orders for it.",
        "Mpango hauombi yeyote {technique} wiki hiyo: hakuna oda zake.",
    ),
    "no_technique": (
        "No technique of this workshop is in use: set what it can do.",
        "Hakuna ufundi wa karakana hii unaotumika: weka inachoweza kufanya.",
    ),
    "no_plan": (
        "No plan is in force, so nobody has been chosen yet.",
        "Hakuna mpango unaotumika, kwa hiyo hakuna aliyechaguliwa bado.",
    ),
    "cost_overtime": (
        "Overtime premium: {count} minutes at {each}",
        "Nyongeza ya muda wa ziada: dakika {count} kwa {each}",
    ),
    "cost_training": (
        "Pay while learning: {count} days at {each}",
        "Malipo wakati wa kujifunza: siku {count} kwa {each}",
    ),
    "cost_lots": (
        "Lots to hand out, count and inspect: {count} at {each}",
        "Mafungu ya kutoa, kuhesabu na kukagua: {count} kwa {each}",
    ),
    "cost_transport": (
        "Transport between hubs: {count} lot-days at {each}",
        "Usafiri kati ya vituo: siku-fungu {count} kwa {each}",
    ),
    "cost_others_late": (
        "Lateness of the other orders: {count} weighted days at {each}",
        "Ucheleweshaji wa oda nyingine: siku zenye uzito {count} kwa {each}",
    ),
    "cost_own_late": (
        "Lateness of this order saved: {count} weighted days at {each}",
        "Ucheleweshaji wa oda hii uliookolewa: siku zenye uzito {count} kwa {each}",
    ),
    "plan_gone": (
        "The plan this came from is no longer kept in detail.",
        "Mpango uliotoa kazi hii hauhifadhiwi tena kwa undani.",
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A reason: its code, its facts as plain values, and how many times it was found (1 unless gathered).

    A remedy has the lines of its cost.
    """

    code: str
    facts: dict[str, Any]
    times: int = 1
    costs: tuple[Cost, ...] = ()

    @property
    def cost_minor(self) -> int:
        """What a remedy costs in all; below zero it saves."""
        return sum(cost.amount_minor for cost in self.costs)

    def stored(self) -> tuple[str, dict[str, Any]]:
        """As an offer keeps it."""
        return self.code, {key: value if isinstance(value, (int, float)) else str(value)
                           for key, value in self.facts.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """Reasons in reading order, and for late orders what would save them."""

    reasons: tuple[Said, ...]
    remedies: tuple[Said, ...] = ()


def sentence(said: Said, language: str) -> str:
    """One reason in English or Swahili, with names for ids and short days."""
    from kiwanda.engine.sentences import SENTENCES

    swahili = language.startswith("sw")
    english_text, swahili_text = OWN.get(said.code) or SENTENCES[said.code]
    with translation.override("sw" if swahili else "en"):
        facts = {key: _named(key, value, swahili=swahili) for key, value in said.facts.items()}
    text = swahili_text if swahili else english_text
    return text.format(**facts)


def _named(key: str, value: Any, *, swahili: bool) -> Any:
    if key == "workshop":
        return _workshop_name(str(value))
    if key == "technique":
        row = Technique.objects.filter(pk=value).only("name_en", "name_sw").first()
        return value if row is None else (row.name_sw if swahili and row.name_sw else row.name_en)
    if key == "names":
        return ", ".join(_workshop_name(str(name)) for name in value)
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return formats.date_format(date.fromisoformat(value), "j M")
    return value


def _workshop_name(value: str) -> str:
    try:
        return Workshop.objects.filter(pk=UUID(value)).values_list("trade_name", flat=True).first() or value
    except ValueError:
        return value


# Plans laid out for questions ---------------------------------------------------------------------------------------

_laid_out: OrderedDict[tuple[str, UUID | float], Explainer] = OrderedDict()
_lock = threading.Lock()


def _explainer_of_run(run: PlanRun) -> Explainer | None:
    """The run laid out as it was worked out; None where its problem is no longer kept. A second or two at first."""
    from kiwanda.engine.explaining import Explainer

    key = ("run", run.pk)
    with _lock:
        if key in _laid_out:
            _laid_out.move_to_end(key)
            return _laid_out[key]
    outcome = outcomes.outcome_of_run(run)
    if outcome is None:
        return None
    orders = tuple(
        PlannedOrder(
            name,
            (fate.finish_on - outcome.problem.start_on).days if fate.finish_on else None,
            fate.tardiness_days,
            fate.undone_quantity,
        )
        for name, fate in outcome.fates.items()
    )
    plan = Plan(LotTable([*outcome.problem.fixed, *outcome.lots]), orders)
    return _keep(key, Explainer(outcome.problem, plan))


def _explainer_of_standing(standing: StandingPlan) -> Explainer:
    from kiwanda.engine.explaining import Explainer

    key = ("standing", standing.built)
    with _lock:
        if key in _laid_out:
            return _laid_out[key]
    return _keep(key, Explainer(*open_problem(standing)))


def lay_out_ahead() -> None:
    """Lay out the plan in force and the standing plan, so that the first who ask need not wait for it."""
    run = PlanRun.objects.filter(state="published").first()
    if run is not None:
        _explainer_of_run(run)
    standing = warm()
    if standing is not None:
        _explainer_of_standing(standing)


def _keep(key: tuple[str, UUID | float], explainer: Explainer) -> Explainer:
    with _lock:
        _laid_out[key] = explainer
        while len(_laid_out) > KEPT:
            _laid_out.popitem(last=False)
    return explainer


def _said(explanation: Explanation) -> Answer:
    return Answer(
        tuple(Said(item.code, dict(item.facts)) for item in explanation.reasons),
        tuple(Said(item.code, dict(item.facts)) for item in explanation.remedies),
    )


# The questions ------------------------------------------------------------------------------------------------------


def why_allocation(allocation: Allocation) -> Answer:
    """Why the plan gave this lot to this workshop."""
    explainer = _explainer_of_run(allocation.plan_run)
    if explainer is None:
        return Answer((Said("plan_gone", {}),))
    lot = _lot_of(explainer, allocation)
    if lot is None:
        return Answer((Said("plan_gone", {}),))
    return _said(explainer.why_workshop(lot))


def _lot_of(explainer: Explainer, allocation: Allocation) -> Lot | None:
    wanted = (str(allocation.production_order_id), str(allocation.operation_id), str(allocation.workshop_id))
    start = (allocation.start_on - explainer.problem.start_on).days
    same = [lot for lot in explainer.plan.lots if (lot.order, lot.operation, lot.workshop) == wanted]
    return min(
        same,
        key=lambda lot: (abs(lot.start_day - start), abs(lot.quantity - allocation.quantity)),
        default=None,
    )


def why_not(production_order_id: UUID, operation_id: UUID, workshop_id: UUID) -> Answer:
    """Why this workshop was not given pieces of this operation by the plan in force."""
    run = PlanRun.objects.filter(state="published").first()
    if run is None:
        return Answer((Said("no_plan", {}),))
    explainer = _explainer_of_run(run)
    if explainer is None or str(production_order_id) not in explainer.problem.order_by_id:
        return Answer((Said("plan_gone", {}),))
    return _said(explainer.why_not(str(production_order_id), str(operation_id), str(workshop_id)))


def why_late(order_ids: Iterable[UUID], *, remedies: bool = True) -> dict[UUID, Answer]:
    """Why production orders (or promised lines not released yet) are late, and what would save each.

    Remedies are planned anew and costed in money (:mod:`.remedies`): some tenths of a second to seconds each order.
    """
    explainer = _explainer_of_standing(standing_plan())
    found = {}
    for key in order_ids:
        order = explainer.problem.order_by_id.get(str(key))
        if order is None:
            continue
        answer = _said(explainer.why_late(order.id, remedies=False))
        if remedies and not any(said.code == "on_time" for said in answer.reasons):
            tight = next((said.facts["technique"] for said in answer.reasons if "technique" in said.facts), None)
            ways = ways_out(explainer.problem, explainer.plan, order, tight)
            answer = Answer(answer.reasons, tuple(Said(way.code, way.facts, costs=way.costs) for way in ways))
        found[key] = answer
    return found


def cost_sentence(cost: Cost, currency: str, language: str) -> str:
    """One line of what a remedy costs: how many of what, at how much, without the amount itself."""
    english, swahili = OWN[cost.code]
    count = f"{abs(cost.times):,.{0 if cost.times == round(cost.times) else 1}f}"
    facts = {"count": count, "each": format_money(round(cost.each_minor), currency)}
    text = (swahili if language.startswith("sw") else english).format(**facts)
    if cost.amount_minor < 0 and cost.code != "cost_own_late":
        text += " (pungufu)" if language.startswith("sw") else " (fewer)"
    return text


def orders_of_line(line_id: UUID) -> list[UUID]:
    """What the engine knows an order line by: its production orders, or itself while it is not released."""
    pegs = Peg.objects.filter(line=line_id, production_order__state="open")
    orders = list(pegs.order_by("production_order__due_on").values_list("production_order_id", flat=True))
    return orders or [line_id]


def why_no_work(workshop_id: UUID, monday: date) -> Answer:
    """Why a workshop has no work, or no more work, in a week: the reasons found over the steps it could have had.

    The same reason given for several steps stands once, with how often, the most frequent first. One query; worked out
    once for a plan, workshop and week in a process (some tens of milliseconds), the first after a new plan lays that
    out (a second or two; a server does it ahead, see :mod:`.warming`).
    """
    run = PlanRun.objects.filter(state="published").values_list("pk", flat=True).first()
    if run is None:
        return Answer((Said("no_plan", {}),))
    return _no_work(run, workshop_id, monday)


def no_work_texts(workshop_id: UUID, language: str, monday: date | None = None, most: int = 4) -> list[str]:
    """:func:`why_no_work` as up to ``most`` sentences in ``en`` or ``sw``, for this week unless ``monday`` is given.

    What a phone shows: one query, the sentences remembered like the answer.
    """
    run = PlanRun.objects.filter(state="published").values_list("pk", flat=True).first()
    if run is None:
        return [sentence(Said("no_plan", {}), language)]
    return list(_no_work_texts(run, workshop_id, monday or this_monday(), language[:2])[:most])


@lru_cache(maxsize=4096)
def _no_work_texts(run_id: UUID, workshop_id: UUID, monday: date, language: str) -> tuple[str, ...]:
    return tuple(sentence(said, language) for said in _no_work(run_id, workshop_id, monday).reasons)


@lru_cache(maxsize=4096)
def _no_work(run_id: UUID, workshop_id: UUID, monday: date) -> Answer:
    explainer = _explainer_of_run(PlanRun.objects.get(pk=run_id))
    if explainer is None:
        return Answer((Said("plan_gone", {}),))
    problem, name = explainer.problem, str(workshop_id)
    row = problem.workshop_by_id.get(name)
    if row is None or not row.capabilities:
        shop = Workshop.objects.filter(pk=workshop_id).first()
        return Answer((Said("no_hours" if shop is None or shop.state != "active" else "no_technique", {}),))
    first = (monday - problem.start_on).days
    days = [day for day in range(first, first + 7) if 0 <= day < problem.days]
    hours = [problem.calendars[row.calendar][day] for day in days if day not in row.off_days]
    if days and not any(hours):
        return Answer((Said("no_hours", {}),))
    techniques = {can.technique for can in row.capabilities}
    return Answer(tuple(_week_reasons(explainer, name, techniques, first)))


def _week_reasons(explainer: Explainer, workshop: str, techniques: set[str], first: int) -> list[Said]:
    steps = {
        (order.id, step.id): step.technique
        for order in explainer.problem.orders
        for step in order.operations
        if step.technique in techniques
    }
    asked: Counter[tuple[str, str]] = Counter()
    mine = 0
    for lot in explainer.plan.lots:
        if (lot.order, lot.operation) in steps and lot.start_day < first + 7 and lot.finish_day >= max(first, 0):
            asked[lot.order, lot.operation] += lot.quantity
            if lot.workshop == workshop:
                mine += lot.quantity
    said: list[Said] = []
    if mine:
        said.append(Said("has_work", {"pieces": mine}))
    idle = sorted(techniques - {steps[key] for key in asked})
    said += [Said("no_demand", {"technique": technique}) for technique in idle]
    found: dict[str, list[Said]] = {}
    for order, operation in [key for key, _ in asked.most_common(MOST_STEPS)]:
        answer = _said(explainer.why_not(order, operation, workshop))
        for item in answer.reasons:
            if item.code not in ("has_some", "nothing_to_give"):
                found.setdefault(item.code, []).append(item)
    for group in sorted(found.values(), key=len, reverse=True):
        said.append(Said(group[0].code, group[0].facts, len(group)))
    return said


def this_monday() -> date:
    """The Monday of the current week in Nairobi."""
    today = clock.today()
    return today - timedelta(days=today.weekday())


def code_of(production_order_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The codes of production orders, for headings."""
    return dict(ProductionOrder.objects.filter(pk__in=list(production_order_ids)).values_list("pk", "code"))


def is_warm() -> bool:
    """Whether questions about late orders can be answered without building the standing plan first."""
    return warm() is not None
