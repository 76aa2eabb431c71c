"""The database turned out to be an older copy of itself."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.settlement import rules
from kiwanda.factory.settlement.events import PaySwitched

REASON = "This database is older than what was sent (a restored backup?)."


@command(roles={Role.SYSTEM})
def freeze_payouts(ctx: Context) -> bool:
    """Stop sending until people have reconciled; the same again changes nothing."""
    row = rules.current(lock=True)
    if row.frozen_at is None:
        row.sending, row.stopped_reason, row.stopped_at, row.stopped_by = False, REASON, ctx.now, None
        row.frozen_at = ctx.now
        row.save()
        ctx.emit(PaySwitched(pay_rules_id=rules.RULES_ID, sending=False, frozen=True, reason=REASON))
    return False
