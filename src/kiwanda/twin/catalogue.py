"""The demo collection: styles, variants, materials, routings, piece rates and the mapping of real retail codes to them.

Read from ``data/catalogue.toml`` and ``data/sku_mapping.csv``; pure, no Django. Piece rates are computed here from the
pay floor of fair work, ``1.2 x W_h x SAM / 60``, plus tools, energy and the on-costs of the self-employed; materials
are issued by the hub, so a rate holds none.
"""

from __future__ import annotations

import csv
import functools
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"

#: Living wage Kenya, urban, 2023 (Anker / Global Living Wage Coalition), KES per worker-month.
LIVING_WAGE_URBAN_KES_MONTH = 35_518
HOURS_PER_MONTH = 208
#: Tests of a rate time typical workers, whose speed is below the best; the United Kingdom's rule multiplies by 1.2.
TYPICAL_WORKER_FACTOR = 1.2
#: Social insurance, health insurance and unpaid time of a self-employed maker, as a share of the labour part (assumed).
ON_COSTS_SHARE = 0.08
#: Rates are rounded up to a quarter shilling: people can check them in the head.
RATE_STEP_MINOR = 25
#: Only to test that prices cover costs; the money room books the real rate of the day.
KES_PER_USD_FOR_CHECKS = 129.0


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material; ``cost_kes`` per ``unit`` (g, m, dm2, pair, each); ``recycled_percent`` 0 to 100 by mass."""

    code: str
    name_en: str
    name_sw: str
    kind: str
    unit: str
    cost_kes: float
    recycled_percent: int


@dataclass(frozen=True, slots=True)
class TechniqueRow:
    """A craft technique with its tools and energy cost per standard minute."""

    code: str
    name_en: str
    name_sw: str
    tools_kes_per_minute: float


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One step of a routing; ``after`` holds codes of the steps that must come before; minutes are per good piece."""

    code: str
    technique: str
    minutes: float
    after: tuple[str, ...]
    min_lot: int
    max_lot: int
    piece_rate_minor: int
    costs_minor: int


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A sellable colour or motif of a style; ``sku`` is Kiwanda's own code; price in US cents per piece."""

    sku: str
    name_en: str
    name_sw: str
    colour: str
    motif: str
    price_usd_minor: int


@dataclass(frozen=True, slots=True)
class StyleRow:
    """A design with everything that is needed to release it."""

    code: str
    name_en: str
    name_sw: str
    size_mm: tuple[int, int]
    points: tuple[str, ...]
    bill_of_materials: tuple[tuple[str, str, float], ...]
    operations: tuple[OperationRow, ...]
    variants: tuple[VariantRow, ...]

    @property
    def minutes(self) -> float:
        """Standard minutes of one good piece over all operations."""
        return sum(operation.minutes for operation in self.operations)

    @property
    def labour_minor(self) -> int:
        """What all makers of one piece earn together, in KES cents."""
        return sum(operation.piece_rate_minor for operation in self.operations)


@dataclass(frozen=True, slots=True)
class SkuRow:
    """What one code of the retail history means here.

    Either ``sku`` and ``pieces_per_unit`` are set, or ``ignore_reason`` is; a code that stands in no row is unmapped.
    """

    stock_code: str
    sku: str
    pieces_per_unit: int
    ignore_reason: str
    description: str


@dataclass(frozen=True, slots=True)
class Collection:
    """The whole catalogue of the demo."""

    colours: dict[str, tuple[str, str, str]]
    materials: tuple[MaterialRow, ...]
    techniques: tuple[TechniqueRow, ...]
    styles: tuple[StyleRow, ...]

    def style_of(self, sku: str) -> StyleRow:
        """The style a variant belongs to; ``KeyError`` if there is none."""
        for style in self.styles:
            if any(variant.sku == sku for variant in style.variants):
                return style
        raise KeyError(sku)


def hourly_floor_kes(statutory_hourly_kes: float = 0.0) -> float:
    """``W_h``: the higher of the statutory and the living wage per hour, urban, in KES."""
    return max(statutory_hourly_kes, LIVING_WAGE_URBAN_KES_MONTH / HOURS_PER_MONTH)


def piece_rate_minor(minutes: float, tools_kes_per_minute: float) -> int:
    """The lowest honest rate of an operation in KES cents, rounded up to a quarter shilling.

    Urban for everyone: any workshop may be offered the work, and nobody is paid less for living in a village.
    """
    labour = TYPICAL_WORKER_FACTOR * hourly_floor_kes() * minutes / 60
    kes = labour + costs_minor(minutes, tools_kes_per_minute) / 100
    return RATE_STEP_MINOR * math.ceil(round(kes * 100, 6) / RATE_STEP_MINOR)


