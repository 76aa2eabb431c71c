"""What billing holds about a person: brands are invoiced, artisans are not."""

from kiwanda.core.personal import kept_out
from kiwanda.factory.billing.models import (
    BrandPayment,
    Invoice,
    InvoiceLine,
    PaymentMatch,
    ReminderLetter,
    ShipmentCost,
)

kept_out(
    "About brands; no artisan is in it.", BrandPayment, Invoice, InvoiceLine, PaymentMatch, ReminderLetter,
    ShipmentCost,
)  # fmt: skip
