from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from decimal import Decimal
from uuid import UUID

from django.db.models import Max

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, require_range
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields, queries
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import TechPackDrafted
from kiwanda.factory.catalog.models import BillOfMaterialsLine, Material, Operation, Style, Technique, TechPack
from kiwanda.factory.catalog.routing import topological

LARGEST_LOT = 100_000


@dataclass(frozen=True, slots=True)
class OperationSpec:
    """One step of a routing. ``technique`` and ``after`` are codes; minutes and money are for one good piece.

    ``costs_minor``: tools, energy, material the maker buys herself and on-costs, which the rate must cover above the
    labour floor.
    """

    code: str
    name_en: str
    name_sw: str
    technique: str
    standard_minutes: Decimal | float | str
    piece_rate_minor: int
    currency: str = "KES"
    min_lot: int = 5
    max_lot: int = 200
    after: list[str] = with_default(default_factory=list)
    costs_minor: int = 0


@dataclass(frozen=True, slots=True)
class MaterialSpec:
    """Material for one good piece, in the material's unit, yield losses included."""

    material: str
    operation_code: str
    quantity_per_piece: Decimal | float | str


@command(roles={Role.DESIGNER})
def draft_tech_pack(
    ctx: Context,
    *,
    style_id: UUID,
    operations: list[OperationSpec],
    bill: list[MaterialSpec] | None = None,
    notes: str = "",
    pictures: list[str] | None = None,
) -> TechPack:
    """A new revision of how a style is made: its routing (a graph that ends in one operation) and materials."""
    style = queries.style(ctx.actor, style_id)
    # Revisions of one style are numbered one after the other, so their drafts wait for each other.
    Style.objects.select_for_update(no_key=True).get(pk=style.pk)
    order = _checked_routing(operations)
    newest = TechPack.objects.filter(style=style).aggregate(newest=Max("revision"))["newest"] or 0
    tech_pack = TechPack.objects.create(
        style=style,
        revision=newest + 1,
        notes=fields.text("notes", notes, 10_000, required=False),
        pictures=fields.pictures("pictures", pictures or []),
        created_at=ctx.now,
    )
    _store_routing(tech_pack, operations, order)
    _store_bill(tech_pack, bill or [], set(order))
    ctx.emit(TechPackDrafted(style_id=style.id, tech_pack_id=tech_pack.id, revision=tech_pack.revision))
    return tech_pack


def _checked_routing(operations: Sequence[OperationSpec]) -> list[str]:
    if not operations:
        raise Invalid(CatalogError.NO_OPERATIONS, field="operations")
    after: dict[str, list[str]] = {}
    for spec in operations:
        code = fields.code("operations.code", spec.code, 30)
        if code in after:
            raise Invalid(CatalogError.OPERATION_TWICE, field="operations.code", code=code)
        after[code] = [fields.code("operations.after", source, 30) for source in spec.after]
    return topological(after)


def _store_routing(tech_pack: TechPack, specs: Sequence[OperationSpec], order: list[str]) -> None:
    wanted = {fields.code("operations.technique", spec.technique, 30) for spec in specs}
    known = set(Technique.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    sequence = {code: index for index, code in enumerate(order, start=1)}
    rows: dict[str, Operation] = {}
    for spec in specs:
        if spec.technique not in known:
            raise Invalid(CatalogError.UNKNOWN_TECHNIQUE, field="operations.technique", code=spec.technique)
        min_lot = require_range("operations.min_lot", spec.min_lot, 1, LARGEST_LOT)
        max_lot = require_range("operations.max_lot", spec.max_lot, 1, LARGEST_LOT)
        if max_lot < min_lot:
            raise Invalid(CatalogError.LOT_RANGE, field="operations.max_lot", code=spec.code)
        rows[spec.code] = Operation(
            tech_pack=tech_pack,
            code=spec.code,
            sequence=sequence[spec.code],
            name_en=fields.text("operations.name_en", spec.name_en, 120),
            name_sw=fields.text("operations.name_sw", spec.name_sw, 120),
            technique_id=spec.technique,
            standard_minutes=fields.decimal("operations.standard_minutes", spec.standard_minutes, "0.01", "99999", 2),
            piece_rate_minor=require_range("operations.piece_rate_minor", spec.piece_rate_minor, 1, LARGEST_MINOR),
            currency=fields.currency("operations.currency", spec.currency),
            costs_minor=require_range("operations.costs_minor", spec.costs_minor, 0, LARGEST_MINOR),
            min_lot=min_lot,
            max_lot=max_lot,
        )
    Operation.objects.bulk_create(sorted(rows.values(), key=lambda row: row.sequence))
    edges = Operation.after.through
    edges.objects.bulk_create(
        [
            edges(from_operation_id=rows[spec.code].id, to_operation_id=rows[source].id)
            for spec in specs
            for source in dict.fromkeys(spec.after)
        ]
    )


def _store_bill(tech_pack: TechPack, bill: Sequence[MaterialSpec], operation_codes: set[str]) -> None:
    wanted = {fields.code("bill.material", line.material, 40) for line in bill}
    known = set(Material.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    seen: set[tuple[str, str]] = set()
    rows = []
    for line in bill:
        if line.material not in known:
            raise Invalid(CatalogError.UNKNOWN_MATERIAL, field="bill.material", code=line.material)
        operation_code = fields.code("bill.operation_code", line.operation_code, 30)
        if operation_code not in operation_codes:
            raise Invalid(CatalogError.BILL_OPERATION, field="bill.operation_code", code=operation_code)
        if (line.material, line.operation_code) in seen:
            raise Invalid(
                CatalogError.BILL_TWICE, field="bill", material=line.material, code=line.operation_code
            )
        seen.add((line.material, line.operation_code))
        rows.append(
            BillOfMaterialsLine(
                tech_pack=tech_pack,
                material_id=line.material,
                operation_code=line.operation_code,
                quantity_per_piece=fields.decimal(
                    "bill.quantity_per_piece", line.quantity_per_piece, "0.0001", "9999999", 4
                ),
            )
        )
    BillOfMaterialsLine.objects.bulk_create(rows)
