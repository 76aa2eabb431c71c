"""Ready-made catalog things for tests, built through the commands. Every argument has a default."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import count
from typing import Any

from kiwanda.core import actors
from kiwanda.core.actors import Actor, Role
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog import commands, queries
from kiwanda.factory.catalog.commands import MaterialSpec, OperationSpec
from kiwanda.factory.catalog.models import BenchmarkWage, Material, Operation, Style, Technique, TechPack, Variant

_numbers = count(1)

#: Anker / Global Living Wage Coalition 2023, KES cents a worker-month.
LIVING_URBAN_MINOR = 3_551_800
LIVING_RURAL_MINOR = 3_053_100
#: Above the floor of 3.42 KES a standard minute that those wages give.
RATE_PER_MINUTE_MINOR = Decimal(350)


def designer() -> Actor:
    return actors.staff(new_id(), Role.DESIGNER)


def merchandiser() -> Actor:
    return actors.staff(new_id(), Role.MERCHANDISER)


def impact_officer() -> Actor:
    return actors.staff(new_id(), Role.IMPACT_OFFICER)


def make_wages(valid_from: date = date(2023, 1, 1)) -> list[BenchmarkWage]:
    """The published living wages of Kenya; nothing is released without any."""
    source = "Anker/GLWC 2023"
    return [
        commands.set_benchmark_wage(
            actor=impact_officer(), kind="living", zone=zone, valid_from=valid_from, monthly_minor=minor, source=source
        )
        for zone, minor in (("urban", LIVING_URBAN_MINOR), ("rural", LIVING_RURAL_MINOR))
    ]


def make_technique(code: str = "bead", **names: str) -> Technique:
    """The technique ``code``, made when it is not there yet."""
    found = Technique.objects.filter(pk=code).first()
    if found is not None:
        return found
    names = {"name_en": code.capitalize(), "name_sw": code.capitalize()} | names
    return commands.create_technique(actor=designer(), code=code, **names)


def make_material(code: str = "brass", unit: str = "g", recycled_percent: int = 90, **more: Any) -> Material:
    """The material ``code``, made when it is not there yet."""
    found = Material.objects.filter(pk=code).first()
    if found is not None:
        return found
    names = {"name_en": code.capitalize(), "name_sw": code.capitalize()}
    return commands.create_material(
        actor=designer(), code=code, unit=unit, recycled_percent=recycled_percent, **names | more
    )


def operation_spec(code: str = "bead", technique: str | None = None, minutes: Any = 10, **more: Any) -> OperationSpec:
    """One operation; ``technique`` is the code's own when not given (and made), the rate just above the floor."""
    technique = make_technique(technique or code).code
    rate = (Decimal(str(minutes)) * RATE_PER_MINUTE_MINOR).to_integral_value(rounding=ROUND_CEILING)
    given: dict[str, Any] = {
        "name_en": code.capitalize(),
        "name_sw": code.capitalize(),
        "standard_minutes": Decimal(str(minutes)),
        "piece_rate_minor": int(rate),
        "min_lot": 1,
        "max_lot": 200,
    }
    return OperationSpec(code=code, technique=technique, **given | more)


def make_variant(style: Style | None = None, sku: str | None = None, **more: Any) -> Variant:
    """A variant of ``style``; without one, of a new released style."""
    if style is None:
        released = make_style(sku=sku, **more).variants.first()
        assert released is not None
        return released
    given: dict[str, Any] = {"name_en": f"{style.name_en} variant", "price_minor": 900, "currency": "USD"}
    return commands.add_variant(
        actor=merchandiser(), style_id=style.id, sku=sku or f"SKU-{next(_numbers)}", **given | more
    )


def make_style(
    code: str | None = None,
    *,
    operations: list[OperationSpec] | None = None,
    bill: list[MaterialSpec] | None = None,
    variants: int = 1,
    sku: str | None = None,
    released: bool = True,
    **more: Any,
) -> Style:
    """A style with variants and a tech pack, released unless asked otherwise.

    The default routing is one operation ``bead`` of ten minutes; the default bill 5 g of brass for its first
    operation. For a graph: ``operations=[operation_spec("cast"), operation_spec("bead"),
    operation_spec("assemble", after=["cast", "bead"])]``.
    """
    number = next(_numbers)
    style = commands.create_style(
        actor=designer(), code=code or f"STYLE-{number}", **{"name_en": f"Style {number}"} | more
    )
    for index in range(variants):
        make_variant(style, sku if index == 0 else None)
    operations = operations or [operation_spec()]
    if bill is None:
        bill = [MaterialSpec(make_material().code, operations[0].code, Decimal("5"))]
    pack = commands.draft_tech_pack(actor=designer(), style_id=style.id, operations=operations, bill=bill)
    if released:
        release(pack)
    style.refresh_from_db()
    return style


def release(tech_pack: TechPack) -> TechPack:
    """Release a draft, with the published wages in force."""
    if not BenchmarkWage.objects.exists():
        make_wages()
    return commands.release_tech_pack(actor=designer(), tech_pack_id=tech_pack.id)


def tech_pack_of(style: Style) -> TechPack:
    """The style's released revision."""
    found = queries.released_tech_pack(style.id)
    assert found is not None
    return found


def operations_of(style: Style) -> dict[str, Operation]:
    """Operations of the released revision by code, in topological order."""
    return {row.code: row for row in tech_pack_of(style).operations.order_by("sequence")}
