"""Exchange money of one currency for another's."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, require_range
from kiwanda.core.ids import new_id
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields
from kiwanda.factory.settlement import fx, ledger
from kiwanda.factory.settlement.events import MoneyExchanged
from kiwanda.factory.settlement.models import FxDeal


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def exchange_money(ctx: Context, *, sold_currency: str, bought_currency: str, sold_minor: int) -> FxDeal:
    """Sell ``sold_minor`` from ``bank:<sold>`` into ``bank:<bought>`` at the newest recorded rate of the pair.

    The rate, its source and its moment are kept with the deal. Refused at a rate of yesterday or older.
    """
    sold, bought = fields.currency("sold_currency", sold_currency), fields.currency("bought_currency", bought_currency)
    if sold == bought:
        raise Invalid(CoreError.MALFORMED, field="bought_currency", reason="two currencies are needed")
    require_range("sold_minor", sold_minor, 1, LARGEST_MINOR)
    rate = fx.rate_of(sold, bought, ctx.now)
    brought = fx.converted(sold_minor, sold, bought, rate.rate)
    require_range("sold_minor", brought, 1, LARGEST_MINOR)
    deal = FxDeal(
        id=new_id(), sold_currency=sold, sold_minor=sold_minor, bought_currency=bought, bought_minor=brought,
        rate=rate.rate, source=rate.source, quoted_at=rate.quoted_at, dealt_at=ctx.now,
    )
    deal.entry = ledger.post(
        f"fx:{deal.pk}", "exchange", deal.pk,
        [
            ledger.Move(fx.position(sold), f"bank:{sold}", sold_minor, sold),
            ledger.Move(f"bank:{bought}", fx.position(bought), brought, bought),
        ],
        ctx.now,
    )  # fmt: skip
    deal.save(force_insert=True)
    ctx.emit(
        MoneyExchanged(
            fx_deal_id=deal.pk, sold_minor=sold_minor, sold_currency=sold, bought_minor=brought, bought_currency=bought
        )
    )
    return deal
