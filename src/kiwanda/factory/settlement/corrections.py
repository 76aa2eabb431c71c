"""What is taken back of pay that was earned by mistake, from later earnings and only with the workshop's consent."""

from __future__ import annotations

from django.db.models import F, Sum

from kiwanda.core.commands import Context
from kiwanda.core.ids import derived_id
from kiwanda.factory.settlement import adjustments, ledger
from kiwanda.factory.settlement.models import Correction, Earning

#: Of each later earning at most one part in so many goes into agreed corrections.
PART = 4


def recover(ctx: Context, earning: Earning, workshop_code: str) -> None:
    """Take what was agreed off ``earning``, oldest agreement first; called in the earning's own transaction."""
    owed = (
        Correction.objects.select_for_update(of=("self",))
        .filter(workshop_id=earning.workshop_id, state="agreed", recovered_minor__lt=F("amount_minor"))
        .order_by("decided_at", "pk")
    )
    left = earning.amount_minor // PART
    for row in owed:
        part = min(left, row.amount_minor - row.recovered_minor, adjustments.room_minor(earning))
        if part <= 0 or row.currency != earning.currency:
            return
        adjustments.deduct(
            ctx, kind="correction", source_id=derived_id("correction", row.pk, earning.pk), earning=earning,
            amount_minor=part, to=ledger.recover(workshop_code), reason=row.reason,
        )  # fmt: skip
        Correction.objects.filter(pk=row.pk).update(recovered_minor=F("recovered_minor") + part)
        left -= part


def left_to_correct(earning: Earning) -> int:
    """Pieces of ``earning`` that no live correction names yet."""
    named = earning.corrections.exclude(state="withdrawn").aggregate(n=Sum("quantity"))["n"] or 0
    return earning.quantity - int(named)
