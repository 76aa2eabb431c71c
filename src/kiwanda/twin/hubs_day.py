"""What the hubs do in a day: give out material, count what comes in, settle differences, inspect, decide appeals."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Sum

from kiwanda.core import clock
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.production.commands import receive_hand_in, settle_discrepancy
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality.commands import DefectSpec, decide_appeal, record_inspection
from kiwanda.factory.quality.models import Appeal
from kiwanda.factory.supply import queries as supply
from kiwanda.factory.supply.commands import issue_material
from kiwanda.twin.player import Player

#: So much of what was counted is inspected the same day; the rest waits for the next.
INSPECTED_SAME_DAY = 0.88
#: Days a difference in counts, or an appeal, lies before it is dealt with.
DISPUTE_DAYS = 2
APPEAL_DAYS = 2


def give_out_material(player: Player) -> None:
    """Kits for work that begins by the day after tomorrow and has none yet."""
    soon = player.today + timedelta(days=2)
    waiting = WorkOrder.objects.filter(
        state__in=LIVE_WORK_ORDERS, start_on__lte=soon, issues=None, made_quantity=0
    ).values_list("pk", "workshop_id", "operation_id")
    for work_order_id, workshop_id, operation_id in list(waiting):
        if not supply.kit(operation_id):
            continue
        hub = player.makers_by_id[workshop_id].row.hub_code
        player.give(issue_material, actor=player.cast.coordinator(hub), work_order_id=work_order_id)


def count_hand_ins(player: Player) -> None:
    """Hubs count what was declared since they last counted."""
    for row in HandIn.objects.filter(state="declared", to_work_order=None).select_related("hub", "work_order"):
        counted = player.people.counted(_hand_in_key(player, row), row.quantity)
        player.give(
            receive_hand_in, actor=player.cast.coordinator(row.hub.code), hand_in_id=row.pk, counted=counted
        )


def settle_differences(player: Player) -> None:
    """After two days the hub's count stands, when the workshop was asked."""
    before = player.now - timedelta(days=DISPUTE_DAYS)
    for row in HandIn.objects.filter(state="disputed", received_at__lte=before).select_related("hub"):
        player.give(
            settle_discrepancy, actor=player.cast.coordinator(row.hub.code), hand_in_id=row.pk,
            quantity=row.received_quantity or 0, note="Counted again together with the workshop.",
        )  # fmt: skip


def inspect(player: Player) -> None:
    """Inspectors judge what was counted, most of it the same day."""
    rows = (
        HandIn.objects.filter(state="received")
        .select_related("work_order__operation", "work_order__production_order__variant", "hub")
        .order_by("received_at", "pk")
    )
    experience = _accepted_so_far()
    for row in rows:
        order = row.work_order
        maker = player.makers_by_id[order.workshop_id]
        key = _hand_in_key(player, row)
        fresh = row.received_at is not None and clock.local_date(row.received_at) == player.today
        if fresh and player.people.stream("inspected", key).random() > INSPECTED_SAME_DAY:
            continue
        technique = order.operation.technique_id
        quantity = row.received_quantity or 0
        verdict = player.people.verdict(maker.row, technique, key, quantity, experience.get(order.workshop_id, 0))
        second = player.people.stream("inspector", key).random() < 0.4
        player.give(
            record_inspection, actor=player.cast.inspector(second), hand_in_id=row.pk, accepted=verdict.accepted,
            rework=verdict.rework, rejected=verdict.rejected,
            defects=[DefectSpec(code, count) for code, count in verdict.defects],
            note=f"{verdict.mended_at_once} mended on the spot" if verdict.mended_at_once else "",
        )  # fmt: skip


def _accepted_so_far() -> dict[UUID, int]:
    """Accepted pieces of every workshop: what its hands have learned from."""
    rows = WorkOrder.objects.order_by().values_list("workshop_id").annotate(total=Sum("accepted_quantity"))
    return dict(rows)


def _hand_in_key(player: Player, row: HandIn) -> str:
    """Names a hand-in by what it is, not by its random id."""
    order = row.work_order
    declared = clock.local_date(row.declared_at).toordinal()
    code = player.makers_by_id[order.workshop_id].row.code
    return f"{code}/{order.quantity}/{row.quantity}/{row.is_rework}/{declared}"


def decide_appeals(player: Player) -> None:
    """The other inspector looks again: about half of the appeals win back some pieces."""
    before = player.now - timedelta(days=APPEAL_DAYS)
    for appeal in Appeal.objects.filter(state="open", filed_at__lte=before).select_related("inspection"):
        inspection = appeal.inspection
        first = player.cast.inspector().id == inspection.inspector_id
        draw = player.people.stream("decides", inspection.quantity, inspection.rejected_quantity, appeal.reason)
        granted = draw.randint(1, inspection.rejected_quantity) if draw.random() < 0.5 else 0
        player.give(
            decide_appeal, actor=player.cast.inspector(second=first), appeal_id=appeal.pk, granted_quantity=granted,
            decision="Within what the sample allows by hand." if granted else "The fault can be seen at arm's length.",
        )  # fmt: skip
