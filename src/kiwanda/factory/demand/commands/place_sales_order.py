"""Place an order by hand or by API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.core.ids import new_id, readable_code
from kiwanda.core.money import EXPONENTS
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.at_once import promise_at_once
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.importing import ParsedLine, ParsedOrder, Report
from kiwanda.factory.demand.importing.cells import MAX_MINOR, MAX_QUANTITY, clean_text
from kiwanda.factory.demand.importing.countries import CODES
from kiwanda.factory.demand.importing.reading import MAX_DESCRIPTION, SKU_LENGTH, OpenOrder
from kiwanda.factory.demand.intake import Intake
from kiwanda.factory.demand.models import SalesOrder
from kiwanda.factory.demand.sku_mapping import LARGEST_LINE, normal_sku


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line of a new order. ``sku`` as the channel writes it; ``quantity`` in the channel's units.

    ``due_on`` None: the channel's lead time from the order's day. ``external_line`` "": made from the SKU.
    """

    sku: str
    quantity: int
    due_on: date | None = None
    unit_price_minor: int = 0
    description: str = ""
    external_line: str = ""


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def place_sales_order(
    ctx: Context,
    *,
    channel_code: str,
    lines: list[NewLine],
    external_id: str = "",
    number: str = "",
    customer_ref: str = "",
    country: str = "",
    currency: str = "",
    ordered_at: datetime | None = None,
) -> SalesOrder:
    """A new order; its SKUs go through the same mapping as an import's. A second one with the same id is refused.

    Its lines are promised at once where the standing plan is at hand, else by planning within a moment.
    """
    channel = queries.channel(ctx.actor, channel_code, lock=True)
    if not lines:
        raise Invalid(DemandError.NO_LINES, field="lines")
    external_id = external_id.strip() or readable_code("SO", new_id(), 8)
    for name, value in (("external_id", external_id), ("number", number), ("customer_ref", customer_ref)):
        if len(value) > 80 or not value.isprintable():
            raise Invalid(CoreError.MALFORMED, field=name, reason="at most 80 printable characters")
    currency = currency or channel.currency
    if currency not in EXPONENTS:
        known = ", ".join(sorted(EXPONENTS))
        raise Invalid(DemandError.CURRENCY_UNKNOWN, field="currency", currency=currency, currencies=known)
    if country and country.upper() not in CODES:
        raise Invalid(DemandError.COUNTRY_UNKNOWN, field="country", country=country)
    if SalesOrder.objects.filter(channel=channel, external_id=external_id).exists():
        raise Rejected(DemandError.ORDER_EXISTS, channel=channel.pk, external_id=external_id)
    parsed = ParsedOrder(
        external_id=external_id,
        number=number.strip() or external_id,
        ordered_at=ordered_at or ctx.now,
        customer_ref=customer_ref.strip() or None,
        country=country.upper(),
        currency=currency,
        cancelled=False,
        lines=_parsed_lines(channel.kind, lines),
        row=0,
    )
    report = Report("manual")
    Intake(ctx, channel, report).take_all([parsed])
    if not report.ok:
        raise Invalid(CoreError.MALFORMED, field="quantity", reason=f"more than {LARGEST_LINE:,} pieces on one line")
    order = SalesOrder.objects.get(channel=channel, external_id=external_id)
    promise_at_once(ctx, order.pk)
    return order


def _parsed_lines(kind: str, lines: list[NewLine]) -> tuple[ParsedLine, ...]:
    references = OpenOrder("", 0, 0)
    seen: set[str] = set()
    parsed: list[ParsedLine] = []
    for row, line in enumerate(lines, start=1):
        sku = normal_sku(kind, line.sku)
        if not sku or len(sku) > SKU_LENGTH or not sku.isprintable():
            raise Invalid(DemandError.SKU_BLANK, field="sku")
        require_range("quantity", line.quantity, 1, MAX_QUANTITY)
        require_range("unit_price_minor", line.unit_price_minor, 0, MAX_MINOR)
        reference = line.external_line.strip() or references.reference(sku)
        if len(reference) > 40 or not reference.isprintable():
            raise Invalid(CoreError.MALFORMED, field="external_line", reason="at most 40 printable characters")
        if reference in seen:
            raise Invalid(DemandError.LINE_TWICE, field="external_line", line=reference)
        seen.add(reference)
        text = clean_text(line.description)[:MAX_DESCRIPTION]
        parsed.append(ParsedLine(reference, sku, text, line.quantity, line.unit_price_minor, line.due_on, row))
    return tuple(parsed)
