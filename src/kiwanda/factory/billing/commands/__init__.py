"""What can be done on the brand's side."""

from kiwanda.factory.billing.commands.end_invoice import credit_invoice, write_off_invoice
from kiwanda.factory.billing.commands.issue_invoices import issue_invoices
from kiwanda.factory.billing.commands.post_letters import (
    begin_letter,
    send_letter_again,
    set_invoice_contact,
    settle_letter,
)
from kiwanda.factory.billing.commands.record_payment import match_payment, record_payment, return_payment
from kiwanda.factory.billing.commands.record_shipment_cost import record_shipment_cost
from kiwanda.factory.billing.commands.remind import remind

__all__ = [
    "begin_letter",
    "credit_invoice",
    "issue_invoices",
    "match_payment",
    "record_payment",
    "record_shipment_cost",
    "remind",
    "return_payment",
    "send_letter_again",
    "set_invoice_contact",
    "settle_letter",
    "write_off_invoice",
]
