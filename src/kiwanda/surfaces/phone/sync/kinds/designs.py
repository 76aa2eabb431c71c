"""What rows say of a design: names, the tech pack's steps, materials. Released designs never change, so each process
remembers what it read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from kiwanda.factory.catalog.models import Material, Operation, TechPack, Variant
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.supply.models import MaterialLot
from kiwanda.factory.supply.queries import kit
from kiwanda.surfaces.phone.sync.viewing import Viewer


@dataclass(frozen=True, slots=True)
class Step:
    """An operation as a phone shows it; ``minutes`` are those of one piece."""

    en: str
    sw: str
    technique: str
    minutes: Decimal
    tech_pack_id: UUID


@lru_cache(maxsize=4096)
def operation(operation_id: UUID) -> Step:
    row = Operation.objects.only("name_en", "name_sw", "technique_id", "standard_minutes", "tech_pack_id").get(
        pk=operation_id
    )
    return Step(row.name_en, row.name_sw, row.technique_id, row.standard_minutes, row.tech_pack_id)


@lru_cache(maxsize=1024)
def instructions(tech_pack_id: UUID) -> tuple[tuple[str, str], ...]:
    """``(text, picture)``: the points of the pack's notes, its pictures beside the first ones."""
    pack = TechPack.objects.only("notes", "pictures").get(pk=tech_pack_id)
    points = [line.strip().lstrip("•-* ").strip() for line in pack.notes.splitlines()]
    points = [point for point in points if point]
    pictures = list(pack.pictures)
    width = max(len(points), len(pictures))
    return tuple(
        (points[at] if at < len(points) else "", pictures[at] if at < len(pictures) else "") for at in range(width)
    )


@lru_cache(maxsize=4096)
def material(code: str) -> tuple[str, str, str]:
    """English name, Swahili name, unit."""
    row = Material.objects.only("name_en", "name_sw", "unit").get(pk=code)
    return row.name_en, row.name_sw, row.unit


def materials(operation_id: UUID, quantity: int, viewer: Viewer) -> list[list[object]]:
    """``[[name, quantity, unit]]`` for so many pieces."""
    found: list[list[object]] = []
    for code, each in kit(operation_id):
        english, swahili, unit = material(code)
        found.append([viewer.words(english, swahili), plain(each * quantity), unit])
    return found


def plain(value: Decimal) -> float | int:
    """A decimal as JSON: whole where it is whole, three places otherwise."""
    rounded = round(float(value), 3)
    return int(rounded) if rounded.is_integer() else rounded


@dataclass(frozen=True, slots=True)
class Named:
    """A variant's style and picture."""

    en: str
    sw: str
    picture: str


@lru_cache(maxsize=8192)
def of_order(production_order_id: UUID) -> Named:
    """Names and picture of what a production order makes; which variant that is never changes."""
    row = ProductionOrder.objects.filter(pk=production_order_id).values_list(
        "variant__style__name_en", "variant__style__name_sw", "variant__picture", "variant__style__picture"
    )
    english, swahili, own, style = row.get()
    return Named(english, swahili, own or style)


@lru_cache(maxsize=4096)
def material_of(lot_id: UUID) -> str:
    """The code of a lot's material."""
    return str(MaterialLot.objects.values_list("material_id", flat=True).get(pk=lot_id))


def variants(ids: Iterable[UUID]) -> dict[UUID, Named]:
    """Names and pictures by variant. One query."""
    rows = (
        Variant.objects.filter(pk__in=set(ids))
        .order_by()
        .values_list("pk", "style__name_en", "style__name_sw", "picture", "style__picture")
    )
    return {pk: Named(en, sw, own or style) for pk, en, sw, own, style in rows}
