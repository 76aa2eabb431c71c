"""Supply over HTTP. Parse, call, answer. Quantities are decimals in the material's unit."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from kiwanda.factory.catalog.http import caller, command_id, page
from kiwanda.factory.supply import commands, queries
from kiwanda.factory.supply.models import Issue, MaterialLot, StockMovement

router = Router(tags=["supply"])


class LotOut(Schema):
    id: UUID
    code: str
    material_id: str
    hub_id: UUID
    supplier_ref: str
    receipt_ref: str
    assay_ref: str
    recycled_percent: int
    received_quantity: Decimal
    remaining: Decimal
    unit_cost_minor: int
    currency: str
    received_at: datetime


class IssueOut(Schema):
    id: UUID
    lot_id: UUID
    work_order_id: UUID
    quantity: Decimal
    received_quantity: Decimal | None
    state: str
    issued_at: datetime
    confirmed_at: datetime | None


class MovementOut(Schema):
    id: UUID
    lot_id: UUID
    kind: str
    quantity: Decimal
    at: datetime


class StockOut(Schema):
    material: str
    hub: str
    remaining: Decimal


class LotIn(Schema):
    code: str
    material: str
    hub_code: str
    supplier_ref: str
    quantity: Decimal
    receipt_ref: str = ""
    assay_ref: str = ""
    recycled_percent: int = 0
    unit_cost_minor: int = 0
    currency: str = "KES"


class ReceivedIn(Schema):
    received_quantity: Decimal


class ReturnIn(Schema):
    quantity: Decimal
    note: str = ""


class CountIn(Schema):
    counted: Decimal
    note: str
    scrapped: bool = False


@router.get("/stock", response=list[StockOut])
def stock(request: HttpRequest) -> list[dict[str, Any]]:
    """What lies in the stores, by material and hub."""
    rows = queries.stock(caller(request))
    return [{"material": material, "hub": hub, "remaining": remaining} for material, hub, remaining in rows]


@router.get("/lots", response=list[LotOut])
def lots(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[MaterialLot]:
    """Lots, newest first."""
    return list(queries.lots(caller(request))[page(limit, offset)])


@router.post("/lots", response=LotOut)
def receive_material_lot(request: HttpRequest, body: LotIn) -> MaterialLot:
    """Take in a delivery with its evidence."""
    return commands.receive_material_lot(actor=caller(request), command_id=command_id(request), **body.dict())


@router.post("/lots/{lot_id}/count", response=LotOut)
def adjust_stock(request: HttpRequest, lot_id: UUID, body: CountIn) -> MaterialLot:
    """Bring a lot in line with what was counted."""
    return commands.adjust_stock(
        actor=caller(request), command_id=command_id(request), lot_id=lot_id, **body.dict()
    )


@router.get("/issues", response=list[IssueOut])
def issues(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[Issue]:
    """Material given to work orders, newest first; an artisan sees her own workshop's."""
    return list(queries.issues(caller(request))[page(limit, offset)])


@router.post("/work-orders/{work_order_id}/issue", response=list[IssueOut])
def issue_material(request: HttpRequest, work_order_id: UUID) -> list[Issue]:
    """Give a work order its kit."""
    return commands.issue_material(
        actor=caller(request), command_id=command_id(request), work_order_id=work_order_id
    )


@router.post("/issues/{issue_id}/confirm", response=IssueOut)
def confirm_material(request: HttpRequest, issue_id: UUID, body: ReceivedIn) -> Issue:
    """Say how much arrived."""
    return commands.confirm_material(
        actor=caller(request), command_id=command_id(request), issue_id=issue_id, **body.dict()
    )


@router.post("/issues/{issue_id}/return", response=MovementOut)
def return_material(request: HttpRequest, issue_id: UUID, body: ReturnIn) -> StockMovement:
    """Take unused material back."""
    return commands.return_material(
        actor=caller(request), command_id=command_id(request), issue_id=issue_id, **body.dict()
    )
