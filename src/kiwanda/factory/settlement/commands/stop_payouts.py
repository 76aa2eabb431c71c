"""The switch by which everything that has not left stays."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.settlement import rules
from kiwanda.factory.settlement.events import PaySwitched


@command(roles={Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.ADMINISTRATOR}, separate=True)
def stop_payouts(ctx: Context, *, reason: str) -> bool:
    """Nothing is approved or sent from now on; one person is enough. What has left is still asked about."""
    why = fields.text("reason", reason, 200)
    row = rules.current(lock=True)
    if not row.sending:
        raise Rejected(CoreError.WRONG_STATE, state="stopped")
    row.sending, row.stopped_reason, row.stopped_at, row.stopped_by = False, why, ctx.now, ctx.actor.id
    row.save()
    ctx.emit(PaySwitched(pay_rules_id=rules.RULES_ID, sending=False, frozen=False, reason=why))
    return False
