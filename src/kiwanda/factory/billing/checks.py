"""What ``kiwanda audit`` proves about the brand's side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F, Sum

from kiwanda.core.audit import check
from kiwanda.factory.billing import accounts
from kiwanda.factory.billing.models import BrandPayment, Invoice, InvoiceLine, PaymentMatch, ShipmentCost
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.models import Account


@check("Every invoice is the sum of its lines, paid by its matches, and open exactly while something is left")
def invoices_add_up() -> Iterator[str]:
    for wrong in Invoice.objects.annotate(lines_minor=Sum("lines__amount_minor")).exclude(lines_minor=F("total_minor")):
        yield f"{wrong.code} of {wrong.total_minor} has lines of {wrong.lines_minor}"
    matched = dict(PaymentMatch.objects.order_by().values_list("invoice").annotate(n=Sum("amount_minor")))
    for row in Invoice.objects.all():
        if matched.get(row.pk, 0) != row.paid_minor:
            yield f"{row.code} says {row.paid_minor} paid, its payments {matched.get(row.pk, 0)}"
        if row.state in ("open", "paid") and (row.state == "paid") != (row.left_minor == 0):
            yield f"{row.code} is {row.state} with {row.left_minor} left"


@check("Every order line was invoiced its share of its total by pieces, to the cent")
def lines_invoiced_by_share() -> Iterator[str]:
    live = InvoiceLine.objects.exclude(invoice__state="credited").order_by().values_list("line_id")
    sums = {line: (pieces, amount) for line, pieces, amount in live.annotate(n=Sum("quantity"), a=Sum("amount_minor"))}
    for row in OrderLine.objects.filter(pk__in=sums):
        pieces, amount = sums[row.pk]
        wanted = row.unit_price_minor * row.quantity_units * pieces // max(row.quantity, 1)
        # A credited invoice between two others may leave a cent's rounding on either side.
        if abs(amount - wanted) > 1:
            yield f"order line {row.pk}: {pieces} pieces invoiced at {amount}, their share is {wanted}"


@check("What buyers owe by the ledger is what their open invoices leave; suspense is what no invoice explains")
def receivables_match() -> Iterator[str]:
    owed: dict[str, int] = defaultdict(int)
    for row in Invoice.objects.filter(state="open"):
        owed[accounts.receivable(row.channel_id, row.currency)] += row.left_minor
    waiting: dict[str, int] = defaultdict(int)
    for payment in BrandPayment.objects.all():
        waiting[accounts.suspense(payment.currency)] += payment.suspense_minor
    for prefix, wanted in (("receivable:", owed), ("suspense:brands-", waiting)):
        booked = {row.code: ledger.summed_balance(row) for row in Account.objects.filter(code__startswith=prefix)}
        for code in sorted(booked.keys() | wanted.keys()):
            if booked.get(code, 0) != wanted.get(code, 0):
                yield f"{code} holds {booked.get(code, 0)}, billing says {wanted.get(code, 0)}"


@check("Every shipment's bill stands in the ledger at its amount")
def costs_booked() -> Iterator[str]:
    for row in ShipmentCost.objects.annotate(booked=Sum("entry__transfers__amount_minor")).exclude(
        booked=F("amount_minor")
    ):
        yield f"{row.kind} of shipment {row.shipment_id} is {row.amount_minor}, booked {row.booked}"
