"""An invoice that was a mistake, or that is never paid."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.billing import accounts, queries
from kiwanda.factory.billing.errors import BillingError
from kiwanda.factory.billing.events import InvoiceEnded
from kiwanda.factory.billing.models import Invoice
from kiwanda.factory.billing.states import INVOICE
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import ledger


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def credit_invoice(ctx: Context, *, invoice_id: UUID, reason: str) -> Invoice:
    """Take back a wrong invoice whole; its order can be invoiced anew. Not once something was paid."""
    why = fields.text("reason", reason, 200)
    row = one(queries.invoices(ctx.actor).order_by(), invoice_id, "invoice")
    if row.paid_minor:
        raise Rejected(BillingError.PAID_IN_PART)
    INVOICE.move(row, "credited", ended_at=ctx.now, end_reason=why)
    ledger.reverse(row.entry, f"invoice_credited:{row.pk}", ctx.now)
    ctx.emit(InvoiceEnded(row.pk, row.code, row.state, row.total_minor, row.currency, why))
    return row


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def write_off_invoice(ctx: Context, *, invoice_id: UUID, reason: str) -> Invoice:
    """Give up what is left of an invoice: a cost of ours, never of the makers."""
    why = fields.text("reason", reason, 200)
    row = one(queries.invoices(ctx.actor).order_by(), invoice_id, "invoice")
    left = row.left_minor
    INVOICE.move(row, "written_off", ended_at=ctx.now, end_reason=why)
    ledger.post(
        f"invoice_written_off:{row.pk}", "invoice_written_off", row.pk,
        [
            ledger.Move(
                accounts.bad_debt(row.currency), accounts.receivable(row.channel_id, row.currency), left, row.currency
            )
        ],
        ctx.now,
    )  # fmt: skip
    ctx.emit(InvoiceEnded(row.pk, row.code, row.state, left, row.currency, why))
    return row
