"""Production over HTTP. Parse, call, answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from kiwanda.factory.catalog.http import caller, command_id, page
from kiwanda.factory.production import commands, queries
from kiwanda.factory.production.models import ComponentIssue, HandIn, ProgressReport

router = Router(tags=["production"])


class ProgressOut(Schema):
    id: UUID
    work_order_id: UUID
    made_quantity: int
    correction: bool
    note: str
    photo: str
    reported_at: datetime


class HandInOut(Schema):
    id: UUID
    work_order_id: UUID
    quantity: int
    is_rework: bool
    hub_id: UUID
    to_work_order_id: UUID | None
    state: str
    declared_at: datetime
    received_quantity: int | None
    received_at: datetime | None
    accepted_quantity: int
    issued_quantity: int
    note: str
    photo: str


class ComponentIssueOut(Schema):
    id: UUID
    hand_in_id: UUID
    work_order_id: UUID
    quantity: int
    issued_at: datetime


class ProgressIn(Schema):
    made_quantity: int
    correction: bool = False
    note: str = ""
    photo: str = ""


class HandInIn(Schema):
    quantity: int
    is_rework: bool = False
    hub_code: str | None = None
    to_work_order_id: UUID | None = None
    photo: str = ""


class CountedIn(Schema):
    counted: int


class SettledIn(Schema):
    quantity: int
    note: str


@router.get("/work-orders/{work_order_id}/progress", response=list[ProgressOut])
def progress(request: HttpRequest, work_order_id: UUID, limit: int = 100, offset: int = 0) -> list[ProgressReport]:
    """Reports on one work order, newest first."""
    rows = queries.progress_reports(caller(request)).filter(work_order_id=work_order_id)
    return list(rows[page(limit, offset)])


@router.post("/work-orders/{work_order_id}/progress", response=ProgressOut)
def report_progress(request: HttpRequest, work_order_id: UUID, body: ProgressIn) -> ProgressReport:
    """Say how many pieces are made so far."""
    return commands.report_progress(
        actor=caller(request), command_id=command_id(request), work_order_id=work_order_id, **body.dict()
    )


@router.post("/work-orders/{work_order_id}/hand-ins", response=HandInOut)
def hand_in(request: HttpRequest, work_order_id: UUID, body: HandInIn) -> HandIn:
    """Declare pieces handed in to a hub or to the next workshop."""
    return commands.hand_in(
        actor=caller(request), command_id=command_id(request), work_order_id=work_order_id, **body.dict()
    )


@router.post("/work-orders/{work_order_id}/components", response=list[ComponentIssueOut])
def issue_components(request: HttpRequest, work_order_id: UUID) -> list[ComponentIssue]:
    """Pass waiting parts on to a work order."""
    return commands.issue_components(
        actor=caller(request), command_id=command_id(request), work_order_id=work_order_id
    )


@router.get("/hand-ins", response=list[HandInOut])
def hand_ins(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[HandIn]:
    """Hand-ins somebody has to count or settle, oldest first."""
    return list(queries.waiting_at_hubs(caller(request))[page(limit, offset)])


@router.post("/hand-ins/{hand_in_id}/receive", response=HandInOut)
def receive_hand_in(request: HttpRequest, hand_in_id: UUID, body: CountedIn) -> HandIn:
    """Count what arrived."""
    return commands.receive_hand_in(
        actor=caller(request), command_id=command_id(request), hand_in_id=hand_in_id, counted=body.counted
    )


@router.post("/hand-ins/{hand_in_id}/settle", response=HandInOut)
def settle_discrepancy(request: HttpRequest, hand_in_id: UUID, body: SettledIn) -> HandIn:
    """Settle two counts that differ."""
    return commands.settle_discrepancy(
        actor=caller(request), command_id=command_id(request), hand_in_id=hand_in_id, **body.dict()
    )
