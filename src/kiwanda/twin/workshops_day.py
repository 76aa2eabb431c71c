"""What workshops do in a day: stay at home, answer offers, work, write, hand in, mend, object."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from kiwanda.core import clock
from kiwanda.factory.dispatch.commands import accept_offer, counter_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.network.commands import take_days_off
from kiwanda.factory.planning.working_days import minutes_by_calendar
from kiwanda.factory.production import queries as production
from kiwanda.factory.production.commands import hand_in, report_progress
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.routing import predecessors
from kiwanda.factory.quality.commands import file_appeal
from kiwanda.factory.quality.models import Inspection, Rework
from kiwanda.twin.people import Answer
from kiwanda.twin.player import Maker, Player

#: People who stay at home tell it this often; the others are simply silent.
TELLS_ABSENCE = 0.6
#: Days a mended lot takes at least and at most.
MENDING_DAYS = (1, 3)
APPEAL_CHANCE = 0.12
#: Parts are worked and handed in without waiting for the rest when so many pieces lie ready.
SMALLEST_PART = 10
ABSENCE_REASONS = {"ill": "ill", "family": "funeral", "planting": "planting"}


def tell_absences(player: Player) -> None:
    """Those with work or an open offer who begin to stay at home today tell it, most of them."""
    busy = set(WorkOrder.objects.filter(state__in=LIVE_WORK_ORDERS).values_list("workshop_id", flat=True))
    busy |= set(Offer.objects.filter(state="sent").values_list("workshop_id", flat=True))
    for workshop_id in sorted(busy):
        maker = player.makers_by_id[workshop_id]
        absence = player.people.absence(maker.row, player.day)
        if absence is None or player.people.absence(maker.row, player.day - 1) is not None:
            continue
        if player.people.stream("tells", maker.row.code, player.day).random() < TELLS_ABSENCE:
            days = [player.today + timedelta(days=i) for i in range(absence.days_left + 1)]
            player.give(
                take_days_off, actor=maker.actor, workshop_id=workshop_id, days=days,
                reason=ABSENCE_REASONS[absence.reason],
            )  # fmt: skip


def answer_offers(player: Player) -> None:
    """Every live offer whose hour of answering has come is answered, in the order of those hours."""
    load = _open_days(player)
    due: list[tuple[datetime, Offer, Maker]] = []
    offers = Offer.objects.filter(state="sent").select_related("operation", "production_order__variant")
    for offer in offers.iterator(chunk_size=2000):
        maker = player.makers_by_id[offer.workshop_id]
        answer = _answer(player, offer, maker, load)
        if answer.action == "silent":
            continue
        moment = offer.sent_at + timedelta(hours=max(0.05, answer.hours))
        if moment <= player.now and moment < offer.expires_at:
            due.append((moment, offer, maker))
    for moment, offer, maker in sorted(due, key=lambda item: (item[0], item[2].row.code)):
        answer = _answer(player, offer, maker, load)
        if _answered_by_phone(player, offer, maker, answer, moment):
            continue
        if answer.action == "accept":
            player.give_at(moment, accept_offer, actor=maker.actor, offer_id=offer.pk)
        elif answer.action == "decline":
            player.give_at(moment, decline_offer, actor=maker.actor, offer_id=offer.pk, reason=answer.reason)
        else:
            fewer = max(1, int(offer.quantity * answer.quantity_share))
            later = answer.later_days or (1 if fewer == offer.quantity else 0)
            quantity = fewer if fewer < offer.quantity else None
            due_on = offer.due_on + timedelta(days=later) if later else None
            if _countered_by_phone(player, offer, maker, quantity, due_on, moment):
                continue
            player.give_at(
                moment, counter_offer, actor=maker.actor, offer_id=offer.pk, quantity=quantity, due_on=due_on
            )


def _countered_by_phone(
    player: Player, offer: Offer, maker: Maker, quantity: int | None, due_on: date | None, moment: datetime
) -> bool:
    if maker.channel != "app":
        return False
    return player.by_door(maker, "counter", lambda: player.doors.counter(maker, offer, quantity, due_on), moment)


def _answered_by_phone(player: Player, offer: Offer, maker: Maker, answer: Answer, moment: datetime) -> bool:
    """Some of the answers come through the door of the workshop's own channel."""
    doors, key = player.doors, f"{offer.operation.code}/{offer.quantity}/{offer.due_on}"
    if answer.action == "accept":
        return player.by_door(maker, key, lambda: doors.accept(maker, offer), moment)
    if answer.action == "decline":
        return player.by_door(maker, key, lambda: doors.decline(maker, offer, answer.reason), moment)
    return False


