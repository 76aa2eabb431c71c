"""What ``kiwanda audit`` proves about money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.core.audit import check
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.settlement import adjustments, balances, batches, chain, fx, ledger, queries
from kiwanda.factory.settlement.chart import CREDIT_NORMAL
from kiwanda.factory.settlement.models import (
    Account,
    Adjustment,
    Correction,
    Earning,
    FxDeal,
    LedgerEntry,
    Payout,
    PayoutBatch,
    RailLine,
    Transfer,
)
from kiwanda.factory.settlement.queries import HELD
from kiwanda.factory.settlement.states import ENDED

#: No rail pays in larger units than a whole shilling.
LARGEST_UNIT = 100


@check("Each accepted piece earned exactly once, at its work order's rate.")
def earned_once() -> Iterator[str]:
    rows = WorkOrder.objects.annotate(earned=Coalesce(Sum("earnings__quantity"), 0)).exclude(
        earned=F("accepted_quantity")
    )
    for row in rows.order_by("code"):
        yield f"{row.code}: {row.accepted_quantity} pieces accepted, {row.earned} earned"
    wrong = Earning.objects.exclude(
        piece_rate_minor=F("work_order__piece_rate_minor"), currency=F("work_order__currency"),
        workshop=F("work_order__workshop"),
    )
    for earning in wrong.select_related("work_order"):
        yield f"earning {earning.pk} does not follow the terms of {earning.work_order.code}"


@check("Every transfer is in the currency of both its accounts.")
def one_currency() -> Iterator[str]:
    for row in Transfer.objects.exclude(debit__currency=F("currency"), credit__currency=F("currency")):
        yield f"transfer {row.pk} in {row.currency} between accounts of other currencies"


@check("Every ledger entry moves something, and every reversal mirrors its entry.")
def entries_whole() -> Iterator[str]:
    for entry in LedgerEntry.objects.filter(transfers=None):
        yield f"ledger entry {entry.key} has no transfers"
    for entry in LedgerEntry.objects.filter(ledgerentry__isnull=False).select_related("ledgerentry"):
        back = entry.ledgerentry
        mirrored = sorted(back.transfers.values_list("credit_id", "debit_id", "amount_minor"))
        if mirrored != sorted(entry.transfers.values_list("debit_id", "credit_id", "amount_minor")):
            yield f"ledger entry {back.key} does not mirror {entry.key}"


@check("Kept balances are the sums of their transfers.")
def balances_summed() -> Iterator[str]:
    sums: dict[UUID, int] = defaultdict(int)
    for field, sign in (("credit_id", 1), ("debit_id", -1)):
        for account, amount in Transfer.objects.values_list(field).annotate(n=Sum("amount_minor")).order_by():
            sums[account] += sign * amount
    for row in Account.objects.filter(tracked=True):
        natural = sums[row.pk] if row.kind in CREDIT_NORMAL else -sums[row.pk]
        if natural != row.balance_minor:
            yield f"account {row.code} keeps {row.balance_minor}, its transfers sum to {natural}"


@check("What is owed to each workshop is what it earned and was added, less what was taken off, is held or paid.")
def owed_is_earned_less_paid() -> Iterator[str]:
    earned = dict(Earning.objects.values_list("workshop_id").annotate(n=Sum("amount_minor")).order_by())
    booked = Adjustment.objects.exclude(entry=None)
    adjusted = dict(booked.values_list("workshop_id").annotate(n=Sum("amount_minor")).order_by())
    gone = dict(
        Payout.objects.filter(state__in=[*HELD, "paid"]).values_list("workshop_id").annotate(n=Sum("amount_minor"))
        .order_by()
    )
    # A payout that was failed and is in review again may have given its hold back: then it is owed, not held.
    back: dict[UUID, int] = defaultdict(int)
    for payout in Payout.objects.filter(state="review").exclude(pk__in=_held_payouts()):
        back[payout.workshop_id] += payout.amount_minor
    for row in Account.objects.filter(code__startswith="payable:"):
        owner = row.owner_id
        expected = 0
        if owner is not None:
            expected = earned.get(owner, 0) + adjusted.get(owner, 0) - gone.get(owner, 0) + back.get(owner, 0)
        if row.balance_minor != expected:
            yield f"account {row.code} owes {row.balance_minor}, earnings, adjustments and payouts say {expected}"


@check("The money on its way is that of the payouts under way; the float lost what was paid.")
def clearing_matches() -> Iterator[str]:
    held = Payout.objects.filter(pk__in=_held_payouts(), state__in=HELD).aggregate(n=Sum("amount_minor"))["n"] or 0
    clearing = ledger.balance_minor(ledger.CLEARING_PAYOUTS)
    if clearing != held:
        yield f"{clearing} are on their way by the ledger, {held} by the payouts"
    for row in Payout.objects.filter(state__in=["ready", "sending", "accepted", "unknown"]).exclude(
        pk__in=_held_payouts()
    ):
        yield f"payout {row.code} is {row.state} but its money is not held"
    paid = Payout.objects.filter(state="paid").aggregate(n=Sum("amount_minor"))["n"] or 0
    lines = RailLine.objects.filter(is_fee=True, completed=True, amount_minor__lt=0)
    fees = -(lines.aggregate(n=Sum("amount_minor"))["n"] or 0)
    floats = sum(ledger.summed_balance(row) for row in Account.objects.filter(code__startswith="float:"))
    by_people = Transfer.objects.filter(entry__kind__in=["rail_top_up", "rail_suspense"])
    moved = by_people.aggregate(
        into=Sum("amount_minor", filter=Q(debit__code__startswith="float:")),
        out=Sum("amount_minor", filter=Q(credit__code__startswith="float:")),
    )
    settled = (moved["into"] or 0) - (moved["out"] or 0)
    if floats != settled - paid - fees:
        yield (
            f"the floats moved by {floats}, paid payouts sum to {paid}, the rails' fees to {fees}, what people booked "
            f"to {settled}"
        )


@check("Each payout is its earnings, adjustments and carry, paid once, by one paid attempt, with a receipt.")
def payouts_whole() -> Iterator[str]:
    share = Earning.objects.filter(payout=OuterRef("pk")).order_by().values("payout").annotate(n=Sum("amount_minor"))
    more = Adjustment.objects.filter(payout=OuterRef("pk")).order_by().values("payout").annotate(n=Sum("amount_minor"))
    parts = Payout.objects.filter(part_of=OuterRef("pk")).order_by().values("part_of").annotate(n=Sum("amount_minor"))
    rows = (
        Payout.objects.filter(part_of=None)
        .exclude(state="cancelled")
        .annotate(
            covered=Coalesce(Subquery(share.values("n")), 0) + Coalesce(Subquery(more.values("n")), 0),
            rest=Coalesce(Subquery(parts.values("n")), 0),
        )
        .exclude(covered=F("amount_minor") + F("rest") - F("carried_minor"))
    )
    for row in rows:
        yield f"payout {row.code} of {row.amount_minor} (parts {row.rest}) covers earnings of {row.covered}"
    for workshop, carried in queries.carried_on().items():
        if not 0 <= carried < LARGEST_UNIT:
            yield f"workshop {workshop} is carried {carried} from payout to payout"
    counted = Payout.objects.annotate(
        paid_attempts=Count("attempts", filter=Q(attempts__state="paid"), distinct=True)
    )
    for payout in counted.filter(state="paid").filter(Q(receipt_ref="") | Q(paid_at=None)):
        yield f"payout {payout.code} is paid without a receipt or time"
    for payout in counted.filter(paid_attempts__gt=1):
        yield f"payout {payout.code} has {payout.paid_attempts} paid attempts"
    booked = set(LedgerEntry.objects.filter(kind="payout_paid").values_list("subject_id", flat=True))
    for pk, code, state in Payout.objects.values_list("pk", "code", "state").order_by():
        if (pk in booked) != (state in ("paid", "reversed")):
            yield f"payout {code} is {state}, the ledger says {'paid' if pk in booked else 'not paid'}"


@check("Approved batches hold exactly what was approved, by two people.")
def batches_bound() -> Iterator[str]:
    for batch in PayoutBatch.objects.filter(state__in=["approved", "done"]).prefetch_related("payouts"):
        payouts = list(batch.payouts.all())
        if batches.content_hash(payouts) != batch.content_hash:
            yield f"batch {batch.number} is not the one that was approved"
        if batch.total_minor != sum(payout.amount_minor for payout in payouts):
            yield f"batch {batch.number} does not add up"
        if batch.approved_by is None or batch.approved_by == batch.created_by:
            yield f"batch {batch.number} was not approved by a second person"
        finished = all(payout.state in ENDED for payout in payouts)
        if finished != (batch.state == "done"):
            yield f"batch {batch.number} is {batch.state}, its payouts say {'done' if finished else 'not done'}"


@check("The money of payouts that were given up or taken back is owed again, once.")
def returned_once() -> Iterator[str]:
    again = dict(Adjustment.objects.filter(kind="returned").values_list("source_id", "amount_minor"))
    ended = Payout.objects.filter(state__in=["returned", "reversed"])
    for pk, code, amount in ended.values_list("pk", "code", "amount_minor"):
        if again.pop(pk, None) != amount:
            yield f"payout {code} was given up or taken back, its {amount} are not owed again"
    for pk in again:
        yield f"payout {pk} is owed again though it was neither given up nor taken back"
    for payout in Payout.objects.filter(state="reversed").exclude(reversals__state="confirmed"):
        yield f"payout {payout.code} was taken back without evidence"


@check("Nobody was deducted more than a third of an earning, and corrections took back what was agreed, at most.")
def deductions_within() -> Iterator[str]:
    rows = Earning.objects.annotate(taken=Sum("deductions__amount_minor")).filter(taken__isnull=False)
    for row in rows.filter(amount_minor__lt=F("taken") * -adjustments.MOST_PART):
        yield f"{-row.taken} were taken off the earning {row.pk} of {row.amount_minor}"
    for account in Account.objects.filter(code__startswith="recover:", owner_id__isnull=False):
        assert account.owner_id is not None
        agreed = Correction.objects.filter(workshop_id=account.owner_id, state="agreed")
        left = agreed.aggregate(n=Sum(F("amount_minor") - F("recovered_minor")))["n"] or 0
        if account.balance_minor != left:
            yield f"account {account.code} holds {account.balance_minor}, agreements say {left}"


@check("The chain of ledger entries is whole: nothing was changed, taken out or slipped in.")
def chain_whole() -> Iterator[str]:
    yield from chain.breaks()


@check("Snapshots say what the transfers up to them say.")
def snapshots_true() -> Iterator[str]:
    yield from balances.wrong_snapshots()


@check("Money that was exchanged came in at the rate it was exchanged at.")
def exchanged_at_rate() -> Iterator[str]:
    for deal in FxDeal.objects.all():
        expected = fx.converted(deal.sold_minor, deal.sold_currency, deal.bought_currency, deal.rate)
        if expected != deal.bought_minor:
            yield f"{deal.sold_minor} {deal.sold_currency} brought {deal.bought_minor}, the rate says {expected}"


def _held_payouts() -> Subquery:
    """Payouts whose hold is neither reversed nor paid out."""
    paid = LedgerEntry.objects.filter(kind="payout_paid").values("subject_id")
    open_holds = LedgerEntry.objects.filter(kind="payout_hold", ledgerentry=None).exclude(subject_id__in=paid)
    return open_holds.values("subject_id")  # type: ignore[return-value]
