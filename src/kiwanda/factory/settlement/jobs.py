"""Sending and asking: the only place that talks to payment rails. The payout rows say what is to be done."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from kiwanda import ports
from kiwanda.core import actors, clock, jobs
from kiwanda.core.errors import Rejected
from kiwanda.factory.settlement import balances, chain, posts, queries, rules
from kiwanda.factory.settlement.commands.pay_at_once import pay_at_once
from kiwanda.factory.settlement.commands.record_rail_answer import record_rail_answer
from kiwanda.factory.settlement.commands.send_payout import send_payout
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import Payout, PayoutAttempt, StandingOrder
from kiwanda.ports.payments import Outcome, RailAnswer

log = structlog.get_logger(__name__)

#: A payout whose payee's number is held is looked at again after this.
LOOK_AGAIN = timedelta(minutes=15)
#: So many payouts a round, so that a big batch does not keep the worker from everything else.
ROUND = 100


@jobs.every(30)
@jobs.job()
def send_ready_payouts() -> int:
    """Send the payouts that are ready, :data:`ROUND` at most; more are left to the next job. Returns how many."""
    # Whoever sends also asks: a backlog of open ends is looked at before more money leaves.
    query_waiting_payouts()
    if not rules.current().sending:
        return 0
    due = queries.due_to_send(clock.now())
    sent = sum(_send(payout_id) for payout_id in due[:ROUND])
    if len(due) > ROUND and sent:
        jobs.enqueue("settlement.send_ready_payouts")
    return sent


@jobs.every(30)
def query_waiting_payouts() -> int:
    """Ask the rail about payouts whose end is not known and whose pause is over. Returns how many were asked about."""
    due = queries.due_to_query(clock.now())[:ROUND]
    for payout_id in due:
        ask_about_payout(str(payout_id))
    return len(due)


@jobs.every(10)
@jobs.job()
def read_rail_posts() -> int:
    """Handle what the rails have posted. Returns how many posts were used."""
    return posts.handle_waiting()


@jobs.every(60)
def pay_what_was_accepted() -> int:
    """Pay at once what was accepted, where two people agreed on that. Returns how many payouts were made."""
    if not StandingOrder.objects.filter(state="active").exists():
        return 0
    batch = pay_at_once(actor=actors.system())
    return 0 if batch is None else batch.payout_count


@jobs.every(60)
def seal_ledger() -> int:
    """Add what was booked since to the ledger's chain. Returns how many entries."""
    return chain.seal()


@jobs.every(24 * 3600)
def take_snapshots() -> int:
    """Note the sums of the busy accounts. Returns how many."""
    return balances.take_snapshots()


@jobs.job()
def ask_about_payout(payout_id: str) -> str:
    """Ask the rail about the live attempt of one payout and record its answer. Returns the payout's state."""
    attempt = (
        PayoutAttempt.objects.filter(payout_id=UUID(payout_id), state__in=queries.LIVE_ATTEMPTS)
        .select_related("payout")
        .first()
    )
    if attempt is None:
        state: str = Payout.objects.values_list("state", flat=True).get(pk=UUID(payout_id))
        return state
    _require_no_transaction()
    try:
        answer: RailAnswer = ports.bound("payments").query(attempt.pk)
    except Exception as error:
        log.error("rail_broke", attempt=str(attempt.pk), error=repr(error))
        answer = RailAnswer(Outcome.UNKNOWN, code="adapter_error", message=type(error).__name__)
    payout = record_rail_answer(actor=actors.system(), attempt_id=attempt.pk, answer=answer)
    return payout.state


def _send(payout_id: UUID) -> bool:
    try:
        send_payout(actor=actors.system(), payout_id=payout_id)
    except Rejected as refused:
        # Another worker was faster, or its last attempt is not settled: the row says what comes next.
        log.info("payout_not_sent", payout=str(payout_id), code=refused.code)
        if refused.error is SettlementError.NUMBER_HELD:
            # It must not stand in the way of the others in every round.
            later = clock.now() + LOOK_AGAIN
            Payout.objects.filter(pk=payout_id, state="ready").update(
                next_query_at=later, message="The payee's number changed and is not confirmed yet."
            )
        return False
    return True


def _require_no_transaction() -> None:
    """A rail may take its time: never while a transaction holds locks (tests' own wrapping transaction aside)."""
    with transaction.atomic(durable=True):
        connection.ensure_connection()
