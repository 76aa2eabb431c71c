"""The catalog over HTTP. Parse, call, answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status

from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.catalog import commands, queries
from kiwanda.factory.catalog.commands import MaterialSpec, OperationSpec
from kiwanda.factory.catalog.http import caller, command_id, page
from kiwanda.factory.catalog.models import Material, Style, Technique, TechPack, Variant

router = Router(tags=["catalog"])


class TechniqueOut(Schema):
    code: str
    name_en: str
    name_sw: str


class MaterialOut(TechniqueOut):
    unit: str
    recycled_percent: int
    origin: str


class VariantOut(Schema):
    id: UUID
    style_id: UUID
    sku: str
    gtin: str
    name_en: str
    options: dict[str, str]
    price_minor: int
    currency: str
    weight_g: Decimal
    picture: str


class StyleOut(Schema):
    id: UUID
    code: str
    name_en: str
    name_sw: str
    description: str
    category: str
    picture: str
    state: str
    variants: list[VariantOut]


class OperationOut(Schema):
    id: UUID
    code: str
    sequence: int
    name_en: str
    name_sw: str
    technique_id: str
    standard_minutes: Decimal
    piece_rate_minor: int
    costs_minor: int
    currency: str
    min_lot: int
    max_lot: int
    after: list[str]

    @staticmethod
    def resolve_after(row: Any) -> list[str]:
        return sorted(source.code for source in row.after.all())


class BillOut(Schema):
    material_id: str
    operation_code: str
    quantity_per_piece: Decimal


class TechPackOut(Schema):
    id: UUID
    style_id: UUID
    revision: int
    state: str
    notes: str
    pictures: list[str]
    operations: list[OperationOut]
    bill_of_materials: list[BillOut]


class StyleIn(Schema):
    code: str
    name_en: str
    name_sw: str = ""
    description: str = ""
    category: str = ""
    picture: str = ""


class VariantIn(Schema):
    sku: str
    name_en: str
    price_minor: int
    currency: str
    gtin: str | None = None
    options: dict[str, str] = {}
    weight_g: Decimal = Decimal(0)
    picture: str = ""


class OperationIn(Schema):
    code: str
    name_en: str
    name_sw: str
    technique: str
    standard_minutes: Decimal
    piece_rate_minor: int
    currency: str = "KES"
    min_lot: int = 5
    max_lot: int = 200
    after: list[str] = []
    costs_minor: int = 0


class BillIn(Schema):
    material: str
    operation_code: str
    quantity_per_piece: Decimal


class TechPackIn(Schema):
    operations: list[OperationIn]
    bill: list[BillIn] = []
    notes: str = ""
    pictures: list[str] = []


class WageIn(Schema):
    kind: str
    zone: str
    grade: str = "general"
    valid_from: date
    monthly_minor: int
    currency: str = "KES"
    source: str


class WageOut(WageIn):
    pass


class BelowFloorOut(Schema):
    style_code: str
    operation_code: str
    piece_rate_minor: int
    floor_minor: int
    currency: str


@router.get("/techniques", response=list[TechniqueOut])
def list_techniques(request: HttpRequest) -> QuerySet[Technique]:
    """Every technique."""
    return Technique.objects.all()


@router.get("/materials", response=list[MaterialOut])
def list_materials(request: HttpRequest) -> QuerySet[Material]:
    """Every material."""
    return Material.objects.order_by("code")


@router.get("/styles", response=list[StyleOut])
def list_styles(request: HttpRequest, limit: int = 100, offset: int = 0) -> Any:
    """Styles with their variants, by code; at most 500 at a time."""
    return queries.styles(caller(request)).prefetch_related("variants")[page(limit, offset)]


@router.get("/styles/{style_id}", response=StyleOut)
def get_style(request: HttpRequest, style_id: UUID) -> Style:
    """One style."""
    return queries.style(caller(request), style_id)


@router.get("/styles/{style_id}/tech-packs", response=list[TechPackOut])
def list_tech_packs(request: HttpRequest, style_id: UUID) -> Any:
    """The style's revisions, oldest first."""
    style = queries.style(caller(request), style_id)
    rows = queries.tech_packs(caller(request)).filter(style=style).order_by("revision")
    return rows.prefetch_related("operations__after", "bill_of_materials")


@router.post("/styles", response={201: StyleOut})
def create_style(request: HttpRequest, body: StyleIn) -> Status[Style]:
    """Create a draft style."""
    return Status(
        201, commands.create_style(actor=caller(request), command_id=command_id(request), **body.dict())
    )


@router.post("/styles/{style_id}/variants", response={201: VariantOut})
def add_variant(request: HttpRequest, style_id: UUID, body: VariantIn) -> Status[Variant]:
    """Add a SKU; without a GTIN the factory issues its own."""
    return Status(
        201,
        commands.add_variant(
            actor=caller(request), command_id=command_id(request), style_id=style_id, **body.dict()
        ),
    )


@router.post("/styles/{style_id}/tech-packs", response={201: TechPackOut})
def draft_tech_pack(request: HttpRequest, style_id: UUID, body: TechPackIn) -> Status[TechPack]:
    """Draft the next revision."""
    return Status(
        201,
        commands.draft_tech_pack(
            actor=caller(request),
            command_id=command_id(request),
            style_id=style_id,
            operations=[OperationSpec(**operation.dict()) for operation in body.operations],
            bill=[MaterialSpec(**line.dict()) for line in body.bill],
            notes=body.notes,
            pictures=body.pictures,
        ),
    )


@router.post("/tech-packs/{tech_pack_id}/release", response=TechPackOut)
def release_tech_pack(request: HttpRequest, tech_pack_id: UUID) -> TechPack:
    """Release a draft; refused when an operation pays below the pay floor."""
    return commands.release_tech_pack(
        actor=caller(request), command_id=command_id(request), tech_pack_id=tech_pack_id
    )


@router.post("/benchmark-wages", response={201: WageOut})
def set_benchmark_wage(request: HttpRequest, body: WageIn) -> Status[Any]:
    """Record a dated monthly wage that piece rates are held against."""
    return Status(
        201, commands.set_benchmark_wage(actor=caller(request), command_id=command_id(request), **body.dict())
    )


@router.get("/rates-below-floor", response=list[BelowFloorOut])
def list_rates_below_floor(request: HttpRequest, on: date) -> list[dict[str, Any]]:
    """Operations in use whose rate is under the floor of a day. Staff only."""
    if not caller(request).is_staff:
        raise NotFound(CoreError.NOT_FOUND, what="page")
    return [
        {
            "style_code": row.operation.tech_pack.style.code,
            "operation_code": row.operation.code,
            "piece_rate_minor": row.operation.piece_rate_minor,
            "floor_minor": row.floor_minor,
            "currency": row.operation.currency,
        }
        for row in queries.rates_below_floor(on)
    ]
