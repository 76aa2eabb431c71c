"""An inspector judges a received hand-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kiwanda.core import rows
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.production import queries as production
from kiwanda.factory.production.routing import is_last
from kiwanda.factory.quality.errors import QualityError
from kiwanda.factory.quality.events import InspectionRecorded
from kiwanda.factory.quality.models import Defect, DefectCode, Inspection, Rework

#: Days a workshop has for mending, where the work order's own due day is nearer.
REWORK_DAYS = 4


@dataclass(frozen=True, slots=True)
class DefectSpec:
    """``quantity`` pieces failed for the defect ``code``; ``photo`` is the SHA-256 of a stored picture."""

    code: str
    quantity: int
    photo: str = ""


@command(roles={Role.INSPECTOR})
def record_inspection(
    ctx: Context,
    *,
    hand_in_id: UUID,
    accepted: int,
    rework: int = 0,
    rejected: int = 0,
    defects: Sequence[DefectSpec] = (),
    note: str = "",
) -> Inspection:
    """Judge every received piece: ``accepted``, back for ``rework``, or ``rejected``.

    Pieces that are not accepted need at least one defect; each failed piece is named under one defect at most.
    Earnings, counters and serials follow in the same transaction.
    """
    for field, value in (("accepted", accepted), ("rework", rework), ("rejected", rejected)):
        require_range(field, value, 0, 1_000_000)
    hand_in = production.hand_in(production.hand_ins(ctx.actor), hand_in_id)
    if hand_in.state != "received":
        raise Rejected(CoreError.WRONG_STATE, state=hand_in.state)
    judged = accepted + rework + rejected
    if judged != hand_in.received_quantity:
        raise Invalid(QualityError.PIECES_DO_NOT_ADD_UP, field="accepted", received=hand_in.received_quantity,
                      judged=judged)
    if rework + rejected or defects:
        check_defects(defects, rework + rejected)
    work_order = hand_in.work_order
    inspection = Inspection(
        hand_in=hand_in, work_order=work_order, inspector_id=ctx.actor.id, quantity=judged, accepted_quantity=accepted,
        rework_quantity=rework, rejected_quantity=rejected, note=fields.text("note", note, 300, required=False),
        inspected_at=ctx.now,
    )
    rows.insert(inspection)
    if defects:
        rows.insert_many(
            [Defect(inspection=inspection, code_id=d.code, quantity=d.quantity, photo=d.photo) for d in defects]
        )
    # Closed work has nobody to mend it: its pieces were written off when it was closed and stay so.
    if rework and work_order.state in LIVE_WORK_ORDERS:
        due_on = max(work_order.due_on, ctx.today + timedelta(days=REWORK_DAYS))
        rows.insert(Rework(inspection=inspection, work_order=work_order, quantity=rework, due_on=due_on))
    ctx.emit(
        InspectionRecorded(
            inspection_id=inspection.pk,
            hand_in_id=hand_in.pk,
            work_order_id=work_order.pk,
            production_order_id=work_order.production_order_id,
            operation_id=work_order.operation_id,
            workshop_id=work_order.workshop_id,
            hub_id=hand_in.hub_id,
            quantity=judged,
            accepted_quantity=accepted,
            rework_quantity=rework,
            rejected_quantity=rejected,
            is_rework=hand_in.is_rework,
            piece_rate_minor=work_order.piece_rate_minor,
            currency=work_order.currency,
            is_last_operation=is_last(work_order.operation_id),
        )
    )
    return inspection


def check_defects(defects: Sequence[DefectSpec], failed: int) -> None:
    """Refuse defects that name unknown codes, missing photos or more pieces than ``failed``; one is needed at least."""
    if not defects:
        raise Invalid(QualityError.REASON_MISSING, field="defects")
    named: set[str] = set()
    for defect in defects:
        require_range("quantity", defect.quantity, 1, 1_000_000)
        if defect.code in named:
            raise Invalid(QualityError.DEFECT_TWICE, field="defects", code=defect.code)
        named.add(defect.code)
    total = sum(defect.quantity for defect in defects)
    if total > failed:
        raise Invalid(QualityError.TOO_MANY_DEFECTS, field="defects", defects=total, failed=failed)
    known = set(DefectCode.objects.filter(pk__in=named, state="active").values_list("pk", flat=True))
    for code in sorted(named - known):
        raise Invalid(QualityError.UNKNOWN_DEFECT, field="defects", code=code)
    fields.pictures("photo", [defect.photo for defect in defects if defect.photo])
