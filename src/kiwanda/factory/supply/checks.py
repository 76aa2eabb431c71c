"""What ``kiwanda audit`` proves about material."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q

from kiwanda.core.audit import check
from kiwanda.factory.supply.models import Issue, MaterialLot, StockMovement


@check("What remains of every lot is what came in, less what its movements say.")
def lots_balance() -> Iterator[str]:
    # Summed here as exact decimals: SQLite would add floats.
    sums: dict[UUID, Decimal] = defaultdict(Decimal)
    received: dict[UUID, Decimal] = defaultdict(Decimal)
    for lot_id, kind, quantity in StockMovement.objects.values_list("lot_id", "kind", "quantity").iterator():
        sums[lot_id] += quantity
        if kind == "receive":
            received[lot_id] += quantity
    for lot in MaterialLot.objects.order_by("code"):
        if lot.remaining != sums[lot.pk]:
            yield f"lot {lot.code} holds {lot.remaining}, its movements say {sums[lot.pk]}"
        if lot.received_quantity != received[lot.pk]:
            yield f"lot {lot.code} came with {lot.received_quantity}, its receipt movement says {received[lot.pk]}"


@check("Every issue left its lot once, and no more of it came back than the workshop got.")
def issues_balance() -> Iterator[str]:
    out: dict[UUID, Decimal] = defaultdict(Decimal)
    back: dict[UUID, Decimal] = defaultdict(Decimal)
    rows = StockMovement.objects.exclude(issue=None).values_list("issue_id", "kind", "quantity")
    for issue_id, kind, quantity in rows.iterator():
        if kind == "issue":
            out[issue_id] -= quantity
        else:
            back[issue_id] += quantity
    for issue in Issue.objects.select_related("work_order").iterator():
        if out[issue.pk] != issue.quantity:
            yield f"issue {issue.pk} for {issue.work_order.code} is {issue.quantity}, {out[issue.pk]} left the lot"
        got = issue.quantity if issue.received_quantity is None else issue.received_quantity
        if back[issue.pk] > got:
            yield f"issue {issue.pk} for {issue.work_order.code}: {back[issue.pk]} came back of {got}"


@check("Confirmed and disputed issues say what arrived, never more than was given out.")
def issues_confirmed() -> Iterator[str]:
    wrong = Q(received_quantity__gt=F("quantity")) | (~Q(state="issued") & Q(received_quantity=None))
    for issue in Issue.objects.filter(wrong).select_related("work_order"):
        yield f"issue {issue.pk} for {issue.work_order.code}: {issue.received_quantity} of {issue.quantity} arrived"
