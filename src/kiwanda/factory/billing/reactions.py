"""What has left is invoiced by itself."""

from __future__ import annotations

from kiwanda.core import actors
from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.billing.commands.issue_invoices import issue_invoices
from kiwanda.factory.billing.errors import BillingError


@reaction("logistics.ShipmentDispatched")
def invoice_shipment(ctx: Context, event: Event) -> None:
    """Invoice the shipment; one without anything to invoice (samples, past orders) is passed over."""
    try:
        issue_invoices(actor=actors.system(), command_id=derived_id("invoices", event.id), shipment_id=event.subject_id)
    except Rejected as refused:
        if refused.error is not BillingError.NOTHING_TO_BILL:
            raise
