"""Reads of settlement: staff see all, an artisan her own workshop's pay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from kiwanda.core.actors import Actor
from kiwanda.core.errors import Rejected
from kiwanda.factory.production.queries import scoped
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import (
    Adjustment,
    Correction,
    Earning,
    LedgerEntry,
    NumberHold,
    Payout,
    PayoutAttempt,
    PayoutBatch,
    PayoutReversal,
    StandingOrder,
)

#: Attempts whose end is not known.
LIVE_ATTEMPTS = ("recorded", "accepted", "unknown")
#: Payouts whose money is held on its way.
HELD = ("ready", "sending", "accepted", "unknown", "review")
#: Payouts of which nobody has proof that they were paid, and which may have been.
OPEN_ENDS = ("ready", "sending", "accepted", "unknown", "review", "failed", "returned")


def earnings(actor: Actor) -> QuerySet[Earning]:
    """Earnings the actor may read, newest first."""
    return scoped(Earning.objects.all(), actor, Q(workshop_id=actor.workshop_id))


def payouts(actor: Actor) -> QuerySet[Payout]:
    """Payouts the actor may read, newest first. An artisan sees those of approved batches."""
    own = Q(workshop_id=actor.workshop_id) & ~Q(state__in=["draft", "cancelled"])
    return scoped(Payout.objects.all(), actor, own)


def payout_batches(actor: Actor) -> QuerySet[PayoutBatch]:
    """Batches, newest first; staff only."""
    return scoped(PayoutBatch.objects.all(), actor, Q(pk=None))


def attempts(actor: Actor) -> QuerySet[PayoutAttempt]:
    """Attempts at paying; staff and the system only."""
    return scoped(PayoutAttempt.objects.all(), actor, Q(pk=None))


def stuck(actor: Actor) -> QuerySet[Payout]:
    """Payouts that need a person or may soon: failed, in review, or unknown for a while; longest first."""
    return payouts(actor).filter(state__in=["failed", "review", "unknown"]).order_by("created_at")


def unpaid(up_to: datetime) -> QuerySet[Earning]:
    """Earnings in no payout, earned up to and including ``up_to``, oldest first."""
    return Earning.objects.filter(payout=None, earned_at__lte=up_to).order_by("earned_at", "pk")


def open_adjustments() -> QuerySet[Adjustment]:
    """What was added to or taken off earnings and is in no payout yet, oldest first."""
    return Adjustment.objects.filter(payout=None).order_by("made_at", "pk")


def adjustments(actor: Actor) -> QuerySet[Adjustment]:
    """Adjustments the actor may read, newest first."""
    return scoped(Adjustment.objects.all(), actor, Q(workshop_id=actor.workshop_id))


def corrections(actor: Actor) -> QuerySet[Correction]:
    """Corrections the actor may read, newest first."""
    return scoped(Correction.objects.all(), actor, Q(workshop_id=actor.workshop_id))


def asked(actor: Actor) -> QuerySet[Correction]:
    """Corrections of pay she has already, on which the workshop's answer is awaited."""
    return corrections(actor).filter(state="proposed", after_pay=True)


def reversals(actor: Actor) -> QuerySet[PayoutReversal]:
    """Payments said to be taken back; staff only."""
    return scoped(PayoutReversal.objects.all(), actor, Q(pk=None))


def number_holds(actor: Actor) -> QuerySet[NumberHold]:
    """Changed numbers that wait; staff only."""
    return scoped(NumberHold.objects.all(), actor, Q(pk=None))


def standing_orders(actor: Actor) -> QuerySet[StandingOrder]:
    """Agreements on paying at once; staff only."""
    return scoped(StandingOrder.objects.all(), actor, Q(pk=None))


def carried_on() -> dict[UUID, int]:
    """Minor units that earlier payouts could not pay for lack of a whole unit, by workshop."""
    rows = Payout.objects.exclude(state="cancelled").exclude(carried_minor=0).order_by().values_list("workshop_id")
    return {workshop: -carried for workshop, carried in rows.annotate(n=Sum("carried_minor")) if carried}


def drafted_minor(workshop_id: UUID) -> int:
    """What of the money owed to a workshop is in payouts that wait for approval."""
    rows = Payout.objects.filter(workshop_id=workshop_id, state="draft")
    return int(rows.aggregate(n=Sum("amount_minor"))["n"] or 0)


def due_to_send(now: datetime) -> list[UUID]:
    """Payouts the rail is to be asked for now, oldest first."""
    rows = Payout.objects.filter(Q(next_query_at=None) | Q(next_query_at__lte=now), state="ready")
    return list(rows.order_by("created_at", "pk").values_list("pk", flat=True))


def due_to_query(now: datetime) -> list[UUID]:
    """Payouts whose end the rail is to be asked about now, those waiting longest first."""
    rows = Payout.objects.filter(state__in=["sending", "accepted", "unknown"], next_query_at__lte=now)
    return list(rows.order_by("next_query_at", "pk").values_list("pk", flat=True))


def open_hold(payout: Payout) -> LedgerEntry | None:
    """The entry that holds this payout's money, unless it was reversed."""
    return LedgerEntry.objects.filter(subject_id=payout.pk, kind="payout_hold", ledgerentry=None).first()


def require_no_live_attempt(payout: Payout) -> None:
    """Refuse while an attempt's end is not known: a new one could pay twice."""
    if PayoutAttempt.objects.filter(payout=payout, state__in=LIVE_ATTEMPTS).exists():
        raise Rejected(SettlementError.STILL_LIVE)