def costs_minor(minutes: float, tools_kes_per_minute: float) -> int:
    """Tools, energy and on-costs of one good piece in KES cents, rounded up: what a rate must cover above labour."""
    labour = TYPICAL_WORKER_FACTOR * hourly_floor_kes() * minutes / 60
    return math.ceil(round((labour * ON_COSTS_SHARE + tools_kes_per_minute * minutes) * 100, 6))


@functools.lru_cache(maxsize=1)
def collection() -> Collection:
    """Read ``catalogue.toml`` once; ``KeyError`` where a style names an unknown material, colour or technique."""
    with (DATA / "catalogue.toml").open("rb") as handle:
        raw = tomllib.load(handle)
    colours = {code: (hex_, en, sw) for code, (hex_, en, sw) in raw["colours"].items()}
    materials = {
        code: MaterialRow(code, en, sw, kind, unit, float(cost), int(recycled))
        for code, (unit, cost, recycled, kind, en, sw) in raw["materials"].items()
    }
    techniques = {code: TechniqueRow(code, en, sw, float(t)) for code, (en, sw, t) in raw["techniques"].items()}
    styles = []
    for style in raw["style"]:
        operations = tuple(
            OperationRow(
                code=step["code"],
                technique=techniques[step["technique"]].code,
                minutes=float(step["minutes"]),
                after=tuple(step.get("after", ())),
                min_lot=step["min_lot"],
                max_lot=step["max_lot"],
                piece_rate_minor=piece_rate_minor(step["minutes"], techniques[step["technique"]].tools_kes_per_minute),
                costs_minor=costs_minor(step["minutes"], techniques[step["technique"]].tools_kes_per_minute),
            )
            for step in style["operations"]
        )
        variants = tuple(_variant(style, text, colours) for text in style["variants"])
        styles.append(
            StyleRow(
                code=style["code"],
                name_en=style["name"][0],
                name_sw=style["name"][1],
                size_mm=(style["size_mm"][0], style["size_mm"][1]),
                points=tuple(style["points"]),
                bill_of_materials=tuple(
                    (materials[code].code, _used_at(code, operations), float(q)) for code, q in style["bom"].items()
                ),
                operations=operations,
                variants=variants,
            )
        )
    return Collection(colours, tuple(materials.values()), tuple(techniques.values()), tuple(styles))


#: The technique that works each material; findings and cards go in at the end.
_WORKED_BY = {
    "recycled_brass": ("cast", "forge"), "recycled_aluminium": ("cast", "forge"), "brass_wire": ("wirework", "forge"),
    "glass_beads": ("bead", "assemble"), "recycled_glass": ("glass_cut",), "cow_horn": ("horn_carve",),
    "cow_bone": ("bone_carve",), "offcut_wood": ("wood_turn",), "leather_offcut": ("leather",),
    "seed_beads": ("bead",), "enamel_powder": ("enamel",), "waxed_thread": ("bead", "leather", "assemble"),
    "cotton_cord": ("assemble", "bead"),
}  # fmt: skip


def _used_at(material: str, operations: tuple[OperationRow, ...]) -> str:
    """Code of the operation that uses a material: the technique that works it, else assembly, else the last one."""
    for technique in (*_WORKED_BY.get(material, ()), "assemble"):
        for operation in operations:
            if operation.technique == technique:
                return operation.code
    return operations[-1].code


def _variant(style: dict[str, Any], text: str, colours: dict[str, tuple[str, str, str]]) -> VariantRow:
    """``colour`` or ``colour:motif:English:Swahili``."""
    colour, motif, motif_en, motif_sw = [*text.split(":"), "", "", ""][:4]
    _, colour_en, colour_sw = colours[colour]
    return VariantRow(
        sku=f"KW-{style['code']}-{(motif or colour)[:6].upper()}",
        name_en=f"{style['name'][0]}, {motif_en or colour_en}",
        name_sw=f"{style['name'][1]}, {motif_sw or colour_sw}",
        colour=colour,
        motif=motif,
        price_usd_minor=round(style["usd"] * 100),
    )


@functools.lru_cache(maxsize=1)
def sku_mapping() -> tuple[SkuRow, ...]:
    """The rows of ``sku_mapping.csv`` in file order."""
    with (DATA / "sku_mapping.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            SkuRow(
                stock_code=row["stock_code"],
                sku=row["sku"],
                pieces_per_unit=int(row["pieces_per_unit"] or 0),
                ignore_reason=row["ignore_reason"],
                description=row["description"],
            )
            for row in csv.DictReader(handle)
        )


def material_cost_kes(style: StyleRow) -> float:
    """Material cost of one good piece in KES."""
    prices = {material.code: material.cost_kes for material in collection().materials}
    return sum(prices[code] * quantity for code, _, quantity in style.bill_of_materials)