def _answer(player: Player, offer: Offer, maker: Maker, load: dict[UUID, float]) -> Answer:
    key = f"{offer.production_order.variant.sku}/{offer.operation.code}/{offer.quantity}/{offer.due_on}"
    sent = clock.local_date(offer.sent_at).toordinal()
    return player.people.answer(maker.row, key, sent, load.get(offer.workshop_id, 0.0))


def _open_days(player: Player) -> dict[UUID, float]:
    """Accepted, unmade work of each workshop in its own working days."""
    days: dict[UUID, float] = defaultdict(float)
    for work in WorkOrder.objects.filter(state__in=LIVE_WORK_ORDERS).select_related("operation"):
        maker = player.makers_by_id[work.workshop_id]
        left = max(0, work.quantity - work.made_quantity) * float(work.operation.standard_minutes)
        days[work.workshop_id] += left / max(1.0, maker.row.weekly_minutes / 6)
    return days


def work(player: Player) -> None:
    """Everyone at work spends the day's minutes on accepted work, most urgent first; writes; hands in what is done."""
    orders = (
        WorkOrder.objects.filter(state__in=LIVE_WORK_ORDERS)
        .select_related("operation", "production_order__variant")
        .order_by("due_on", "code")
    )
    mine: dict[UUID, list[WorkOrder]] = defaultdict(list)
    for order in orders:
        mine[order.workshop_id].append(order)
    given = production.components_of([order.pk for rows in mine.values() for order in rows])
    hours = {code: days[0] for code, days in minutes_by_calendar(player.today, 1).items()}
    for workshop_id, rows in mine.items():
        maker = player.makers_by_id[workshop_id]
        if player.people.absence(maker.row, player.day) is None:
            _workshop_works(player, maker, rows, given, hours[maker.row.calendar_code])
    live = {str(order.pk) for rows in mine.values() for order in rows}
    for gone in set(player.hands) - live:
        del player.hands[gone]


def _workshop_works(
    player: Player, maker: Maker, rows: list[WorkOrder], given: dict[UUID, dict[UUID, int]], calendar_minutes: int
) -> None:
    people, row = player.people, maker.row
    minutes = calendar_minutes * row.capacity_factor * people.pace(row.code, player.day)
    speeds = {c.technique: c.speed * c.yield_rate for c in row.capabilities}
    for order in rows:
        technique = order.operation.technique_id
        key = _work_key(order)
        manner = people.manner(row, key, order.quantity)
        begun_on = clock.local_date(order.accepted_at) + timedelta(days=manner.start_delay_days)
        # Parts from another hub travel until the planned start; first operations may begin a day early.
        early = 0 if predecessors(order.operation_id) else 1
        if player.today < max(begun_on, order.start_on - timedelta(days=early)):
            continue
        ceiling = min(sets_at_hand(order, given), order.quantity)
        made = max(player.hands.get(str(order.pk), 0.0), float(order.made_quantity))
        if minutes > 0 and made < ceiling:
            per_piece = float(order.operation.standard_minutes) / (speeds.get(technique, 0.8) * manner.pace)
            per_piece /= people.power_share(row.county_code, technique, player.day)
            spent = min(minutes, (ceiling - made) * per_piece)
            minutes -= spent
            made = min(float(ceiling), made + spent / per_piece + 1e-9)
            player.hands[str(order.pk)] = made
        _tell_and_hand_in(player, maker, order, key, int(made), ceiling)


