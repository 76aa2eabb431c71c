"""Exchanging currencies: two transfers through the positions of both, so that each currency balances by itself.

Selling USD 100 at 129.50: debit ``fx:USD``, credit the dollar account; debit the shilling account, credit ``fx:KES``.
What the positions hold, valued at today's rate, is the gain or loss that is not realised yet.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from kiwanda.core.errors import Rejected
from kiwanda.core.money import exponent
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import FxRate

#: Older rates are not dealt at.
STALE_AFTER = timedelta(hours=24)
#: A rate that differs from the last by more than this factor is most likely the wrong way round, or a slip.
FARTHEST = Decimal("1.25")
PLACES = Decimal("0.00000001")


def rate_of(base: str, quote: str, now: datetime) -> FxRate:
    """The newest rate, not from the future and not stale. One recorded the other way round does not count: it must be
    said which way was meant.
    """
    row = FxRate.objects.filter(base=base, quote=quote, quoted_at__lte=now).order_by("-quoted_at").first()
    if row is None or now - row.quoted_at > STALE_AFTER:
        hours = int(STALE_AFTER.total_seconds() // 3600)
        raise Rejected(SettlementError.RATE_STALE, base=base, quote=quote, hours=hours)
    return row


def require_plausible(base: str, quote: str, rate: Decimal) -> None:
    """Refuse a rate far from the last one of the pair, recorded either way."""
    last = FxRate.objects.filter(base=base, quote=quote).order_by("-quoted_at").first()
    turned = FxRate.objects.filter(base=quote, quote=base).order_by("-quoted_at").first()
    for known in (last.rate if last else None, (1 / turned.rate) if turned else None):
        if known is not None and not known / FARTHEST <= rate <= known * FARTHEST:
            raise Rejected(SettlementError.RATE_ODD, field="rate", rate=rate.normalize(), last=known.quantize(PLACES))


def converted(minor: int, currency: str, into: str, rate: Decimal) -> int:
    """Minor units of ``into`` for ``minor`` of ``currency`` at ``rate`` units for one; half a unit to the even side."""
    value = Decimal(minor) * rate * Decimal(10) ** (exponent(into) - exponent(currency))
    return int(value.to_integral_value(rounding=ROUND_HALF_EVEN))


def position(currency: str) -> str:
    """Code of the account that holds our position in ``currency``."""
    return f"fx:{currency}"
