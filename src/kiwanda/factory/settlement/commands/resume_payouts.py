"""Let payments go on."""

from __future__ import annotations

from kiwanda import ports
from kiwanda.core import jobs
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.settlement import reconciling, rules
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import PaySwitched
from kiwanda.factory.settlement.models import RailStatement


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def resume_payouts(ctx: Context, *, note: str) -> bool:
    """Another person than the one who stopped them lets payments go on.

    After a restored backup only when a statement was brought in since and every payment on it is accounted for.
    """
    why = fields.text("note", note, 200)
    row = rules.current(lock=True)
    if row.sending:
        raise Rejected(CoreError.WRONG_STATE, state="sending")
    if ctx.actor.id is None or ctx.actor.id == row.stopped_by:
        raise Rejected(SettlementError.STOPPER_RESUMES)
    if row.frozen_at is not None:
        rail = ports.bound("payments")
        if rail.capabilities.statements and not _reconciled(ctx, rail.name, row.frozen_at):
            raise Rejected(SettlementError.NOT_RECONCILED)
        rules.forget_marker()
    row.sending, row.stopped_reason, row.frozen_at, row.marked = True, "", None, False
    row.save()
    ctx.emit(PaySwitched(pay_rules_id=rules.RULES_ID, sending=True, frozen=False, reason=why))
    jobs.enqueue("settlement.send_ready_payouts")
    return True


def _reconciled(ctx: Context, rail: str, since: object) -> bool:
    if not RailStatement.objects.filter(rail=rail, imported_at__gte=since).exists():
        return False
    found = reconciling.reconcile(ctx.actor, rail)
    return not any(item.kind is reconciling.Kind.NOT_OURS for item in found.differences)
