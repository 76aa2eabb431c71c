"""A workshop says how far it is."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import rows
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.production import queries
from kiwanda.factory.production.errors import ProductionError
from kiwanda.factory.production.events import ProgressReported
from kiwanda.factory.production.models import ProgressReport


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def report_progress(
    ctx: Context, *, work_order_id: UUID, made_quantity: int, correction: bool = False, note: str = "", photo: str = ""
) -> ProgressReport:
    """``made_quantity`` pieces are made so far, of the whole work order (absolute: a report sent twice does no harm).

    The count never falls unless it is marked a ``correction``, and never below what is already handed in.
    An operation that builds on others makes no more pieces than it was given parts for.
    """
    require_range("made_quantity", made_quantity, 0, 1_000_000)
    work_order = queries.work_order(ctx.actor, work_order_id)
    require_live(work_order)
    if made_quantity > work_order.most_quantity:
        raise Invalid(ProductionError.TOO_MANY_MADE, field="made_quantity", quantity=work_order.most_quantity,
                      made=made_quantity)
    if made_quantity < work_order.made_quantity and not correction:
        raise Rejected(ProductionError.COUNT_WENT_DOWN, field="made_quantity", made=work_order.made_quantity)
    if made_quantity < work_order.handed_in_quantity:
        raise Rejected(ProductionError.BELOW_HANDED_IN, field="made_quantity", handed_in=work_order.handed_in_quantity)
    if made_quantity > work_order.made_quantity:
        sets = queries.sets_given(work_order)
        if sets is not None and made_quantity > sets:
            raise Rejected(ProductionError.PARTS_MISSING, field="made_quantity", sets=sets)
    return record_progress(
        ctx, work_order, made_quantity, correction=made_quantity < work_order.made_quantity,
        note=fields.text("note", note, 200, required=False), photo=fields.picture("photo", photo),
    )


def require_live(work_order: WorkOrder) -> None:
    """Refuse when the work order is done or cancelled."""
    if work_order.state not in LIVE_WORK_ORDERS:
        raise Rejected(ProductionError.WORK_CLOSED, code=work_order.code)


def record_progress(
    ctx: Context,
    work_order: WorkOrder,
    made_quantity: int,
    *,
    correction: bool = False,
    note: str = "",
    photo: str = "",
) -> ProgressReport:
    """Write the report and tell it; dispatch sets the work order's counter by the event."""
    report = ProgressReport(
        work_order=work_order, made_quantity=made_quantity, correction=correction, note=note, photo=photo,
        reported_at=ctx.now,
    )
    rows.insert(report)
    ctx.emit(
        ProgressReported(
            work_order_id=work_order.pk,
            production_order_id=work_order.production_order_id,
            operation_id=work_order.operation_id,
            workshop_id=work_order.workshop_id,
            made_quantity=made_quantity,
            correction=correction,
        )
    )
    return report
