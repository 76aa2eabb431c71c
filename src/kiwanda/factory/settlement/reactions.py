"""Accepted pieces earn, in the transaction that accepted them."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from kiwanda.core import rows
from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.core.models import Event
from kiwanda.core.money import format_money
from kiwanda.core.reactions import reaction
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement import corrections, ledger, numbers
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import EarningBooked
from kiwanda.factory.settlement.models import Earning, Payout
from kiwanda.factory.settlement.states import ENDED


@reaction("quality.InspectionRecorded", inline=True)
def earn_accepted(ctx: Context, event: Event) -> None:
    """Accepted pieces earn their piece rate; rework earns when it is accepted, rejected pieces never."""
    if event.data["accepted_quantity"] > 0:
        _earn(ctx, event, event.subject_id, event.data["accepted_quantity"])


@reaction("quality.AppealDecided", inline=True)
def earn_granted(ctx: Context, event: Event) -> None:
    """Pieces an appeal won back earn like accepted ones; the appeal's id stands where an inspection's would."""
    if event.data["granted_quantity"] > 0:
        _earn(ctx, event, event.subject_id, event.data["granted_quantity"])


@lru_cache(maxsize=16384)
def _code(workshop_id: UUID) -> str:
    """A workshop's code; it never changes."""
    return Workshop.objects.values_list("code", flat=True).get(pk=workshop_id)


def _earn(ctx: Context, event: Event, verdict_id: UUID, quantity: int) -> None:
    data = event.data
    workshop_id = UUID(data["workshop_id"])
    amount = quantity * data["piece_rate_minor"]
    code = _code(workshop_id)
    entry = ledger.post(
        f"earning:{verdict_id}",
        "earning",
        verdict_id,
        [ledger.Move(ledger.COST_PIECEWORK, ledger.payable(code), amount, data["currency"])],
        event.at,
        # The verdict was made in this transaction, so its key cannot be in the ledger yet.
        fresh=True,
    )
    earning = rows.insert(
        Earning(
            inspection_id=verdict_id, work_order_id=UUID(data["work_order_id"]), workshop_id=workshop_id,
            quantity=quantity, piece_rate_minor=data["piece_rate_minor"], amount_minor=amount,
            currency=data["currency"], entry=entry, earned_at=event.at,
        )
    )
    corrections.recover(ctx, earning, code)
    ctx.emit(
        EarningBooked(
            earning_id=earning.pk, work_order_id=earning.work_order_id, workshop_id=workshop_id, quantity=quantity,
            amount_minor=amount, currency=earning.currency,
        )
    )


@reaction("network.WorkshopClosed", inline=True)
def nothing_left_unpaid(ctx: Context, event: Event) -> None:
    """A workshop closes when it has all its money: nothing owed to it, nothing on its way."""
    workshop = event.subject_id
    owed = ledger.balance_minor(ledger.payable(_code(workshop)))
    moving = Payout.objects.filter(workshop_id=workshop).exclude(state__in=ENDED).count()
    if owed > 0 or moving:
        currency = Workshop.objects.values_list("currency", flat=True).get(pk=workshop)
        raise Rejected(SettlementError.UNPAID, amount=format_money(max(owed, 0), currency), payouts=moving)


@reaction("network.PhoneChanged", inline=True)
def hold_changed_number(ctx: Context, event: Event) -> None:
    """Nothing is paid to a number that changed before a second person confirmed it and two days have passed."""
    numbers.hold(ctx, UUID(event.data["artisan_id"]), UUID(event.data["workshop_id"]), event.actor_id)
