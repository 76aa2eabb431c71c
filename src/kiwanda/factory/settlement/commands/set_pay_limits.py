"""How much may leave at once, in a batch and in a day."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import require_range
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.settlement import rules
from kiwanda.factory.settlement.events import PayLimitsSet


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def set_pay_limits(
    ctx: Context, *, payout_minor: int | None = None, batch_minor: int | None = None, day_minor: int | None = None
) -> bool:
    """Set all three limits, minor units of the rail's currency; None: no limit. They hold for what is approved next."""
    for field, value in (("payout_minor", payout_minor), ("batch_minor", batch_minor), ("day_minor", day_minor)):
        if value is not None:
            require_range(field, value, 1, LARGEST_MINOR)
    row = rules.current(lock=True)
    row.payout_limit_minor, row.batch_limit_minor, row.day_limit_minor = payout_minor, batch_minor, day_minor
    row.save()
    ctx.emit(
        PayLimitsSet(
            pay_rules_id=rules.RULES_ID, payout_limit_minor=payout_minor, batch_limit_minor=batch_minor,
            day_limit_minor=day_minor,
        )
    )
    return True
