"""Gathering what is owed into payouts, and letting them go once they are approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery

from kiwanda import ports
from kiwanda.core import jobs
from kiwanda.core.commands import Context
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.ids import readable_code
from kiwanda.core.models import VaultEntry
from kiwanda.core.vault import PHONE
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.settlement import batches, holds, numbers, queries, rules
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import PayoutBatchApproved
from kiwanda.factory.settlement.ledger import RAIL_CURRENCY
from kiwanda.factory.settlement.models import Adjustment, Earning, Payout, PayoutBatch, StandingOrder
from kiwanda.factory.settlement.states import PAYOUT_BATCH
from kiwanda.ports.payments import PaymentRail


@dataclass(slots=True)
class Gathered:
    """Payouts to be: first parts (which carry the earnings), further parts, and what hangs on which.

    ``waiting`` workshops get nothing now: too little, no owner, a changed number, or beyond the limit of the batch.
    """

    heads: list[Payout] = field(default_factory=list)
    rest: list[Payout] = field(default_factory=list)
    split: list[tuple[Payout, list[Any]]] = field(default_factory=list)
    waiting: int = 0
    taken: int = 0

    @property
    def payouts(self) -> list[Payout]:
        return self.heads + self.rest


def gather(
    ctx: Context, batch: PayoutBatch, moment: datetime, most_each: int | None, most: int | None,
    *, largest_each: int | None = None,
) -> Gathered:
    """Everything owed for earnings up to ``moment``, cut into payouts of ``batch``; nothing is written yet.

    Minor units: payouts are cut at ``most_each``; workshops to which more than ``largest_each`` is owed wait, and so do
    those that would bring all together above ``most``. Whoever waits longest comes first.
    """
    rail: PaymentRail = ports.bound("payments")
    largest = min(rail.largest_minor, most_each) if most_each is not None else rail.largest_minor
    owed: dict[UUID, list[Any]] = defaultdict(list)
    less: dict[UUID, list[Any]] = defaultdict(list)
    unpaid = queries.unpaid(moment).filter(currency=RAIL_CURRENCY).select_for_update()
    for earning in unpaid.only("pk", "workshop_id", "amount_minor"):
        owed[earning.workshop_id].append(earning)
    for row in queries.open_adjustments().filter(currency=RAIL_CURRENCY).select_for_update():
        (owed if row.amount_minor > 0 else less)[row.workshop_id].append(row)
    payees = dict(
        Artisan.objects.filter(role="owner", state="active").order_by("pk").values_list("workshop_id", "pk")
    )
    held = numbers.held_now(ctx.now)
    marks = _marks([payees[workshop] for workshop in owed if workshop in payees])
    carried = queries.carried_on()
    found, total = Gathered(), 0
    for workshop_id, items in owed.items():
        payee = payees.get(workshop_id)
        shares = (
            batches.cut(
                items, rail.smallest_minor, largest, rail.unit_minor, carried.get(workshop_id, 0),
                less.get(workshop_id, ()),
            )
            if payee is not None and payee not in held
            else []
        )  # fmt: skip
        amount = sum(share.amount_minor + sum(share.extra) for share in shares)
        beyond = (most is not None and total + amount > most) or (largest_each is not None and amount > largest_each)
        if not shares or payee is None or beyond:
            found.waiting += 1
            continue
        total += amount
        every = len(items) + len(less.get(workshop_id, ()))
        for share in shares:
            head = _payout(ctx, batch, workshop_id, payee, marks, share.amount_minor)
            head.carried_minor = share.carried_minor
            found.heads.append(head)
            found.rest += [
                _payout(ctx, batch, workshop_id, payee, marks, extra, part_of=head) for extra in share.extra
            ]
            found.taken += len(share.earnings)
            if len(share.earnings) < every:
                found.split.append((head, share.earnings))
    return found


def write(batch: PayoutBatch, found: Gathered, moment: datetime) -> None:
    """Write ``batch`` with its payouts and hang every earning and adjustment on the payout that pays it."""
    payouts = found.payouts
    batch.total_minor = sum(payout.amount_minor for payout in payouts)
    batch.payout_count = len(payouts)
    batch.content_hash = batches.content_hash(payouts)
    batch.save(force_insert=True)
    Payout.objects.bulk_create(found.heads, batch_size=500)
    Payout.objects.bulk_create(found.rest, batch_size=500)
    if _attach(batch, found, moment) != found.taken:
        # An earning slipped in between reading and attaching: the amounts would not match it.
        raise Rejected(CoreError.CHANGED_MEANWHILE)


def new_batch(ctx: Context, made_by: UUID | None, standing_order: StandingOrder | None = None) -> PayoutBatch:
    """A draft with the next number, not written yet."""
    number = (PayoutBatch.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    return PayoutBatch(
        number=number, currency=RAIL_CURRENCY, created_at=ctx.now, created_by=made_by, standing_order=standing_order
    )


def let_go(ctx: Context, batch: PayoutBatch, payouts: Sequence[Payout], approved_by: UUID | None) -> None:
    """The batch is approved: every payout is ready and its money held in one commit; a job sends them.

    Refused while payments are stopped and beyond the limits.
    """
    in_force = rules.current(lock=True)
    rules.require_sending(in_force)
    rules.require_within(in_force, [payout.amount_minor for payout in payouts], ctx.now)
    PAYOUT_BATCH.move(batch, "approved", approved_at=ctx.now, approved_by=approved_by)
    if Payout.objects.filter(batch=batch, state="draft").update(state="ready") != len(payouts):
        raise Rejected(SettlementError.BATCH_CHANGED)
    holds.hold(payouts, ctx.now)
    ctx.emit(
        PayoutBatchApproved(
            payout_batch_id=batch.pk, payout_count=batch.payout_count, total_minor=batch.total_minor,
            currency=batch.currency, content_hash=batch.content_hash,
        )
    )
    jobs.enqueue("settlement.send_ready_payouts")


def _payout(
    ctx: Context, batch: PayoutBatch, workshop_id: UUID, payee_id: UUID, marks: dict[UUID, str], amount_minor: int,
    part_of: Payout | None = None,
) -> Payout:
    payout = Payout(
        batch=batch, workshop_id=workshop_id, payee_id=payee_id, payee_mark=marks.get(payee_id, ""), part_of=part_of,
        amount_minor=amount_minor, currency=RAIL_CURRENCY, created_at=ctx.now,
    )
    payout.code = readable_code("PY", payout.pk)
    return payout


def _marks(payees: Sequence[UUID]) -> dict[UUID, str]:
    """The keyed hashes of the payees' numbers as they are now; the numbers themselves stay sealed."""
    found: dict[UUID, str] = {}
    for start in range(0, len(payees), 500):
        rows = VaultEntry.objects.filter(subject_id__in=payees[start : start + 500], field=PHONE)
        found.update(rows.values_list("subject_id", "blind_index"))
    return found


