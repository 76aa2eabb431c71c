"""What comes in for what was shipped: customers pay their invoices, and the bank turns it into shillings for pay day.

Most pay within their terms, some late; now and then a bank keeps its charge back, or nobody can tell what a transfer is
for. Whatever is left open lies before finance.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from kiwanda.core import clock
from kiwanda.factory.billing import accounts
from kiwanda.factory.billing.commands import record_payment
from kiwanda.factory.billing.models import Invoice
from kiwanda.factory.settlement.balances import trial_balance
from kiwanda.factory.settlement.commands import exchange_money, record_fx_rate, record_own_funds
from kiwanda.factory.settlement.ledger import RAIL_CURRENCY
from kiwanda.factory.settlement.models import FxRate
from kiwanda.twin.player import Player

#: Days from invoice to payment: of those who pay soon, and of those who are late; and how many are late.
SOON_DAYS, LATE_DAYS, LATE_SHARE = (2, 21), (31, 60), 0.08
#: One in so many transfers arrives without a word of what it is for; one in so many loses a charge on its way.
SILENT_ONE_IN, CHARGED_ONE_IN, CHARGE_MINOR = 25, 18, 12_00
#: Shillings for one unit, about which the twin's rates walk, and how far (shillings).
RATES = {"GBP": (Decimal("167.40"), 1.4), "EUR": (Decimal("146.10"), 1.2), "USD": (Decimal("129.20"), 0.9)}
#: The bank deals in whole hundreds; the owners give in round sums (cents of KES), with something to spare.
DEAL_STEP, OWNERS_STEP = 100_00, 500_000_00


def customers_pay(player: Player) -> None:
    """One transfer a buyer and currency for every invoice whose customer pays today."""
    due: dict[tuple[str, str], list[Invoice]] = defaultdict(list)
    for invoice in Invoice.objects.filter(state="open", paid_minor=0).order_by("number"):
        if clock.local_date(invoice.issued_at) + timedelta(days=_days(player, invoice)) == player.today:
            due[invoice.channel_id, invoice.currency].append(invoice)
    maker = player.cast.staff("finance-maker")
    for (channel, currency), invoices in sorted(due.items()):
        draw = player.people.stream("transfer", channel, currency, player.day)
        amount = sum(invoice.total_minor for invoice in invoices)
        if draw.randrange(CHARGED_ONE_IN) == 0 and amount > 10 * CHARGE_MINOR:
            amount -= CHARGE_MINOR
        silent = draw.randrange(SILENT_ONE_IN) == 0
        player.give(
            record_payment, actor=maker, channel=channel, amount_minor=amount, currency=currency,
            receipt_ref=f"BT{player.today:%y%m%d}{currency}{draw.randint(1000, 9999)}",
            invoice_ids=[] if silent else [invoice.pk for invoice in invoices],
        )  # fmt: skip


def _days(player: Player, invoice: Invoice) -> int:
    draw = player.people.stream("customer", invoice.code)
    return draw.randint(*LATE_DAYS) if draw.random() < LATE_SHARE else draw.randint(*SOON_DAYS)


def bring_money_home(player: Player) -> None:
    """Before pay day's transfers, finance sells what came in for shillings at the bank's rate of the day; what is then
    still missing comes from the owners.
    """
    held = _held()
    for currency, (middle, width) in RATES.items():
        amount = held.get(accounts.bank(currency), 0) // DEAL_STEP * DEAL_STEP
        if amount <= 0:
            continue
        walk = Decimal(str(round(player.people.stream("rate", currency, player.day).uniform(-width, width), 2)))
        if not FxRate.objects.filter(base=currency, quote=RAIL_CURRENCY, quoted_at=player.now).exists():
            player.give(
                record_fx_rate, actor=player.cast.staff("finance-maker"), base=currency, quote=RAIL_CURRENCY,
                rate=middle + walk, source="House bank, rate of the deal", quoted_at=player.now,
            )  # fmt: skip
        player.give(
            exchange_money, actor=player.cast.staff("finance-checker"), sold_currency=currency,
            bought_currency=RAIL_CURRENCY, sold_minor=amount,
        )  # fmt: skip
    held = _held()
    missing = held.get("payable", 0) + held.get("clearing:payouts", 0) - held.get(accounts.bank(RAIL_CURRENCY), 0)
    if missing > 0:
        player.give(
            record_own_funds, actor=player.cast.staff("finance-checker"), currency=RAIL_CURRENCY,
            amount_minor=-(-missing // OWNERS_STEP) * OWNERS_STEP, receipt_ref=f"OWN-{player.today:%Y%m%d}",
        )  # fmt: skip


def _held() -> dict[str, int]:
    """Balances by code; what workshops are owed together, which is all in the rail's currency."""
    return {balance.code: balance.balance_minor for balance in trial_balance()}
