"""A reminder's letter: who gets it, and its way out of the house."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected
from kiwanda.core.jobs import enqueue
from kiwanda.factory.billing import letters
from kiwanda.factory.billing.errors import BillingError
from kiwanda.factory.billing.events import InvoiceContactSet, ReminderLetterSettled
from kiwanda.factory.billing.models import ReminderLetter
from kiwanda.factory.billing.states import LETTER
from kiwanda.factory.demand.models import SalesChannel


@command(roles={Role.FINANCE_MAKER}, separate=True)
def set_invoice_contact(ctx: Context, *, channel: str, email: str) -> SalesChannel:
    """Where a buyer's reminders go; "" for nowhere. The address lies in the vault."""
    row = SalesChannel.objects.filter(pk=channel).first()
    if row is None:
        raise NotFound(CoreError.NOT_FOUND, what="sales channel")
    email, subject = email.strip(), letters.address_subject(channel)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Invalid(BillingError.EMAIL_WRONG, field="email") from None
        vault.put(subject, vault.CONTACT, email)
    else:
        vault.erase(subject)
    ctx.emit(InvoiceContactSet(subject, channel, bool(email)))
    return row


@command(roles={Role.SYSTEM})
def begin_letter(ctx: Context, *, letter_id: UUID) -> ReminderLetter:
    """Written down before the letter is handed over: whatever happens then, it is not handed over again by itself."""
    row = _letter(letter_id)
    return LETTER.move(row, "sending", begun_at=ctx.now, attempts=row.attempts + 1)


@command(roles={Role.SYSTEM})
def settle_letter(ctx: Context, *, letter_id: UUID, state: str, error: str = "") -> ReminderLetter:
    """What came of it."""
    row = LETTER.move(_letter(letter_id), state, settled_at=ctx.now, error=error[:200])
    ctx.emit(ReminderLetterSettled(row.invoice_id, row.invoice.code, row.step, state, row.error))
    return row


@command(roles={Role.FINANCE_MAKER}, separate=True)
def send_letter_again(ctx: Context, *, letter_id: UUID) -> ReminderLetter:
    """A person sends what failed, or what she knows never arrived. Nothing is asked for that is paid."""
    row = _letter(letter_id)
    if row.invoice.state != "open":
        raise Rejected(CoreError.WRONG_STATE, state=row.invoice.state)
    LETTER.move(row, "queued", error="")
    enqueue("billing.send_letters")
    return row


def _letter(letter_id: UUID) -> ReminderLetter:
    row = ReminderLetter.objects.select_related("invoice").filter(pk=letter_id).first()
    if row is None:
        raise NotFound(CoreError.NOT_FOUND, what="letter")
    return row