def sets_at_hand(order: WorkOrder, given: dict[UUID, dict[UUID, int]]) -> int:
    """For how many pieces all parts are there."""
    before = predecessors(order.operation_id)
    if not before:
        return order.quantity
    parts = given.get(order.pk, {})
    return min(parts.get(operation, 0) for operation in before)


def _tell_and_hand_in(player: Player, maker: Maker, order: WorkOrder, key: str, made: int, ceiling: int) -> None:
    manner = player.people.manner(maker.row, key, order.quantity)
    ready = made - order.handed_in_quantity
    finished = made >= order.quantity
    in_parts = manner.in_two_parts and made >= order.quantity / 2 and order.handed_in_quantity == 0
    waiting_for_parts = made >= ceiling and ready >= max(SMALLEST_PART, order.quantity * 0.3)
    if ready > 0 and (finished or in_parts or waiting_for_parts):
        if not player.by_door(maker, key, lambda: player.doors.hand_in(maker, order, ready)):
            player.give(hand_in, actor=maker.actor, work_order_id=order.pk, quantity=ready)
        return
    writes = made > order.made_quantity and manner.writes and player.people.writes_today(maker.row, key, player.day)
    if writes and not player.by_door(maker, key, lambda: player.doors.report(maker, order, made)):
        player.give(report_progress, actor=maker.actor, work_order_id=order.pk, made_quantity=made)


def _work_key(order: WorkOrder) -> str:
    return f"{order.production_order.variant.sku}/{order.operation.code}/{order.quantity}/{order.agreed_due_on}"


def mend(player: Player) -> None:
    """Pieces sent back come mended after a day or three."""
    waiting = Rework.objects.filter(state="open").select_related("inspection", "work_order__operation")
    coming = dict(
        HandIn.objects.filter(is_rework=True, state__in=("declared", "received", "disputed"))
        .values_list("work_order_id")
        .annotate(pieces=Sum("quantity"))
    )
    for rework in waiting:
        order = rework.work_order
        if order.state not in LIVE_WORK_ORDERS or coming.get(order.pk):
            continue
        maker = player.makers_by_id[order.workshop_id]
        draw = player.people.stream("mend", maker.row.code, _rework_key(rework))
        back = clock.local_date(rework.inspection.inspected_at) + timedelta(days=draw.randint(*MENDING_DAYS))
        left = min(rework.quantity - rework.returned_quantity, order.rework_quantity)
        if player.today >= back and left > 0 and player.people.absence(maker.row, player.day) is None:
            player.give(hand_in, actor=maker.actor, work_order_id=order.pk, quantity=left, is_rework=True)
            coming[order.pk] = left


def _rework_key(rework: Rework) -> str:
    return f"{rework.work_order.quantity}/{rework.quantity}/{rework.work_order.agreed_due_on}"


def object_to_verdicts(player: Player) -> None:
    """Some who lost pieces in today's or yesterday's inspections ask for a second opinion."""
    since = player.now - timedelta(hours=30)
    lost = Inspection.objects.filter(inspected_at__gte=since, rejected_quantity__gte=2, appeal=None).select_related(
        "work_order"
    )
    for inspection in lost:
        maker = player.makers_by_id[inspection.work_order.workshop_id]
        draw = player.people.stream("appeal", maker.row.code, inspection.quantity, inspection.rejected_quantity)
        if draw.random() < APPEAL_CHANCE:
            reason = draw.choice(
                (
                    "These pieces are like the sample. Please look again.",
                    "Vipande hivi ni sawa na sampuli. Tafadhali angalia tena.",
                    "The mark is natural in this material.",
                )
            )
            player.give(file_appeal, actor=maker.actor, inspection_id=inspection.pk, reason=reason)
