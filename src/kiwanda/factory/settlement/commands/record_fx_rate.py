"""Note what one currency is worth in another."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid
from kiwanda.factory.catalog import fields
from kiwanda.factory.settlement import fx
from kiwanda.factory.settlement.events import FxRateRecorded
from kiwanda.factory.settlement.models import FxRate


@command(roles={Role.FINANCE_MAKER}, separate=True)
def record_fx_rate(
    ctx: Context, *, base: str, quote: str, rate: Decimal, source: str, quoted_at: datetime, sure: bool = False
) -> FxRate:
    """``rate`` units of ``quote`` for one ``base``, from ``source`` at ``quoted_at``.

    One that is far from the last (a slip, or the wrong way round) is refused unless the caller is ``sure``.
    """
    base, quote = fields.currency("base", base), fields.currency("quote", quote)
    value = fields.decimal("rate", rate, "0.00000001", "1000000", 8)
    where = fields.text("source", source, 60)
    if base == quote:
        raise Invalid(CoreError.MALFORMED, field="quote", reason="two currencies are needed")
    if not isinstance(quoted_at, datetime) or quoted_at.tzinfo is None or quoted_at > ctx.now:
        raise Invalid(CoreError.MALFORMED, field="quoted_at", reason="a past moment with its time zone is expected")
    if not sure:
        fx.require_plausible(base, quote, value)
    row, _ = FxRate.objects.get_or_create(
        base=base, quote=quote, quoted_at=quoted_at,
        defaults={"rate": value, "source": where, "recorded_by": ctx.actor.id},
    )
    ctx.emit(FxRateRecorded(fx_rate_id=row.pk, base=base, quote=quote, rate=str(row.rate), source=row.source))
    return row
