"""Answers to "why?" as the tower shows them: sentences, and what would help with a link to where it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kiwanda.core.actors import Actor
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.planning import explaining
from kiwanda.factory.planning import queries as planning
from kiwanda.factory.planning.explaining import Answer, Said
from kiwanda.factory.planning.models import Allocation, Peg, ProductionOrder


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would save an order. ``href`` is the screen where it is done, or ``factor`` what a button here gives."""

    text: str
    label: str
    href: str = ""
    order_id: UUID | None = None
    factor: float = 0.0
    costs: tuple[tuple[str, int], ...] = ()
    cost_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """One answer with its heading."""

    heading: str
    reasons: list[str]
    remedies: list[Remedy]
    asked_remedies: bool = False


def why_offer(offer: Offer) -> Why:
    """Why this workshop was asked: as noted when it was, else from the plan its lots came from."""
    return Why("", _texts(reasons_of(offer)), [])


def reasons_of(offer: Offer) -> list[Said]:
    """The reasons themselves; a plan is laid out for it where nothing was noted."""
    if offer.why:
        return [Said(code, facts) for code, facts in offer.why]
    lot = (
        Allocation.objects.filter(offered_lot__offer=offer)
        .select_related("plan_run")
        .order_by("start_on", "pk")
        .first()
    )
    if lot is None:
        return [Said("chosen", {})]
    return list(explaining.why_allocation(lot).reasons)


def why_allocation(actor: Actor, allocation_id: UUID) -> Why | None:
    """Why the plan gave a lot to its workshop."""
    lot = Allocation.objects.select_related("plan_run").filter(pk=allocation_id).first()
    if lot is None or not planning.plan_runs(actor).filter(pk=lot.plan_run_id).exists():
        return None
    return Why("", _texts(explaining.why_allocation(lot).reasons), [])


def why_not(order_id: UUID, operation_id: UUID, workshop_id: UUID) -> Why:
    """Why a workshop was not given an operation."""
    return Why("", _texts(explaining.why_not(order_id, operation_id, workshop_id).reasons), [])


def why_no_work(workshop_id: UUID, monday: date) -> Why:
    """Why a workshop has no more work in a week."""
    answer = explaining.why_no_work(workshop_id, monday)
    return Why("", _texts(answer.reasons), [])


def why_late_orders(actor: Actor, order_ids: list[UUID], *, remedies: bool) -> list[Why]:
    """Why each is late; with ``remedies`` what would save it, each worked out by planning anew."""
    codes = explaining.code_of(order_ids)
    answers = explaining.why_late(order_ids, remedies=remedies)
    return [
        Why(codes.get(key, ""), _texts(answer.reasons), _remedies(key, answer, codes), remedies)
        for key, answer in answers.items()
    ]


def why_late_line(actor: Actor, line: OrderLine, *, remedies: bool) -> list[Why]:
    """The same for an order line: for each production order that makes it, or the line itself while it waits."""
    return why_late_orders(actor, explaining.orders_of_line(line.pk), remedies=remedies)


def _texts(reasons: list[Said] | tuple[Said, ...]) -> list[str]:
    language = get_language() or "en"
    texts = []
    for said in reasons:
        text = explaining.sentence(said, language)
        if said.times > 1:
            text += " " + ngettext("(found for %(count)s step)", "(found for %(count)s steps)", said.times) % {
                "count": said.times
            }
        texts.append(text)
    return texts


def _remedies(key: UUID, answer: Answer, codes: dict[UUID, str]) -> list[Remedy]:
    language = get_language() or "en"
    currency = _currency(key)
    return [
        replace(
            _remedy(key, said, explaining.sentence(said, language), codes),
            costs=tuple((explaining.cost_sentence(cost, currency, language), cost.amount_minor) for cost in said.costs),
            cost_minor=said.cost_minor,
            currency=currency,
        )
        for said in answer.remedies
    ]


def _currency(key: UUID) -> str:
    """What the makers of an order are paid in."""
    steps = Operation.objects.filter(Q(tech_pack__productionorder=key) | Q(tech_pack__style__variants__orderline=key))
    return steps.order_by().values_list("currency", flat=True).first() or "KES"


def _remedy(key: UUID, said: Said, text: str, codes: dict[UUID, str]) -> Remedy:
    technique = str(said.facts.get("technique", ""))
    if said.code == "training":
        return Remedy(text, _("Workshops with this technique"), f"{reverse('tower:workshops')}?technique={technique}")
    if said.code == "priority" and key in codes:
        return Remedy(text, _("Give it four times the weight"), "", key, 4.0)
    if said.code == "later_day":
        return Remedy(text, _("Agree on another day"), _order_href(key))
    return Remedy(text, _("Ask for a new plan"), reverse("tower:plan"))


def _order_href(key: UUID) -> str:
    peg = Peg.objects.filter(production_order=key).select_related("line").order_by("line__due_on").first()
    if peg is not None:
        return reverse("tower:order", args=[peg.line.order_id])
    line = OrderLine.objects.filter(pk=key).first()
    return reverse("tower:order", args=[line.order_id]) if line is not None else reverse("tower:orders")


def production_order_of(actor: Actor, production_order_id: UUID) -> ProductionOrder | None:
    """One production order the reader may see."""
    return planning.production_orders(actor).filter(pk=production_order_id).first()
