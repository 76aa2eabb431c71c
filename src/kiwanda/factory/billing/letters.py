"""Reminders by e-mail: written with the reminder, handed over once by the worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.ids import derived_id
from kiwanda.core.money import format_money
from kiwanda.factory.billing import printing
from kiwanda.factory.billing.models import Invoice, ReminderLetter
from kiwanda.ports.mail import Attachment, Letter

#: A letter that was being handed over for so long was cut off by a crash: nobody knows whether it left.
CUT_OFF = timedelta(minutes=15)
NO_ADDRESS = "No e-mail address is known for this buyer."
NOT_OPEN = "The invoice is not open any more."
NO_SERVER = "No mail server is set (KIWANDA_SMTP_URL)."

WORDS = {
    1: "our invoice {code} over {total} was due on {due}. {left} of it is still open. "
    "If you have paid in the last days, please disregard this letter.",
    2: "our invoice {code} over {total} was due on {due}. {left} of it is still open. Please pay within a week, "
    "or write to us if something is wrong with it. The artisans who made the pieces have been paid.",
    3: "this is our last reminder of invoice {code} over {total}, due on {due}. {left} of it is still open. "
    "Please pay at once, or call us today.",
}


def address_subject(channel: str) -> UUID:
    """Under this id the vault keeps a buyer's address."""
    return derived_id("invoice_contact", channel)


def address_of(channel: str) -> str:
    """Where a buyer's reminders go, "" where nobody said."""
    return vault.get(address_subject(channel), vault.CONTACT) or ""


def objection(row: ReminderLetter, to: str, server: bool) -> str:
    """Why ``row`` cannot go out, "" where it can."""
    if row.invoice.state != "open":
        return NOT_OPEN
    if not to:
        return NO_ADDRESS
    return "" if server else NO_SERVER


def written(row: ReminderLetter, to: str) -> Letter:
    """The letter of ``row`` as it stands now, with the invoice."""
    invoice = Invoice.objects.select_related("order", "channel", "shipment").get(pk=row.invoice_id)
    said = WORDS[row.step].format(
        code=invoice.code,
        total=format_money(invoice.total_minor, invoice.currency),
        due=f"{invoice.due_on:%d %B %Y}",
        left=format_money(invoice.left_minor, invoice.currency),
    )
    body = f"Dear {invoice.channel.name},\n\n{said}\n\nYour order: {invoice.order.number}\n\nKiwanda\n"
    subject = f"Reminder {row.step}: invoice {invoice.code}" if row.step < 3 else f"Last reminder: {invoice.code}"
    paper = Attachment(f"{invoice.code}.pdf", "application/pdf", printing.pdf(invoice))
    return Letter(f"{row.pk}.{row.attempts}", to, subject, body, (paper,))


def cut_off(now: datetime) -> list[ReminderLetter]:
    """Letters a crash left half way."""
    return list(ReminderLetter.objects.filter(state="sending", begun_at__lt=now - CUT_OFF))
