"""What the office does in a day: orders, plan, offers, counter-offers, follow-up, pay, packing, shipping, passports."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F

from kiwanda.core import actors, jobs
from kiwanda.factory.demand.commands import import_orders
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.dispatch.commands import answer_counter, close_work_order, expire_offers, send_wave
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.logistics.commands import (
    PackItem,
    create_shipment,
    dispatch_shipment,
    pack_carton,
    record_delivery,
)
from kiwanda.factory.logistics.models import Carton, Piece, Shipment
from kiwanda.factory.network.models import Consent
from kiwanda.factory.planning.commands import publish_plan, release_demand, request_plan
from kiwanda.factory.planning.models import PlanRun, ProductionOrder
from kiwanda.factory.production import queries as production
from kiwanda.factory.production.commands import move_waiting_due_days
from kiwanda.factory.settlement.commands import approve_payout_batch, create_payout_batch
from kiwanda.factory.traceability.commands import publish_passport
from kiwanda.twin import founding, orders
from kiwanda.twin.player import Player
from kiwanda.twin.workshops_day import sets_at_hand

PLAN_DAYS = 56
COUNTER_ACCEPTED = 0.7
#: A coordinator gives up on work that is so many days late and was silent for so many.
GIVEN_UP_LATE_DAYS, GIVEN_UP_SILENT_DAYS = 7, 6
#: A carton holds at most so many pieces of the demo's small things.
CARTON_PIECES = 400
#: Days at sea and on the road to the buyer.
DELIVERY_DAYS = (5, 11)
PASSPORTS_A_DAY = 3
RESTOCK_EVERY_WEEKS = 3


def expire(player: Player) -> None:
    """Offers that nobody answered run out (the worker's timer does this in a live factory)."""
    player.give(expire_offers, actor=actors.system())


def move_due_days(player: Player) -> None:
    """Whoever waits for parts or material gets more time (a timer as well)."""
    player.give(move_waiting_due_days, actor=actors.system())


def take_orders(player: Player) -> None:
    """Yesterday's lines arrive as the shop's file."""
    on = player.today - timedelta(days=1)
    file = orders.order_file(on, player.play.built_on, player.play.order_share)
    if file is not None:
        player.give(
            import_orders, actor=player.cast.staff("merchandiser"), channel_code=founding.CHANNEL,
            format="retail_history", filename=file.name, content=file.content, dry_run=False, as_history=False,
        )  # fmt: skip


def release(player: Player) -> None:
    """Open lines become production orders."""
    player.give(release_demand, actor=player.cast.staff("coordinator"))


def plan(player: Player) -> None:
    """The engine proposes, the coordinator publishes."""
    coordinator = player.cast.staff("coordinator")
    if not ProductionOrder.objects.filter(state="open").exists():
        return
    run = player.give(
        request_plan, actor=coordinator, days=PLAN_DAYS, seed=player.play.seed % 1_000,
        budget_seconds=player.plan_seconds, reason="Weekly rhythm",
    )  # fmt: skip
    if run is None:
        return
    drain()
    run = PlanRun.objects.get(pk=run.pk)
    if run.state == "proposed":
        player.give(publish_plan, actor=coordinator, plan_run_id=run.pk)
    else:
        player.tally[f"plan {run.state}"] += 1


def send_offers(player: Player) -> None:
    """The day's wave."""
    if not PlanRun.objects.filter(state="published").exists():
        return
    player.give(send_wave, actor=player.cast.staff("coordinator"), until=None)


def answer_counters(player: Player) -> None:
    """Coordinators answer counter-offers, mostly with yes."""
    for offer in Offer.objects.filter(state="countered").select_related("workshop"):
        maker = player.makers_by_id[offer.workshop_id]
        draw = player.people.stream("counter", maker.row.code, offer.quantity, offer.due_on)
        player.give(
            answer_counter, actor=player.cast.coordinator(maker.row.hub_code), offer_id=offer.pk,
            accept=draw.random() < COUNTER_ACCEPTED,
        )  # fmt: skip


def follow_up(player: Player) -> None:
    """Work long late and silent is closed; its unmade rest is planned again. Who waits for parts is left alone."""
    late = player.today - timedelta(days=GIVEN_UP_LATE_DAYS)
    silent = player.now - timedelta(days=GIVEN_UP_SILENT_DAYS)
    rows = WorkOrder.objects.filter(
        state__in=LIVE_WORK_ORDERS, due_on__lte=late, last_sign_at__lte=silent, rework_quantity=0,
        handed_in_quantity=F("accepted_quantity") + F("rejected_quantity"),
    )  # fmt: skip
    given = production.components_of([row.pk for row in rows])
    for row in rows:
        if sets_at_hand(row, given) <= row.handed_in_quantity:
            continue
        hub = player.makers_by_id[row.workshop_id].row.hub_code
        player.give(
            close_work_order, actor=player.cast.coordinator(hub), work_order_id=row.pk,
            reason="No sign for days and long past the due date; agreed by phone to stop.",
        )  # fmt: skip


def restock(player: Player) -> None:
    """Every third week new lots arrive at every hub, somewhat more than three weeks of work use."""
    if player.today.isocalendar().week % RESTOCK_EVERY_WEEKS:
        return
    weekly = founding.weekly_material(player.network, player.play.built_on, player.play.order_share)
    founding.receive_lots(player.cast, player.today, weekly, founding.RESTOCK_WEEKS, f"{player.today:%y%m%d}")


def pay(player: Player) -> None:
    """The maker prepares the week's payouts, the checker approves them, jobs send them to the rail."""
    batch = player.give(create_payout_batch, actor=player.cast.staff("finance-maker"), up_to=None)
    if batch is None:
        return
    player.give(
        approve_payout_batch, actor=player.cast.staff("finance-checker"), batch_id=batch.pk,
        content_hash=batch.content_hash,
    )  # fmt: skip
    drain()


def drain() -> None:
    """Let the worker do what waits, in this process."""
    jobs.Worker(interval=0.0).run(until_idle=True)


def pack(player: Player) -> None:
    """At every hub, lines whose pieces lie there are packed, oldest due first; a line may be split over cartons."""
    for hub_code, items in _packable().items():
        carton: list[PackItem] = []
        room = CARTON_PIECES
        for line_id, quantity in items:
            while quantity > 0:
                part = min(quantity, room)
                carton.append(PackItem(line_id, part))
                quantity -= part
                room -= part
                if room == 0:
                    _close(player, hub_code, carton)
                    carton, room = [], CARTON_PIECES
        if carton:
            _close(player, hub_code, carton)


def _close(player: Player, hub_code: str, items: list[PackItem]) -> None:
    player.give(pack_carton, actor=player.cast.coordinator(hub_code), hub_code=hub_code, items=items)


def _packable() -> dict[str, list[tuple[UUID, int]]]:
    """By hub: (line, pieces) that can be packed now, from free pieces and what their lines still need."""
    free = (
        Piece.objects.filter(carton=None)
        .values_list("production_order_id", "hub__code")
        .annotate(pieces=Count("id"))
        .order_by("hub__code", "production_order_id")
    )
    packed: dict[tuple[UUID, UUID], int] = {
        (order, line): count
        for order, line, count in Piece.objects.exclude(line=None)
        .filter(production_order__in=[row[0] for row in free])
        .values_list("production_order_id", "line_id")
        .annotate(pieces=Count("id"))
        .order_by()
    }
    pegs: dict[UUID, list[Any]] = defaultdict(list)
    for peg in (
        OrderLine.objects.filter(pegs__production_order__in=[row[0] for row in free], state="in_production")
        .order_by("due_on", "pk")
        .values_list("pegs__production_order_id", "pk", "pegs__quantity")
    ):
        pegs[peg[0]].append(peg)
    result: dict[str, Counter[UUID]] = defaultdict(Counter)
    for production_order_id, hub_code, pieces in free:
        for _, line_id, wanted in pegs[production_order_id]:
            taken = min(pieces, wanted - packed.get((production_order_id, line_id), 0))
            if taken > 0:
                result[hub_code][line_id] += taken
                packed[production_order_id, line_id] = packed.get((production_order_id, line_id), 0) + taken
                pieces -= taken
    return {hub: list(lines.items()) for hub, lines in result.items()}


def ship(player: Player) -> None:
    """Packed cartons leave together, one shipment per hub, by air to the buyer's country."""
    by_hub: dict[str, list[UUID]] = defaultdict(list)
    for pk, hub in Carton.objects.filter(state="packed", shipment=None).values_list("pk", "hub__code"):
        by_hub[hub].append(pk)
    merchandiser = player.cast.staff("merchandiser")
    for hub, cartons in by_hub.items():
        shipment = player.give(
            create_shipment, actor=merchandiser, destination="United Kingdom", carrier="Air freight via Nairobi",
            tracking_ref=f"{hub}-{player.today:%y%m%d}", carton_ids=cartons,
        )  # fmt: skip
        if shipment is not None:
            player.give(dispatch_shipment, actor=merchandiser, shipment_id=shipment.pk)


def note_deliveries(player: Player) -> None:
    """The buyer confirms shipments some days later."""
    for shipment in Shipment.objects.filter(state="dispatched"):
        draw = player.people.stream("delivery", shipment.tracking_ref)
        arrives = (shipment.dispatched_at or player.now) + timedelta(days=draw.randint(*DELIVERY_DAYS))
        if arrives <= player.now:
            player.give(record_delivery, actor=player.cast.staff("merchandiser"), shipment_id=shipment.pk)


def publish_passports(player: Player) -> None:
    """A few finished batches whose makers agreed to be named get their public page each day."""
    agreed = Consent.objects.filter(withdrawn_at=None, channel="passport", field="name").values("artisan__workshop")
    ready = (
        ProductionOrder.objects.filter(
            state="done", passport=None, work_orders__workshop__in=agreed, pieces__carton__isnull=False
        )
        .annotate(makers=Count("work_orders", distinct=True))
        .order_by("-makers", "code")
        .distinct()[:PASSPORTS_A_DAY]
    )
    for order in list(ready):
        style = order.variant.style
        player.give(
            publish_passport, actor=player.cast.staff("merchandiser"), production_order_id=order.pk,
            story_en=f"{style.name_en}, made by hand in small workshops in Kenya from local material.",
            story_sw=f"{style.name_sw}, imetengenezwa kwa mkono katika karakana ndogo za Kenya kwa vifaa vya hapa.",
        )  # fmt: skip
