"""Gather what is owed into a batch of payouts for somebody else to approve."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery

from kiwanda import ports
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.core.ids import readable_code
from kiwanda.core.money import format_money
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.settlement import batches, queries
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import PayoutBatchCreated
from kiwanda.factory.settlement.ledger import RAIL_CURRENCY
from kiwanda.factory.settlement.models import Earning, Payout, PayoutBatch


@command(roles={Role.FINANCE_MAKER}, separate=True)
def create_payout_batch(ctx: Context, *, up_to: datetime | None = None) -> PayoutBatch:
    """One payout per workshop for everything earned and unpaid up to ``up_to`` (now when None), to its owner's wallet.

    Where the rail pays whole units only, what is below one is carried to the workshop's next payout.
    Less than the rail's smallest payment waits for the next batch; more than its largest is cut into several. Workshops
    without an active owner wait as well. No money moves before :func:`approve_payout_batch`.
    """
    if up_to is not None and (not isinstance(up_to, datetime) or up_to.tzinfo is None):
        raise Invalid(CoreError.MALFORMED, field="up_to", reason="a moment with its time zone is expected")
    moment = min(up_to, ctx.now) if up_to is not None else ctx.now
    rail = ports.bound("payments")
    owed: dict[UUID, list[Any]] = defaultdict(list)
    unpaid = queries.unpaid(moment).filter(currency=RAIL_CURRENCY).select_for_update()
    for earning in unpaid.only("pk", "workshop_id", "amount_minor"):
        owed[earning.workshop_id].append(earning)
    payees = dict(
        Artisan.objects.filter(role="owner", state="active", workshop__earnings__payout=None)
        .distinct()
        .values_list("workshop_id", "pk")
    )
    carried = queries.carried_on()
    batch = PayoutBatch(number=(PayoutBatch.objects.aggregate(n=Max("number"))["n"] or 0) + 1, currency=RAIL_CURRENCY,
                        created_at=ctx.now, created_by=ctx.actor.id)
    heads: list[Payout] = []
    rest: list[Payout] = []
    split: list[tuple[Payout, list[Any]]] = []
    waiting = 0
    taken = 0
    for workshop_id, earnings in owed.items():
        shares = (
            batches.cut(
                earnings, rail.smallest_minor, rail.largest_minor, rail.unit_minor, carried.get(workshop_id, 0)
            )
            if workshop_id in payees
            else []
        )
        waiting += not shares
        for share in shares:
            head = _payout(ctx, batch, workshop_id, payees[workshop_id], share.amount_minor)
            head.carried_minor = share.carried_minor
            heads.append(head)
            rest += [
                _payout(ctx, batch, workshop_id, payees[workshop_id], extra, part_of=head) for extra in share.extra
            ]
            taken += len(share.earnings)
            if len(share.earnings) < len(earnings):
                split.append((head, [earning.pk for earning in share.earnings]))
    payouts = heads + rest
    if not payouts:
        raise Rejected(SettlementError.NOTHING_TO_PAY, least=format_money(rail.smallest_minor, RAIL_CURRENCY))
    batch.total_minor = sum(payout.amount_minor for payout in payouts)
    batch.payout_count = len(payouts)
    batch.content_hash = batches.content_hash(payouts)
    batch.save(force_insert=True)
    Payout.objects.bulk_create(heads, batch_size=500)
    Payout.objects.bulk_create(rest, batch_size=500)
    _attach(batch, heads, split, moment, taken)
    ctx.emit(
        PayoutBatchCreated(
            payout_batch_id=batch.pk, payout_count=batch.payout_count, total_minor=batch.total_minor,
            currency=RAIL_CURRENCY, up_to=moment, waiting_count=waiting, content_hash=batch.content_hash,
        )
    )
    return batch


def _payout(
    ctx: Context,
    batch: PayoutBatch,
    workshop_id: UUID,
    payee_id: UUID,
    amount_minor: int,
    part_of: Payout | None = None,
) -> Payout:
    payout = Payout(
        batch=batch, workshop_id=workshop_id, payee_id=payee_id, part_of=part_of, amount_minor=amount_minor,
        currency=RAIL_CURRENCY, created_at=ctx.now,
    )
    payout.code = readable_code("PY", payout.pk)
    return payout


def _attach(
    batch: PayoutBatch, heads: list[Payout], split: list[tuple[Payout, list[Any]]], moment: datetime, taken: int
) -> None:
    """Hang every earning on its payout: split workshops one by one, all others in one statement."""
    attached = 0
    apart = {payout.pk for payout, _ in split}
    for payout, identifiers in split:
        for start in range(0, len(identifiers), 500):
            attached += Earning.objects.filter(pk__in=identifiers[start : start + 500], payout=None).update(
                payout=payout
            )
    if len(apart) < len(heads):
        whole = Payout.objects.filter(batch=batch, part_of=None, workshop_id=OuterRef("workshop_id"))
        # Workshops that are split have earnings left that must keep waiting; they are few, so they are named.
        cut_up = {payout.workshop_id for payout, _ in split}
        attached += (
            Earning.objects.filter(
                payout=None, earned_at__lte=moment, currency=RAIL_CURRENCY,
                workshop_id__in=Payout.objects.filter(batch=batch).values("workshop_id"),
            )
            .exclude(workshop_id__in=cut_up)
            .update(payout=Subquery(whole.values("pk")[:1]))
        )
    if attached != taken:
        # An earning slipped in between reading and attaching: the amounts would not match it.
        raise Rejected(CoreError.CHANGED_MEANWHILE)