def _attach(batch: PayoutBatch, found: Gathered, moment: datetime) -> int:
    """Split workshops one by one, all others in one statement a table; returns how many rows were attached."""
    attached = 0
    apart = {payout.pk for payout, _ in found.split}
    for payout, items in found.split:
        for model in (Earning, Adjustment):
            keys = [item.pk for item in items if isinstance(item, model)]
            for start in range(0, len(keys), 500):
                attached += model.objects.filter(pk__in=keys[start : start + 500], payout=None).update(payout=payout)
    if len(apart) < len(found.heads):
        whole = Payout.objects.filter(batch=batch, part_of=None, workshop_id=OuterRef("workshop_id"))
        inside = Payout.objects.filter(batch=batch).values("workshop_id")
        # Workshops that are split have earnings left that must keep waiting; they are few, so they are named.
        cut_up = {payout.workshop_id for payout, _ in found.split}
        first = Subquery(whole.values("pk")[:1])
        attached += (
            Earning.objects.filter(
                payout=None, earned_at__lte=moment, currency=RAIL_CURRENCY, workshop_id__in=inside
            )
            .exclude(workshop_id__in=cut_up)
            .update(payout=first)
        )
        attached += (
            queries.open_adjustments()
            .filter(currency=RAIL_CURRENCY, workshop_id__in=inside)
            .exclude(workshop_id__in=cut_up)
            .order_by()
            .update(payout=first)
        )
    return attached
