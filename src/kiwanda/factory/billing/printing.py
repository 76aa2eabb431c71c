"""An invoice on paper."""

from __future__ import annotations

import json
from pathlib import Path

import typst
from django.conf import settings

from kiwanda.core.clock import local_date
from kiwanda.core.money import format_money
from kiwanda.factory.billing.models import Invoice

TEMPLATE = Path(__file__).parent / "invoice.typ"


def pdf(invoice: Invoice) -> bytes:
    """The invoice (or, once it is credited, its cancelled form) as PDF."""
    rows = invoice.lines.select_related("line__variant").order_by("pk")
    data = {
        "code": invoice.code,
        "credited": invoice.state == "credited",
        "issuer": settings.KIWANDA_PUBLIC_URL,
        "buyer": invoice.channel.name,
        "order": invoice.order.number,
        "reference": invoice.order.customer_ref,
        "country": invoice.order.country,
        "shipment": invoice.shipment.code,
        "issued": local_date(invoice.issued_at).isoformat(),
        "due": invoice.due_on.isoformat(),
        "total": format_money(invoice.total_minor, invoice.currency),
        "paid": format_money(invoice.paid_minor, invoice.currency),
        "left": format_money(invoice.left_minor, invoice.currency),
        "lines": [
            [
                row.line.variant.sku if row.line.variant else row.line.external_sku,
                row.line.variant.name_en if row.line.variant else row.line.description,
                f"{row.quantity:,}", format_money(round(row.amount_minor / row.quantity), invoice.currency),
                format_money(row.amount_minor, invoice.currency),
            ]
            for row in rows
        ],
    }  # fmt: skip
    # Data comes in as data: nothing of it is read as markup.
    made: bytes = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(data)})
    return made
