"""Give a buyer a date for a line."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected, require_range
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.events import LinePromised
from kiwanda.factory.demand.models import Promise

BASES = ("requested", "planned", "manual", "engine")


@command(roles={Role.MERCHANDISER, Role.COORDINATOR, Role.SYSTEM})
def promise_line(
    ctx: Context, *, line_id: UUID, promised_on: date, confidence_percent: int | None = None, basis: str = "manual"
) -> Promise:
    """Record a promise; the latest counts, the earlier ones are kept. The same promise again changes nothing."""
    line = queries.lines(ctx.actor).select_for_update().filter(pk=line_id).first()
    if line is None:
        raise NotFound(CoreError.NOT_FOUND, what="order line")
    if line.state not in ("open", "in_production", "unmapped"):
        raise Rejected(CoreError.WRONG_STATE, state=line.state)
    if basis not in BASES:
        raise Invalid(CoreError.MALFORMED, field="basis", reason=f"one of {', '.join(BASES)}")
    if confidence_percent is not None:
        require_range("confidence_percent", confidence_percent, 1, 100)
    if basis == "manual" and promised_on < ctx.today:
        raise Invalid(DemandError.PROMISE_IN_THE_PAST, field="promised_on", promised_on=promised_on)
    latest = queries.latest_promises([line.pk]).get(line.pk)
    said = (promised_on, confidence_percent, basis)
    if latest is not None and (latest.promised_on, latest.confidence_percent, latest.basis) == said:
        return latest
    promise = Promise.objects.create(
        line=line, promised_on=promised_on, confidence_percent=confidence_percent, basis=basis, made_at=ctx.now
    )
    ctx.emit(
        LinePromised(
            line_id=line.pk,
            order_id=line.order_id,
            promised_on=promised_on,
            confidence_percent=confidence_percent,
            basis=basis,
        )
    )
    return promise
