"""Send one payout: the attempt is committed, then the rail is asked, then its answer is recorded."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction

from kiwanda import ports
from kiwanda.core import actors, vault
from kiwanda.core.actors import Actor
from kiwanda.factory.settlement import batches, numbers, rules
from kiwanda.factory.settlement.commands.freeze_payouts import freeze_payouts
from kiwanda.factory.settlement.commands.record_attempt import record_attempt
from kiwanda.factory.settlement.commands.record_rail_answer import record_rail_answer
from kiwanda.factory.settlement.models import Payout, PayoutAttempt
from kiwanda.ports.payments import Outcome, PayoutRequest, RailAnswer

log = structlog.get_logger(__name__)


def send_payout(*, actor: Actor, payout_id: UUID, command_id: UUID | None = None) -> Payout:
    """Send a ready payout through the bound rail and return it in its new state.

    Not one command but two with the rail between them, so that no transaction is open while the network is asked; it
    refuses to run inside one. Killed at any point, the attempt on record says that only a query may follow.
    """
    if rules.is_older_than_sent(rules.current()):
        freeze_payouts(actor=actors.system())
    with transaction.atomic(durable=True):
        attempt = record_attempt(actor=actor, payout_id=payout_id, command_id=command_id)
    rules.note_sent(attempt.pk)
    payout = attempt.payout
    answer = ask(payout, attempt)
    with transaction.atomic(durable=True):
        return record_rail_answer(actor=actor, attempt_id=attempt.pk, answer=answer)


def ask(payout: Payout, attempt: PayoutAttempt) -> RailAnswer:
    """The rail's answer to one attempt. Whatever breaks after bytes may have left is ``UNKNOWN``, never a failure."""
    phone = vault.get(payout.payee_id, vault.PHONE)
    if not phone:
        return RailAnswer(Outcome.REFUSED, code="no_wallet", message="The payee has no mobile number on record.")
    if attempt.payee_mark and numbers.mark(phone) != attempt.payee_mark:
        # It changed in the moment between noting and asking: the new one has to be confirmed first.
        return RailAnswer(Outcome.REFUSED, code="number_changed", message="The payee's number has just changed.")
    request = PayoutRequest(
        attempt_id=attempt.pk, phone=phone, amount_minor=payout.amount_minor, currency=payout.currency,
        remark=batches.reference(payout.pk),
    )
    try:
        answer: RailAnswer = ports.bound("payments").submit(request)
    except Exception as error:
        log.error("rail_broke", attempt=str(attempt.pk), error=repr(error))
        return RailAnswer(Outcome.UNKNOWN, code="adapter_error", message=type(error).__name__)
    return answer
