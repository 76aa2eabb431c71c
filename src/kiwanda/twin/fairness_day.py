"""What keeps pay fair, in small numbers: advances asked for and decided, rates proposed, reviewed and objected to."""

from __future__ import annotations

from datetime import timedelta

from kiwanda.factory.advances import queries as advances
from kiwanda.factory.advances.commands import confirm_advance, decide_advance, request_advance
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.catalog.commands import answer_rate_appeal, appeal_rate, propose_rate, review_rate
from kiwanda.factory.catalog.models import Operation, PieceRate, RateAppeal
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.twin.player import Player

#: Parts of all workshops that think of early pay in a week (few may have any yet), and parts of those at work that
#: object to what an operation pays, a day.
ADVANCES, APPEALS = 0.06, 0.006
ADVANCE_APPROVED, APPEAL_GRANTED = 0.85, 0.4
#: A proposed rate and an objection lie so long before somebody answers.
REVIEW_DAYS, APPEAL_DAYS = 8, 10
REASONS = ("school fees", "ada ya shule", "medicine", "dawa za mama", "rent", "mbegu za msimu")


def ask_for_advances(player: Player) -> None:
    """A few who have earned for some weeks ask for part of what they usually earn, in hundreds of shillings."""
    for code, maker in sorted(player.makers.items()):
        draw = player.people.stream("advance", code, player.day)
        if draw.random() >= ADVANCES:
            continue
        possible = advances.can_ask(maker.actor, player.now)
        if possible is None:
            continue
        span = possible.most_minor - possible.least_minor
        amount = (possible.least_minor + int(span * draw.uniform(0.2, 0.7))) // 100_00 * 100_00
        player.give(
            request_advance, actor=maker.actor, amount_minor=max(possible.least_minor, amount),
            about=draw.choice(REASONS),
        )  # fmt: skip


def decide_advances(player: Player) -> None:
    """Finance answers the next day; a second person confirms large ones."""
    for row in Advance.objects.filter(state="requested").order_by("requested_at", "pk"):
        maker = player.makers_by_id[row.workshop_id]
        approve = player.people.stream("decides", maker.row.code, row.principal_minor).random() < ADVANCE_APPROVED
        player.give(
            decide_advance, actor=player.cast.staff("finance-maker"), advance_id=row.pk, approve=approve,
            answer="" if approve else "Please ask again when this week's work is accepted.",
        )  # fmt: skip
    for row in Advance.objects.filter(state="decided").order_by("decided_at", "pk"):
        player.give(confirm_advance, actor=player.cast.staff("finance-checker"), advance_id=row.pk, approve=True)


def propose_a_rate(player: Player) -> None:
    """Once a week the designer proposes a little more for an operation that many are working on."""
    live = Operation.objects.filter(tech_pack__state="released", workorder__state__in=LIVE_WORK_ORDERS)
    busy = list(live.exclude(proposed_rates__state__in=["proposed", "reviewed"]).distinct().order_by("code", "pk"))
    if not busy:
        return
    draw = player.people.stream("rate", player.day)
    operation = draw.choice(busy)
    rate = -(-int(operation.piece_rate_minor * draw.uniform(1.03, 1.09)) // 50) * 50
    player.give(
        propose_rate, actor=player.cast.staff("designer"), operation_id=operation.pk, piece_rate_minor=rate,
        reason="Makers say that the finishing takes longer than in the first sample.",
    )  # fmt: skip


def review_rates(player: Player) -> None:
    """The impact officer looks at what was proposed more than a week ago."""
    before = player.now - timedelta(days=REVIEW_DAYS)
    for rate in PieceRate.objects.filter(state="proposed", proposed_at__lte=before).order_by("proposed_at", "pk"):
        player.give(
            review_rate, actor=player.cast.staff("impact"), piece_rate_id=rate.pk, approve=True,
            note="Above the floor and in line with what makers report.",
        )  # fmt: skip


def object_to_rates(player: Player) -> None:
    """Very few say that an operation pays too little for what it takes."""
    for code in _at_work(player):
        maker = player.makers[code]
        draw = player.people.stream("rate appeal", code, player.day)
        if draw.random() >= APPEALS:
            continue
        order = WorkOrder.objects.filter(workshop_id=maker.workshop_id, state__in=LIVE_WORK_ORDERS).order_by("code")[0]
        before = RateAppeal.objects.filter(operation=order.operation_id, workshop_id=maker.workshop_id, state="open")
        if before.exists():
            continue
        player.give(
            appeal_rate, actor=maker.actor, operation_id=order.operation_id,
            reason=draw.choice(
                (
                    "It takes me much longer than the minutes written here.",
                    "Kazi hii inachukua muda mrefu kuliko ulioandikwa.",
                )
            ),
        )  # fmt: skip


def answer_objections(player: Player) -> None:
    """The impact officer answers within the time promised."""
    before = player.now - timedelta(days=APPEAL_DAYS)
    for appeal in RateAppeal.objects.filter(state="open", filed_at__lte=before).order_by("filed_at", "pk"):
        maker = player.makers_by_id[appeal.workshop_id]
        granted = player.people.stream("rate answer", maker.row.code, player.day).random() < APPEAL_GRANTED
        player.give(
            answer_rate_appeal, actor=player.cast.staff("impact"), rate_appeal_id=appeal.pk, granted=granted,
            answer="We will time this operation again with you." if granted
            else "Others make it within these minutes; a trainer will visit you.",
        )  # fmt: skip


def _at_work(player: Player) -> list[str]:
    """Codes of the workshops with live work, in a fixed order."""
    ids = WorkOrder.objects.filter(state__in=LIVE_WORK_ORDERS).values_list("workshop_id", flat=True).distinct()
    return sorted(player.makers_by_id[workshop_id].row.code for workshop_id in ids)
