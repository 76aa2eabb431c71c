"""The published plan's next lots go out as offers."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.events import WaveSent
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.sending import NewOffer, send
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.learning import newcomers_limits
from kiwanda.factory.planning.models import Allocation, PlanRun, ProductionOrder

#: Work is offered a week before it begins: near enough to be certain, early enough to answer.
WAVE_DAYS = 7
#: Share of a lot's planned days that is added before it is due.
DUE_SLACK = 0.25

Key = tuple[UUID, UUID, UUID]


class Terms(NamedTuple):
    """What an operation's pieces pay and how many of them one offer may hold."""

    piece_rate_minor: int
    currency: str
    max_lot: int
    technique: str
    min_lot: int


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def send_wave(ctx: Context, *, until: date | None = None) -> int:
    """Offer the tentative lots that start by ``until`` (a week from today); returns how many offers were sent.

    Lots of the same work at the same workshop become one offer, up to the operation's largest lot. A lot waits for a
    later wave while an offer of the same work at the same workshop is unanswered, and a newcomer's lot while as many of
    its pieces as it may have at once are still to be judged. No more is offered than is still
    needed: what was given out since the plan was made comes off, the last to begin first.
    """
    run = PlanRun.objects.filter(state="published").first()
    if run is None:
        raise Rejected(DispatchError.NO_PLAN)
    until = until or ctx.today + timedelta(days=WAVE_DAYS)
    # Whoever offers work of an order holds its row, so that two waves cannot offer the same pieces.
    list(ProductionOrder.objects.filter(state="open").order_by("pk").select_for_update().values_list("pk", flat=True))
    offers, dropped, waiting = gather(ctx, run, until)
    sent = send(ctx, offers)
    _move([lot for offer in offers for lot, _ in offer.lots], "offered")
    _move(dropped, "superseded")
    ctx.emit(
        WaveSent(
            plan_run_id=run.id, until=until, offers=len(sent), pieces=sum(offer.quantity for offer in sent),
            dropped=len(dropped), waiting=waiting,
        )
    )
    return len(sent)


def gather(ctx: Context, run: PlanRun, until: date) -> tuple[list[NewOffer], list[UUID], int]:
    """The offers to make, the lots no longer needed, and how many lots wait for a later wave."""
    books = load_books()
    terms = {
        key: Terms(rate, currency, most, technique, least)
        for key, rate, currency, most, technique, least in Operation.objects.order_by()
        .filter(tech_pack__productionorder__state="open").distinct()
        .values_list("id", "piece_rate_minor", "currency", "max_lot", "technique_id", "min_lot")
    }
    limits = newcomers_limits(ctx.today)
    unseen = _unseen({workshop for workshop, _ in limits})
    acceptance = dict(Workshop.objects.order_by().filter(state="active").values_list("id", "acceptance"))
    live: set[Key] = set(
        Offer.objects.order_by().filter(state__in=LIVE_OFFERS)
        .values_list("workshop_id", "production_order_id", "operation_id")
    )
    lots = (
        Allocation.objects.filter(plan_run=run, state="tentative", start_on__lte=until)
        .order_by("start_on", "finish_on", "pk")
        .values_list("id", "production_order_id", "operation_id", "workshop_id", "quantity", "start_on", "finish_on")
    )
    first = ctx.today + timedelta(days=1)
    made: dict[Key, NewOffer] = {}
    dropped: list[UUID] = []
    waiting = 0
    for lot, order, operation, workshop, planned, start_on, finish_on in lots:
        account = books.get((order, operation))
        if account is None or workshop not in acceptance or account.open == 0:
            dropped.append(lot)
            continue
        key = (workshop, order, operation)
        quantity = min(planned, account.open)
        held = made.get(key)
        term = terms[operation]
        craft = (workshop, term.technique)
        # Small first lots: the next pieces of a newcomer wait until the inspector has seen some.
        full = craft in limits and unseen[craft] > 0 and (
            unseen[craft] + quantity > max(limits[craft], term.min_lot)
        )
        if key in live or full or (held is not None and held.quantity + quantity > term.max_lot):
            waiting += 1
            # Its pieces are spoken for all the same: later lots of others must not take them.
            account.offered += quantity
            continue
        account.offered += quantity
        unseen[craft] += quantity
        late = max(timedelta(0), first - start_on)
        if held is None:
            made[key] = NewOffer(
                order, operation, workshop, quantity, term.piece_rate_minor, term.currency, start_on + late,
                _due(start_on, finish_on) + late, float(acceptance[workshop]), ((lot, quantity),),
            )
        else:
            made[key] = held._replace(
                quantity=held.quantity + quantity,
                due_on=max(held.due_on, _due(start_on, finish_on) + late),
                lots=(*held.lots, (lot, quantity)),
            )
    return list(made.values()), dropped, waiting


def _unseen(workshop_ids: set[UUID]) -> Counter[tuple[UUID, str]]:
    """Pieces these workshops are offered or have taken and nobody has judged yet, by workshop and technique."""
    found: Counter[tuple[UUID, str]] = Counter()
    if not workshop_ids:
        return found
    offers = Offer.objects.order_by().filter(state__in=LIVE_OFFERS, workshop__in=workshop_ids)
    for workshop, technique, pieces in offers.values_list("workshop_id", "operation__technique_id", "quantity"):
        found[workshop, technique] += pieces
    work = WorkOrder.objects.order_by().filter(state__in=LIVE_WORK_ORDERS, workshop__in=workshop_ids)
    for workshop, technique, quantity, accepted, rejected, short in work.values_list(
        "workshop_id", "operation__technique_id", "quantity", "accepted_quantity", "rejected_quantity",
        "short_quantity",
    ):
        found[workshop, technique] += max(0, quantity - accepted - rejected - short)
    return found


def _due(start_on: date, finish_on: date) -> date:
    """The day a workshop is asked to be ready: the plan's, with room for a slow day.

    The plan takes a workshop's usual speed. A day's output varies (in the garment lines of UCI 597 one day in ten
    brings 57 % of the usual or less): due on the planned finish, every second lot would be late by nobody's fault.
    """
    return finish_on + timedelta(days=1 + round(DUE_SLACK * (finish_on - start_on).days))


def _move(lots: list[UUID], target: str) -> None:
    """tentative → ``target`` for all, or a rejection."""
    changed = 0
    for first in range(0, len(lots), 500):
        part = lots[first : first + 500]
        changed += Allocation.objects.filter(pk__in=part, state="tentative").update(state=target)
    if changed != len(lots):
        raise Rejected(CoreError.CHANGED_MEANWHILE)
