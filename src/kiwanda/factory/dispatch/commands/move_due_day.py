"""Accepted work gets more time."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import DUE_REASONS, LIVE_WORK_ORDERS
from kiwanda.factory.dispatch.work import move_due

#: No work is given more days than this from today.
LONGEST_DAYS = 180


@command(roles={Role.COORDINATOR})
def move_due_day(ctx: Context, *, work_order_id: UUID, due_on: date, reason: str) -> WorkOrder:
    """Make live work due on a later day; the workshop is told with the reason. Never earlier: that it would have to
    agree to.

    Where parts or material come late the house moves the day by itself (:mod:`kiwanda.factory.production.due_days`).
    """
    if not isinstance(reason, str) or reason not in DUE_REASONS:
        raise Invalid(DispatchError.UNKNOWN_REASON, field="reason", known=", ".join(DUE_REASONS))
    row = queries.work_order(ctx.actor, work_order_id, lock=True)
    if row.state not in LIVE_WORK_ORDERS:
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    latest = ctx.today + timedelta(days=LONGEST_DAYS)
    if not isinstance(due_on, date) or not max(row.due_on, ctx.today) < due_on <= latest:
        raise Invalid(
            DispatchError.COUNTER_DATE, field="due_on", due_on=max(row.due_on, ctx.today).isoformat(),
            latest=latest.isoformat(),
        )
    move_due(ctx, row, due_on, reason)
    return row
