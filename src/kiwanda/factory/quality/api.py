"""Quality over HTTP. Parse, call, answer."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from kiwanda.factory.catalog.http import caller, command_id, page
from kiwanda.factory.production.api import HandInOut
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality import commands, queries
from kiwanda.factory.quality.commands import DefectSpec
from kiwanda.factory.quality.models import Appeal, DefectCode, Inspection, Rework

router = Router(tags=["quality"])


class DefectCodeOut(Schema):
    code: str
    name_en: str
    name_sw: str
    severity: str


class InspectionOut(Schema):
    id: UUID
    hand_in_id: UUID
    work_order_id: UUID
    quantity: int
    accepted_quantity: int
    rework_quantity: int
    rejected_quantity: int
    note: str
    inspected_at: datetime


class ReworkOut(Schema):
    id: UUID
    inspection_id: UUID
    work_order_id: UUID
    quantity: int
    returned_quantity: int
    due_on: date
    state: str


class AppealOut(Schema):
    id: UUID
    inspection_id: UUID
    reason: str
    photo: str
    state: str
    filed_at: datetime
    decided_at: datetime | None
    granted_quantity: int
    decision: str


class DefectIn(Schema):
    code: str
    quantity: int
    photo: str = ""


class InspectionIn(Schema):
    accepted: int
    rework: int = 0
    rejected: int = 0
    defects: list[DefectIn] = []
    note: str = ""


class AppealIn(Schema):
    reason: str
    photo: str = ""


class DecisionIn(Schema):
    granted_quantity: int
    decision: str


@router.get("/defect-codes", response=list[DefectCodeOut])
def defect_codes(request: HttpRequest) -> list[DefectCode]:
    """The named defects."""
    return list(queries.defect_codes())


@router.post("/defect-codes", response=DefectCodeOut)
def create_defect_code(request: HttpRequest, body: DefectCodeOut) -> DefectCode:
    return commands.create_defect_code(actor=caller(request), command_id=command_id(request), **body.dict())


@router.get("/waiting", response=list[HandInOut])
def hand_ins_to_inspect(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[HandIn]:
    """Received hand-ins without a verdict, longest waiting first."""
    return list(queries.hand_ins_to_inspect(caller(request))[page(limit, offset)])


@router.get("/inspections", response=list[InspectionOut])
def inspections(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[Inspection]:
    """Verdicts, newest first; an artisan reads those on her own workshop's pieces."""
    return list(queries.inspections(caller(request))[page(limit, offset)])


@router.post("/hand-ins/{hand_in_id}/inspect", response=InspectionOut)
def record_inspection(request: HttpRequest, hand_in_id: UUID, body: InspectionIn) -> Inspection:
    """Judge every received piece of a hand-in."""
    return commands.record_inspection(
        actor=caller(request), command_id=command_id(request), hand_in_id=hand_in_id, accepted=body.accepted,
        rework=body.rework, rejected=body.rejected, note=body.note,
        defects=[DefectSpec(item.code, item.quantity, item.photo) for item in body.defects],
    )


@router.get("/reworks", response=list[ReworkOut])
def reworks(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[Rework]:
    """Pieces out for mending, soonest due first."""
    return list(queries.reworks(caller(request)).filter(state="open")[page(limit, offset)])


@router.get("/appeals", response=list[AppealOut])
def appeals(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[Appeal]:
    """Appeals waiting for a decision, oldest first."""
    return list(queries.appeals(caller(request)).filter(state="open")[page(limit, offset)])


@router.post("/inspections/{inspection_id}/appeal", response=AppealOut)
def file_appeal(request: HttpRequest, inspection_id: UUID, body: AppealIn) -> Appeal:
    """Object to the rejected pieces of a verdict."""
    return commands.file_appeal(
        actor=caller(request), command_id=command_id(request), inspection_id=inspection_id, **body.dict()
    )


@router.post("/appeals/{appeal_id}/decide", response=AppealOut)
def decide_appeal(request: HttpRequest, appeal_id: UUID, body: DecisionIn) -> Appeal:
    """Decide an appeal, as another inspector than the first."""
    return commands.decide_appeal(
        actor=caller(request), command_id=command_id(request), appeal_id=appeal_id, **body.dict()
    )
