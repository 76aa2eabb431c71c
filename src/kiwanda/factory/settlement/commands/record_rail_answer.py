"""What the rail said about an attempt becomes what we know about the payout."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import holds, numbers, queries, returning
from kiwanda.factory.settlement.events import PayoutConflict, PayoutFailed, PayoutPaid, PayoutStuck
from kiwanda.factory.settlement.models import Payout, PayoutAttempt
from kiwanda.factory.settlement.states import ATTEMPT, PAYOUT
from kiwanda.ports.payments import Outcome, RailAnswer

#: First and longest pause between two queries; in between the pause grows with the attempt's age.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
#: After this long without an end people must look (a covering statement, two persons).
REVIEW_AFTER = timedelta(hours=72)
#: Refused this often, a payout stops trying: something is wrong with it or with us.
MOST_REFUSALS = 5


@command(roles={Role.SYSTEM})
def record_rail_answer(ctx: Context, *, attempt_id: UUID, answer: RailAnswer) -> Payout:
    """Move attempt and payout by the rail's ``answer``. The same answer twice changes nothing.

    Paid: the hold goes out of the float. Failed: the hold is given back. Refused (nothing left the house): tried again
    later under a new attempt. Unknown: only queries follow, then people. An answer that contradicts a settled attempt,
    another amount or a receipt already used goes to review; nothing is undone.
    """
    attempt = one(queries.attempts(ctx.actor), attempt_id, "payout attempt")
    # The payout is locked after its attempt everywhere, so two answers queue up instead of deadlocking.
    payout = Payout.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=attempt.payout_id)
    known = attempt.state
    told = answer.outcome.value
    if known in ATTEMPT.final:
        contradicts = told != known and answer.outcome in (Outcome.PAID, Outcome.FAILED)
        other_receipt = told == "paid" and answer.receipt_ref not in ("", payout.receipt_ref)
        if contradicts or other_receipt:
            _conflict(ctx, payout, attempt, answer)
        return payout
    if answer.outcome is Outcome.PENDING:
        # Asked, and nothing known yet: the answer comes by post.
        _asked(ctx, payout, attempt, answer)
        return payout
    if payout.state == "review" and answer.outcome is not Outcome.PAID:
        # People are looking; only the rail's own word that it was paid may end it without them.
        return payout
    if answer.outcome is Outcome.REFUSED and known != "recorded":
        # The rail took the attempt before: a refusal now says nothing about that one.
        answer = RailAnswer(Outcome.UNKNOWN, code=answer.code, message=answer.message)
    if answer.outcome is Outcome.PAID and not _plausible(payout, attempt, answer):
        _note(attempt, answer, "unknown", ctx.now)
        _conflict(ctx, payout, attempt, answer)
        return payout
    _note(attempt, answer, answer.outcome.value, ctx.now)
    if answer.outcome is Outcome.PAID:
        settle_paid(ctx, payout, attempt, answer.receipt_ref, answer.message)
    elif answer.outcome is Outcome.FAILED:
        settle_failed(ctx, payout, attempt, answer.code, answer.message)
    elif answer.outcome is Outcome.REFUSED:
        _refused(ctx, payout, attempt, answer)
    else:
        _waits(ctx, payout, attempt, answer)
    return payout


def settle_paid(ctx: Context, payout: Payout, attempt: PayoutAttempt, receipt_ref: str, message: str) -> None:
    """The payout reached the wallet: the hold leaves the float; a batch whose last payout this was is done."""
    PAYOUT.move(payout, "paid", receipt_ref=receipt_ref, message=message[:200], paid_at=ctx.now, next_query_at=None)
    holds.pay_out(payout, attempt.rail, ctx.now)
    ctx.emit(
        PayoutPaid(
            payout_id=payout.pk, attempt_id=attempt.pk, workshop_id=payout.workshop_id, payee_id=payout.payee_id,
            amount_minor=payout.amount_minor, currency=payout.currency, receipt_ref=receipt_ref,
        )
    )
    returning.end_batch(ctx, payout)


def settle_failed(ctx: Context, payout: Payout, attempt: PayoutAttempt, code: str, message: str) -> None:
    """Proven not paid: the hold is given back; ``retry_payout`` may try again, or ``release_payout`` gives it up."""
    PAYOUT.move(payout, "failed", message=message[:200], next_query_at=None)
    holds.give_back(payout, ctx.now)
    ctx.emit(
        PayoutFailed(
            payout_id=payout.pk, attempt_id=attempt.pk, workshop_id=payout.workshop_id,
            amount_minor=payout.amount_minor, currency=payout.currency, code=code,
        )
    )


def pause_after(age: timedelta) -> timedelta:
    """How long to wait before the next query of an attempt of this age: about as long again, within bounds."""
    return min(max(age, FIRST_PAUSE), LONGEST_PAUSE)


def _note(attempt: PayoutAttempt, answer: RailAnswer, state: str, at: datetime) -> None:
    updates = {
        "rail_ref": answer.rail_ref[:60] or attempt.rail_ref,
        "code": answer.code[:40],
        "message": answer.message[:200],
        "answered_at": at,
    }
    if state == attempt.state:
        PayoutAttempt.objects.filter(pk=attempt.pk, state=state).update(**updates)
    else:
        ATTEMPT.move(attempt, state, **updates)


def _plausible(payout: Payout, attempt: PayoutAttempt, answer: RailAnswer) -> bool:
    """True when a "paid" fits this payout: its amount, its wallet, and a receipt nobody else has."""
    if answer.amount_minor is not None and answer.amount_minor != payout.amount_minor:
        return False
    if answer.payee and not numbers.same(answer.payee, attempt.payee_mark, attempt.payee_masked):
        return False
    if not answer.receipt_ref:
        return False
    return not Payout.objects.filter(receipt_ref=answer.receipt_ref).exclude(pk=payout.pk).exists()


def _asked(ctx: Context, payout: Payout, attempt: PayoutAttempt, answer: RailAnswer) -> None:
    """Look again later; people look when the rail has not said anything for too long."""
    if payout.state not in ("sending", "accepted", "unknown"):
        return
    age = ctx.now - attempt.recorded_at
    if age >= REVIEW_AFTER:
        _note(attempt, answer, "unknown", ctx.now)
        _to_review(ctx, payout, attempt, answer)
        return
    if payout.state == "sending" and answer.outcome is Outcome.PENDING:
        # The acknowledgement never came: nobody knows whether the request did.
        _note(attempt, answer, "unknown", ctx.now)
        _waits(ctx, payout, attempt, answer)
        return
    Payout.objects.filter(pk=payout.pk, state=payout.state).update(next_query_at=ctx.now + pause_after(age))


def _refused(ctx: Context, payout: Payout, attempt: PayoutAttempt, answer: RailAnswer) -> None:
    refusals = PayoutAttempt.objects.filter(payout=payout, state="refused").count()
    if refusals >= MOST_REFUSALS or answer.code == "no_wallet":
        settle_failed(ctx, payout, attempt, answer.code, answer.message)
        return
    PAYOUT.move(payout, "ready", message=answer.message[:200], next_query_at=ctx.now + FIRST_PAUSE * 2**refusals)


def _waits(ctx: Context, payout: Payout, attempt: PayoutAttempt, answer: RailAnswer) -> None:
    """Accepted or unknown: ask again later; too old: people look."""
    age = ctx.now - attempt.recorded_at
    if age >= REVIEW_AFTER:
        _to_review(ctx, payout, attempt, answer)
        return
    again = ctx.now + pause_after(age)
    target = "accepted" if answer.outcome is Outcome.ACCEPTED else "unknown"
    if target == payout.state:
        Payout.objects.filter(pk=payout.pk, state=target).update(next_query_at=again, message=answer.message[:200])
        return
    PAYOUT.move(payout, target, next_query_at=again, message=answer.message[:200])
    if target == "unknown":
        ctx.emit(_stuck(payout, attempt, answer))


def _to_review(ctx: Context, payout: Payout, attempt: PayoutAttempt, answer: RailAnswer) -> None:
    PAYOUT.move(payout, "review", next_query_at=None, message=answer.message[:200])
    ctx.emit(_stuck(payout, attempt, answer))


def _conflict(ctx: Context, payout: Payout, attempt: PayoutAttempt, answer: RailAnswer) -> None:
    """Tell that the rail contradicts itself; stop the payout for people to look at, unless it is paid and stays so."""
    ctx.emit(
        PayoutConflict(
            payout_id=payout.pk, attempt_id=attempt.pk, workshop_id=payout.workshop_id, known=attempt.state,
            told=answer.outcome.value, receipt_ref=answer.receipt_ref,
        )
    )
    if payout.state == "returned" and not returning.take_back(payout):
        # Its money is in another payout by now: the rail's statement will show what left twice.
        return
    if PAYOUT.allows(payout.state, "review"):
        _to_review(ctx, payout, attempt, answer)


def _stuck(payout: Payout, attempt: PayoutAttempt, answer: RailAnswer) -> PayoutStuck:
    return PayoutStuck(
        payout_id=payout.pk, attempt_id=attempt.pk, workshop_id=payout.workshop_id, amount_minor=payout.amount_minor,
        currency=payout.currency, state=payout.state, code=answer.code,
    )
