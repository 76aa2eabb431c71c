"""What a shipment held is invoiced."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Max, Sum

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.billing import accounts
from kiwanda.factory.billing.errors import BillingError
from kiwanda.factory.billing.events import InvoiceIssued
from kiwanda.factory.billing.models import Invoice, InvoiceLine
from kiwanda.factory.billing.queries import TERMS_DAYS
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.logistics import queries as logistics
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import ledger


@command(roles={Role.FINANCE_MAKER, Role.MERCHANDISER, Role.SYSTEM})
def issue_invoices(ctx: Context, *, shipment_id: UUID) -> list[Invoice]:
    """One invoice for each order whose pieces left with the shipment; orders invoiced before are passed over.

    A line's price is for its units; what left is invoiced by its share of the line, so that all shipments together come
    to the line's total to the cent. Lines without a price (a gift, a sample) are not invoiced.
    """
    shipment = one(logistics.shipments(ctx.actor).order_by(), shipment_id, "shipment")
    if shipment.state not in ("dispatched", "delivered"):
        raise Rejected(BillingError.NOT_SHIPPED)
    counts = dict(
        Piece.objects.filter(carton__shipment=shipment).order_by().values_list("line_id").annotate(n=Count("pk"))
    )
    done = set(Invoice.objects.filter(shipment=shipment).exclude(state="credited").values_list("order_id", flat=True))
    lines: dict[UUID, list[OrderLine]] = defaultdict(list)
    rows = OrderLine.objects.filter(pk__in=counts, unit_price_minor__gt=0, order__is_history=False)
    for line in rows.select_related("order").order_by("order__ordered_at", "order_id", "pk"):
        if line.order_id not in done:
            lines[line.order_id].append(line)
    if not lines:
        raise Rejected(BillingError.NOTHING_TO_BILL)
    made = [_issue(ctx, shipment.pk, group, counts) for group in lines.values()]
    found = [invoice for invoice in made if invoice is not None]
    if not found:
        raise Rejected(BillingError.NOTHING_TO_BILL)
    return found


def share_minor(line: OrderLine, before: int, pieces: int) -> int:
    """What ``pieces`` more cost after ``before`` were invoiced: the line's total by pieces, rounded once over all."""
    total = line.unit_price_minor * line.quantity_units
    whole = max(line.quantity, 1)
    return total * (before + pieces) // whole - total * before // whole


def _issue(ctx: Context, shipment_id: UUID, lines: list[OrderLine], counts: dict[UUID, int]) -> Invoice | None:
    order, identifier = lines[0].order, new_id()
    before = dict(
        InvoiceLine.objects.filter(line__in=lines)
        .exclude(invoice__state="credited")
        .order_by()
        .values_list("line_id")
        .annotate(n=Sum("quantity"))
    )
    amounts = {line.pk: share_minor(line, before.get(line.pk, 0), counts[line.pk]) for line in lines}
    total = sum(amounts.values())
    if total <= 0:
        return None
    entry = ledger.post(
        f"invoice:{identifier}", "invoice", identifier,
        [
            ledger.Move(
                accounts.receivable(order.channel_id, order.currency), accounts.sales(order.channel_id, order.currency),
                total, order.currency,
            )
        ],
        ctx.now,
    )  # fmt: skip
    invoice = Invoice.objects.create(
        id=identifier, number=(Invoice.objects.aggregate(n=Max("number"))["n"] or 0) + 1, shipment_id=shipment_id,
        order=order, channel_id=order.channel_id, currency=order.currency, total_minor=total, issued_at=ctx.now,
        due_on=ctx.today + timedelta(days=TERMS_DAYS), entry=entry,
    )  # fmt: skip
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice, line=line, quantity=counts[line.pk], unit_price_minor=line.unit_price_minor,
            amount_minor=amounts[line.pk],
        )
        for line in lines
    )  # fmt: skip
    ctx.emit(InvoiceIssued(identifier, shipment_id, order.pk, invoice.code, total, order.currency, invoice.due_on))
    return invoice
