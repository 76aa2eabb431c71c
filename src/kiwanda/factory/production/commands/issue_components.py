"""Give a work order the parts it builds on."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.production import components, queries
from kiwanda.factory.production.commands.report_progress import require_live
from kiwanda.factory.production.models import ComponentIssue


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def issue_components(ctx: Context, *, work_order_id: UUID) -> list[ComponentIssue]:
    """Pass accepted, unissued pieces of every predecessor operation to this work order, as far as they are there.

    Those sent straight to it first, then its hub's, then the others, oldest first; never more than its quantity of
    each. An empty list means that nothing waits (or that the operation needs no parts): give the command again later.
    """
    work_order = queries.work_order(ctx.actor, work_order_id)
    require_live(work_order)
    return components.issue(ctx, work_order)
