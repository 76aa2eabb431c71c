"""What is added to a workshop's earnings or taken off them, so that its next payout is what it is owed.

A payout is the sum of its earnings and adjustments, and every adjustment is booked on the workshop's payable account
when it is made: the two agree at any moment (``kiwanda audit``).

Another room takes something off an earning (an instalment of an advance, say) in the transaction that books it::

    @reaction("settlement.EarningBooked", inline=True)
    def repay(ctx: Context, event: Event) -> None:
        earning = Earning.objects.get(pk=event.subject_id)
        most = min(wanted, earning.amount_minor // 4, adjustments.room_minor(earning))
        if most > 0:
            adjustments.deduct(
                ctx, kind="advance", source_id=instalment_id, earning=earning, amount_minor=most,
                to=f"advance:{workshop_code}", reason="Advance 3 of 10",
            )
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import PayAdjusted
from kiwanda.factory.settlement.models import Adjustment, Earning, LedgerEntry

#: Of one earning at most one part in so many may be taken off, by all deductions together.
MOST_PART = 3


def room_minor(earning: Earning) -> int:
    """What may still be taken off ``earning``: a third of it less what was taken already."""
    taken: int = Adjustment.objects.filter(earning=earning).aggregate(n=Sum("amount_minor"))["n"] or 0
    return max(0, earning.amount_minor // MOST_PART + taken)


def deduct(
    ctx: Context, *, kind: str, source_id: UUID, earning: Earning, amount_minor: int, to: str, reason: str = ""
) -> Adjustment:
    """Take ``amount_minor`` (> 0) off ``earning`` and book it: debit what the workshop is owed, credit ``to``.

    Refused beyond a third of the earning together with everything else taken off it. Once per ``kind`` and
    ``source_id``. The money must not be in a payout yet: call it where the earning is made.
    """
    if amount_minor <= 0:
        raise ValueError("A deduction is more than nothing.")
    if amount_minor > room_minor(earning):
        raise Rejected(SettlementError.OVER_A_THIRD)
    code = Workshop.objects.values_list("code", flat=True).get(pk=earning.workshop_id)
    entry = ledger.post(
        f"{kind}:{source_id}", kind, source_id,
        [ledger.Move(ledger.payable(code), to, amount_minor, earning.currency)], ctx.now,
    )  # fmt: skip
    return _make(ctx, kind, source_id, earning.workshop_id, -amount_minor, earning.currency, reason, entry, earning)


def add(
    ctx: Context, *, kind: str, source_id: UUID, workshop: Workshop, amount_minor: int, currency: str, cost: str,
    reason: str = "",
) -> Adjustment:
    """Owe ``workshop`` so much more: debit ``cost``, credit what it is owed. Once per ``kind`` and ``source_id``."""
    if amount_minor <= 0:
        raise ValueError("An addition is more than nothing.")
    entry = ledger.post(
        f"{kind}:{source_id}", kind, source_id,
        [ledger.Move(cost, ledger.payable(workshop.code), amount_minor, currency)], ctx.now,
    )  # fmt: skip
    return _make(ctx, kind, source_id, workshop.pk, amount_minor, currency, reason, entry, None)


def take_back(
    ctx: Context, *, kind: str, source_id: UUID, earning: Earning, amount_minor: int, entry: LedgerEntry, reason: str
) -> Adjustment:
    """The other side of a reversal that is booked already: so much of ``earning`` is not owed any more."""
    return _make(ctx, kind, source_id, earning.workshop_id, -amount_minor, earning.currency, reason, entry, None)


def owe_again(
    payout_id: UUID, workshop_id: UUID, amount_minor: int, currency: str, at: datetime, reason: str
) -> Adjustment:
    """A payout's money, back on the payable account by the payout's own entries, waits for a new payout."""
    return Adjustment.objects.create(
        kind="returned", source_id=payout_id, workshop_id=workshop_id, amount_minor=amount_minor, currency=currency,
        reason=reason[:200], made_at=at,
    )


def _make(
    ctx: Context, kind: str, source_id: UUID, workshop_id: UUID, amount_minor: int, currency: str, reason: str,
    entry: LedgerEntry, earning: Earning | None,
) -> Adjustment:
    row = Adjustment.objects.create(
        kind=kind, source_id=source_id, workshop_id=workshop_id, earning=earning, amount_minor=amount_minor,
        currency=currency, reason=reason[:200], entry=entry, made_at=ctx.now,
    )
    ctx.emit(
        PayAdjusted(
            adjustment_id=row.pk, workshop_id=workshop_id, kind=kind, amount_minor=amount_minor, currency=currency
        )
    )
    return row
