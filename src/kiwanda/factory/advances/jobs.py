"""Asking the licensed lender to pay out, outside any transaction."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kiwanda.core import actors, jobs, vault
from kiwanda.factory.advances import terms
from kiwanda.factory.advances.commands.record_loan_answer import record_loan_answer
from kiwanda.factory.advances.models import Advance
from kiwanda.ports.lending import LoanAnswer, LoanOutcome, LoanRequest


@jobs.job()
def pay_out_loan(advance_id: str) -> str:
    """Ask the lender to pay a decided loan, under the advance's own id: asking again cannot pay twice."""
    row = Advance.objects.filter(pk=UUID(advance_id), state="sending").first()
    if row is None:
        return "not waiting"
    with transaction.atomic(durable=True):
        phone = vault.get(row.artisan_id, vault.PHONE)
    lender = terms.lender()
    if lender is None or lender.name != row.lender:
        raise RuntimeError("The lender of this loan is not connected.")
    answer = (
        lender.pay_out(LoanRequest(row.pk, row.principal_minor, row.fee_minor, row.currency, phone))
        if phone
        else LoanAnswer(LoanOutcome.REFUSED, message="no phone number on record")
    )
    if answer.outcome is LoanOutcome.UNKNOWN:
        raise RuntimeError("The lender did not say what became of the loan; asked again later.")
    return record_loan_answer(actor=actors.system(), advance_id=row.pk, answer=answer).state
