"""Reads of billing: staff only."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from kiwanda.core.actors import Actor
from kiwanda.factory.billing.models import BrandPayment, Invoice
from kiwanda.factory.production.queries import scoped

#: Days after the due day on which a reminder goes out: a friendly one, a firm one, the last.
REMINDER_DAYS = (3, 14, 30)
#: A new invoice is due after so many days.
TERMS_DAYS = 30


def invoices(actor: Actor) -> QuerySet[Invoice]:
    """Invoices, newest first."""
    return scoped(Invoice.objects.all(), actor, Q(pk=None))


def payments(actor: Actor) -> QuerySet[BrandPayment]:
    """Payments that came in, newest first."""
    return scoped(BrandPayment.objects.all(), actor, Q(pk=None))


def unexplained(actor: Actor) -> QuerySet[BrandPayment]:
    """Payments of which something is on the suspense account."""
    return payments(actor).filter(amount_minor__gt=F("matched_minor") + F("returned_minor"))


def late(actor: Actor, today: date) -> QuerySet[Invoice]:
    """Open invoices past their day, longest first."""
    return invoices(actor).filter(state="open", due_on__lt=today).order_by("due_on")


def step_due(invoice: Invoice, today: date) -> int:
    """The reminder that is due today: 0 for none, otherwise 1, 2, 3."""
    step = sum((today - invoice.due_on).days >= days for days in REMINDER_DAYS)
    return step if invoice.state == "open" and step > invoice.reminders else 0
