"""Who could take this work: capable workshops with free hours before it is due, the relatively poorest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.models import Event
from kiwanda.factory.planning.capacity import Capacity, Skill, WorkshopRow, load_capacity
from kiwanda.factory.planning.filling import Filler
from kiwanda.factory.planning.in_progress import work_in_progress
from kiwanda.factory.planning.models import Allocation, ProductionOrder
from kiwanda.factory.planning.problem import INCOME_WEEKS, WEEK_MINUTES_CAP
from kiwanda.factory.planning.routings import Step, load_routings

#: How far ahead free hours are counted.
HORIZON_DAYS = 70
#: Events after which workshops, their skills or their hours are others.
NETWORK_EVENTS = (
    "catalog.TechniqueCreated", "network.CalendarCreated", "network.CalendarDaySet", "network.CapabilitySet",
    "network.DayOffCancelled", "network.DaysOffTaken", "network.HubOpened", "network.TransferTimesSet",
    "network.WorkshopClosed", "network.WorkshopPaused", "network.WorkshopRegistered", "network.WorkshopReopened",
)  # fmt: skip


class Place(NamedTuple):
    """A workshop that can make ``pieces`` good pieces in time."""

    workshop: WorkshopRow
    pieces: int
    minutes_per_piece: float


class Market:
    """Free hours and incomes at one moment; :meth:`take` keeps it true while offers are made from it."""

    def __init__(self, capacity: Capacity, filler: Filler, need: dict[UUID, float], steps: dict[UUID, Step]) -> None:
        self.capacity = capacity
        self.filler = filler
        self.need = need
        self.steps = steps
        self._skilled: dict[str, list[tuple[WorkshopRow, Skill]]] = defaultdict(list)
        for row in capacity.workshops:
            if row.works:
                for skill in capacity.skills.get(row.id, ()):
                    self._skilled[skill.technique].append((row, skill))

    @classmethod
    def load(cls, ctx: Context) -> Market:
        """Read hours, work taken, lots planned and incomes: a fixed number of queries."""
        capacity = _network(ctx.today + timedelta(days=1))
        lots = list(
            Allocation.objects.order_by().filter(state="tentative").values_list(
                "workshop_id", "minutes", "start_on"
            )
        )
        work = [item for item in work_in_progress().commitments() if item.unmade_quantity > 0]
        steps = {step.id: step for routing in _routings().values() for step in routing}
        filler = Filler(capacity, WEEK_MINUTES_CAP)
        rates = {
            (workshop, skill.technique): skill.rate for workshop, skills in capacity.skills.items() for skill in skills
        }
        for item in sorted(work, key=lambda item: (item.due_on or capacity.start_on, item.workshop_id.bytes)):
            step = steps.get(item.operation_id)
            if step is None or item.workshop_id not in capacity.place:
                continue
            minutes = item.unmade_quantity * step.minutes / rates.get((item.workshop_id, step.technique), 1.0)
            start = max(0, capacity.day(item.start_on)) if item.start_on else 0
            filler.fill(item.workshop_id, minutes, start)
        for workshop, planned, start_on in lots:
            if workshop in capacity.place:
                filler.fill(workshop, float(planned), max(0, capacity.day(start_on)))
        incomes = work_in_progress().incomes(ctx.now - timedelta(weeks=INCOME_WEEKS))
        need = {
            row.id: incomes.get(row.id, 0) / (INCOME_WEEKS * row.target_minor) if row.target_minor > 0 else 1.0
            for row in capacity.workshops
        }
        return cls(capacity, filler, need, steps)

    def find(
        self, step: Step, quantity: int, due_on: date, near: str, exclude: Collection[UUID]
    ) -> Place | None:
        """The workshop to ask next for ``quantity`` pieces by ``due_on``, or None when nobody has hours for a lot.

        Those who can make all pieces come before those who can make some; among them hubs within a day of ``near``,
        then the smallest income against its target, then the likeliest to accept. Who can make only some must be able
        to make the operation's smallest lot.
        """
        end = self.capacity.day(due_on)
        transfer = self.capacity.transfer_days[self.capacity.hub_place[near]]
        best: tuple[tuple[float, ...], Place] | None = None
        for row, skill in self._skilled.get(step.technique, ()):
            if row.id in exclude:
                continue
            each = step.minutes / skill.rate
            most = quantity if skill.max_lot is None else min(quantity, max(skill.max_lot, step.min_lot))
            pieces = min(most, int(self.filler.room(row.id, 0, end) / each + 1e-6))
            if pieces < min(quantity, step.min_lot):
                continue
            far = max(0, transfer[self.capacity.hub_place[row.hub]] - 1)
            rank = (
                quantity - pieces, far, round(self.need[row.id], 3), -row.acceptance, self.capacity.place[row.id],
            )
            if best is None or rank < best[0]:
                best = (rank, Place(row, pieces, each))
        return best[1] if best else None

    def take(self, place: Place, pay_minor: int) -> None:
        """Note that ``place`` was offered its pieces: hours and income are spoken for."""
        row = place.workshop
        self.filler.fill(row.id, place.pieces * place.minutes_per_piece, 0)
        if row.target_minor > 0:
            self.need[row.id] += pay_minor / (INCOME_WEEKS * row.target_minor)


_known: tuple[tuple[date, UUID | None], Capacity] | None = None


def _network(start_on: date) -> Capacity:
    """The network from ``start_on`` on, read anew only on another day or after something about it was told."""
    global _known
    told = Event.objects.filter(type__in=NETWORK_EVENTS).order_by("-position").values_list("id", flat=True).first()
    if _known is None or _known[0] != (start_on, told):
        _known = ((start_on, told), load_capacity(start_on, HORIZON_DAYS))
    return _known[1]


def _routings() -> dict[UUID, list[Step]]:
    packs = ProductionOrder.objects.filter(state="open").order_by().values_list("tech_pack_id", flat=True).distinct()
    return load_routings(set(packs))


_latest: tuple[UUID, Market] | None = None


def market(ctx: Context) -> Market:
    """The market of this command or reaction batch, read once: a batch of two hundred refusals shares it."""
    global _latest
    if _latest is None or _latest[0] != ctx.command_id:
        _latest = (ctx.command_id, Market.load(ctx))
    return _latest[1]
