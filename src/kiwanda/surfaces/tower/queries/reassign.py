"""Work that needs another workshop: what is left of it, and the costed choices as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kiwanda.core.actors import Actor
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.handing_over import NewMaker, task_of_offer, task_of_work
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.models import Hub, Workshop
from kiwanda.factory.planning.reassigning import Maker, Option, Task, options
from kiwanda.factory.planning.standing_plan import standing_plan

NAMED = ("workshop__hub", "operation__technique", "production_order__variant__style")


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be given to others: an offer or accepted work; ``task`` None when nothing is left to give."""

    kind: str
    row: Offer | WorkOrder
    task: Task | None

    @property
    def kept_quantity(self) -> int:
        """Pieces that stay with the workshop: made, handed in or inspected."""
        return self.row.most_quantity - self.row.unmade_quantity if isinstance(self.row, WorkOrder) else 0


@dataclass(frozen=True, slots=True)
class MakerRow:
    """One workshop of a choice with its name and hub."""

    maker: Maker
    workshop: Workshop
    hub: str

    @property
    def income_percent(self) -> int | None:
        share = self.maker.income_share
        return None if share is None else round(100 * share)


@dataclass(frozen=True, slots=True)
class LateRow:
    """An order that a choice makes late, or later: ``added`` of the ``days`` after its promise are the choice's."""

    number: str
    order_id: UUID
    days: int
    added: int
    promised_on: date


@dataclass(frozen=True, slots=True)
class Choice:
    """One costed choice. ``value`` is what the form sends; pay is what is paid in all, and against the offer before."""

    option: Option
    title: str
    makers: list[MakerRow]
    late: list[LateRow]
    late_anyway: int
    pay_minor: int
    pay_difference_minor: int
    currency: str
    value: str


def source_of_offer(actor: Actor, offer_id: UUID) -> Source | None:
    """An offer that others could take over."""
    row = dispatch.offers(actor).select_related(*NAMED).filter(pk=offer_id).first()
    return None if row is None else Source("offer", row, task_of_offer(row))


def source_of_work(actor: Actor, work_order_id: UUID) -> Source | None:
    """Accepted work that others could take over."""
    row = dispatch.work_orders(actor).select_related(*NAMED).filter(pk=work_order_id).first()
    if row is None:
        return None
    return Source("work", row, task_of_work(row) if row.state in ("accepted", "in_progress") else None)


def choices(source: Source) -> list[Choice]:
    """Up to three, the best first. Builds the standing plan where it is not at hand: about a second."""
    if source.task is None:
        return []
    found = options(standing_plan(), source.task)
    shops = {maker.workshop_id for option in found for maker in option.makers}
    workshops = Workshop.objects.in_bulk(shops)
    hubs = dict(Hub.objects.values_list("code", "name"))
    lines = OrderLine.objects.select_related("order").in_bulk(
        {line.line_id for option in found for line in option.affected}
    )
    return [_choice(source, option, workshops, hubs, lines) for option in found]


def _choice(
    source: Source, option: Option, workshops: dict[Any, Workshop], hubs: dict[str, str], lines: dict[Any, OrderLine]
) -> Choice:
    assert source.task is not None
    late = [
        LateRow(
            lines[row.line_id].order.number, lines[row.line_id].order_id, row.days_late, row.added_days, row.promised_on
        )
        for row in option.affected
        if row.added_days and row.line_id in lines
    ]
    pay = option.quantity * source.row.piece_rate_minor
    return Choice(
        option=option,
        title=title(option),
        makers=[MakerRow(row, workshops[row.workshop_id], hubs.get(row.hub, row.hub)) for row in option.makers],
        late=late,
        late_anyway=sum(1 for row in option.affected if row.days_late and not row.added_days),
        pay_minor=pay,
        pay_difference_minor=pay - source.task.quantity * source.row.piece_rate_minor,
        currency=source.row.currency,
        value=packed(option),
    )


def title(option: Option) -> str:
    """Why this choice is among the three."""
    words = {
        "fair": _("Lowest income first"),
        "soonest": _("Ready soonest"),
        "near": _("At the same hub"),
        "split": _("Shared out to be in time"),
        "next": _("The next in line"),
    }
    return words[option.kind]


def packed(option: Option) -> str:
    """A choice as one form value."""
    return ";".join(
        f"{row.workshop_id}:{row.quantity}:{row.start_on.isoformat()}:{row.due_on.isoformat()}" for row in option.makers
    )


def unpacked(value: str) -> list[NewMaker]:
    """The makers of a form value. Raises ``ValueError`` for anything else."""
    makers = []
    for part in value.split(";"):
        workshop, quantity, start, due = part.split(":")
        makers.append(NewMaker(UUID(workshop), int(quantity), date.fromisoformat(start), date.fromisoformat(due)))
    return makers
