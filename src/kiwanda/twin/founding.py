"""Founding the demo factory: staff, wages, network, collection, sales channel, SKU mapping, first material.

Everything goes through the rooms' commands, given by the people whose task it is.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from datetime import date, timedelta

from kiwanda.core import files
from kiwanda.core.actors import Actor, Channel, Role, artisan, staff
from kiwanda.core.ids import derived_id
from kiwanda.factory.catalog.commands import (
    MaterialSpec,
    OperationSpec,
    add_variant,
    create_material,
    create_style,
    create_technique,
    draft_tech_pack,
    release_tech_pack,
    set_benchmark_wage,
)
from kiwanda.factory.demand.commands import import_sku_mapping, register_sales_channel
from kiwanda.factory.network.commands import (
    ArtisanSpec,
    CapabilitySpec,
    CountyRow,
    WorkshopSpec,
    create_calendar,
    create_staff_user,
    give_consent,
    import_counties,
    open_hub,
    register_workshops,
    set_transfer_times,
)
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.quality.commands import create_defect_code
from kiwanda.factory.supply.commands import receive_material_lot
from kiwanda.twin import orders, pictures
from kiwanda.twin.cast import DEMO_PASSWORD, STAFF, Cast
from kiwanda.twin.catalogue import DATA, LIVING_WAGE_URBAN_KES_MONTH, StyleRow, collection
from kiwanda.twin.network import Network, WorkshopRow
from kiwanda.twin.people import DEFECTS, People

CHANNEL = "ukshop"
LIVING_WAGE_RURAL_KES_MONTH = 30_531
#: Statutory minimum, general labourer, Nairobi, Mombasa and Kisumu, from 1 November 2024.
STATUTORY_URBAN_KES_MONTH = 16_113.75
#: What a workshop would like to earn in a week: so much of the living wage as the time it gives (assumed).
TARGET_SHARE_OF_LIVING_WAGE = 0.5
#: Styles for the table and the house; the others are worn.
HOME_STYLES = frozenset({"BCO", "SPN", "TRY", "STD", "TLH", "HRT", "NCH", "PCH"})
CONSENT_SHARE = 0.12
CONSENT_FIELDS = ("name", "story")
#: Stock for so many weeks of average orders lies at every hub on the first day; deliveries follow every third week.
FIRST_STOCK_WEEKS = 6.0
RESTOCK_WEEKS = 4.0


def found_staff() -> Cast:
    """The demo's users. The first administrator is made by the house itself: there is nobody before her."""
    founder: Actor = staff(derived_id("twin", "founder"), Role.ADMINISTRATOR)
    users = {}
    for username, (roles, language) in STAFF.items():
        user = create_staff_user(
            actor=founder, username=username, password=DEMO_PASSWORD, roles=[role.value for role in roles],
            language=language,
        )  # fmt: skip
        users[username] = user.pk
    return Cast(users)


def found_wages(cast: Cast, on: date) -> None:
    """Benchmark wages that piece rates are held against, in force since well before the demo begins."""
    officer = cast.staff("impact")
    valid_from = date(2024, 11, 1)
    for kind, zone, kes, source in (
        ("living", "urban", LIVING_WAGE_URBAN_KES_MONTH, "Anker / Global Living Wage Coalition 2023, urban Kenya"),
        ("living", "rural", LIVING_WAGE_RURAL_KES_MONTH, "Anker / Global Living Wage Coalition 2023, rural Kenya"),
        ("statutory", "urban", STATUTORY_URBAN_KES_MONTH, "Kenya wage order of 1 November 2024, general, cities"),
    ):
        set_benchmark_wage(
            actor=officer, kind=kind, zone=zone, grade="general", valid_from=valid_from,
            monthly_minor=round(kes * 100), currency="KES", source=source,
        )  # fmt: skip


def found_network(cast: Cast, network: Network, joined_on: date, people: People) -> None:
    """Counties, hubs, transfer times, calendars, and all workshops in one bulk command."""
    coordinator = cast.staff("coordinator")
    with (DATA / "counties.csv").open(encoding="utf-8", newline="") as handle:
        counties = list(csv.DictReader(handle))
    import_counties(
        actor=coordinator,
        rows=[
            CountyRow(int(row["county_code"]), row["county"], row["lat"], row["lon"], int(row["pop_total"]))
            for row in counties
        ],
    )
    for hub in network.hubs:
        open_hub(
            actor=coordinator, code=hub.code, name=hub.name, county_code=hub.county_code,
            latitude=hub.lat, longitude=hub.lon,
        )  # fmt: skip
    set_transfer_times(
        actor=coordinator,
        rows=[
            (a.code, b.code, network.transfer_days[i][j])
            for i, a in enumerate(network.hubs)
            for j, b in enumerate(network.hubs)
        ],
    )
    for calendar in network.calendars:
        create_calendar(
            actor=coordinator, code=calendar.code, name_en=calendar.name_en, name_sw=calendar.name_sw,
            weekday_minutes=list(calendar.weekday_minutes), keeps_public_holidays=True,
        )  # fmt: skip
    register_workshops(
        actor=coordinator, specs=[_workshop_spec(row, joined_on, people) for row in network.workshops]
    )


def _workshop_spec(row: WorkshopRow, joined_on: date, people: People) -> WorkshopSpec:
    joined = joined_on - timedelta(days=people.stream("joined", row.code).randint(0, 1_500))
    living = LIVING_WAGE_URBAN_KES_MONTH if row.zone == "urban" else LIVING_WAGE_RURAL_KES_MONTH
    return WorkshopSpec(
        code=row.code,
        trade_name=row.name,
        hub_code=row.hub_code,
        county_code=row.county_code,
        zone=row.zone,
        calendar_code=row.calendar_code,
        capacity_factor=row.capacity_factor,
        target_weekly_income_minor=round(living * 100 * 12 / 52 * row.capacity_factor * TARGET_SHARE_OF_LIVING_WAGE),
        acceptance=row.habit.acceptance,
        on_time=row.habit.on_time,
        joined_on=joined,
        artisans=[
            ArtisanSpec(
                name=f"{a.given_name} {a.family_name}",
                phone=a.phone,
                role="owner" if a.is_owner else "member",
                gender=a.gender,
                language=a.language,
                channel=a.channel,
            )
            for a in row.artisans
        ],
        capabilities=[CapabilitySpec(c.technique, c.speed, c.yield_rate, c.grade) for c in row.capabilities],
    )


def found_techniques(cast: Cast) -> None:
    """Crafts, materials and defect codes."""
    designer = cast.staff("designer")
    whole = collection()
    for technique in whole.techniques:
        create_technique(actor=designer, code=technique.code, name_en=technique.name_en, name_sw=technique.name_sw)
    for material in whole.materials:
        create_material(
            actor=designer, code=material.code.replace("_", "-"), name_en=material.name_en.capitalize(),
            name_sw=material.name_sw.capitalize(), unit=material.unit, recycled_percent=material.recycled_percent,
            origin="Kenya" if material.recycled_percent else "",
        )  # fmt: skip
    for defect in DEFECTS:
        create_defect_code(
            actor=cast.inspector(), code=defect.code, name_en=defect.name_en, name_sw=defect.name_sw,
            severity=defect.severity,
        )  # fmt: skip


def found_collection(cast: Cast) -> None:
    """Every style with its variants, pictures, bill of materials and routing, released."""
    for style in collection().styles:
        _release(cast, style)


def _release(cast: Cast, style: StyleRow) -> None:
    designer = cast.staff("designer")
    drawn = {v.sku: _stored_picture(v.sku) for v in style.variants}
    row = create_style(
        actor=designer, code=style.code, name_en=style.name_en, name_sw=style.name_sw,
        description=f"{style.size_mm[0]} × {style.size_mm[1]} mm. " + "; ".join(style.points).capitalize() + ".",
        category="home" if style.code in HOME_STYLES else "jewellery",
        picture=drawn[style.variants[0].sku],
    )  # fmt: skip
    weight = sum(q for m, _, q in style.bill_of_materials if _unit(m) == "g")
    for variant in style.variants:
        add_variant(
            actor=designer, style_id=row.pk, sku=variant.sku, gtin=None, name_en=variant.name_en,
            options={"motif": variant.motif} if variant.motif else {"colour": variant.colour},
            price_minor=variant.price_usd_minor, currency="USD", weight_g=round(weight, 1), picture=drawn[variant.sku],
        )  # fmt: skip
    techniques = {t.code: t for t in collection().techniques}
    pack = draft_tech_pack(
        actor=designer,
        style_id=row.pk,
        notes="\n".join(f"• {point}" for point in style.points),
        pictures=[drawn[style.variants[0].sku]],
        operations=[
            OperationSpec(
                code=operation.code,
                name_en=techniques[operation.technique].name_en,
                name_sw=techniques[operation.technique].name_sw,
                technique=operation.technique,
                standard_minutes=str(operation.minutes),
                piece_rate_minor=operation.piece_rate_minor,
                currency="KES",
                min_lot=operation.min_lot,
                max_lot=operation.max_lot,
                after=list(operation.after),
                costs_minor=operation.costs_minor,
            )
            for operation in style.operations
        ],
        bill=[
            MaterialSpec(material.replace("_", "-"), code, str(quantity))
            for material, code, quantity in style.bill_of_materials
        ],
    )
    release_tech_pack(actor=designer, tech_pack_id=pack.pk)


def _unit(material: str) -> str:
    return next(m.unit for m in collection().materials if m.code == material)


def _stored_picture(sku: str) -> str:
    return files.save((pictures.PICTURES / f"{sku}.svg").read_bytes(), "image/svg+xml").sha256


def found_sales(cast: Cast) -> None:
    """The wholesale channel and its SKU mapping, read as the file a merchandiser would upload."""
    merchandiser = cast.staff("merchandiser")
    register_sales_channel(
        actor=merchandiser, code=CHANNEL, name="Gift wholesaler, United Kingdom", kind="retail_history",
        currency="GBP", lead_days=35,
    )  # fmt: skip
    report = import_sku_mapping(
        actor=merchandiser, channel_code=CHANNEL, filename="sku_mapping.csv",
        content=(DATA / "sku_mapping.csv").read_bytes(), dry_run=False,
    )  # fmt: skip
    if report["state"] != "applied":
        raise RuntimeError(f"the demo's own SKU mapping was refused: {report}")


def weekly_material(network: Network, built_on: date, order_share: float) -> dict[str, dict[str, float]]:
    """Material that each hub's workshops use in a week of the demo's orders: hub code → material → quantity.

    Pieces a week as in the six weeks before ``built_on``; a hub's share of an operation is its share of the minutes
    that workshops can give to the technique.
    """
    minutes: dict[str, dict[str, float]] = {}
    for workshop in network.workshops:
        for capability in workshop.capabilities:
            hubs = minutes.setdefault(capability.technique, defaultdict(float))
            hubs[workshop.hub_code] += workshop.weekly_minutes / len(workshop.capabilities)
    pieces = orders.pieces_by_style(built_on - timedelta(weeks=6), built_on, built_on, order_share)
    need: dict[str, dict[str, float]] = {hub.code: defaultdict(float) for hub in network.hubs}
    for style in collection().styles:
        techniques = {operation.code: operation.technique for operation in style.operations}
        for material, code, quantity in style.bill_of_materials:
            hubs = minutes[techniques[code]]
            for hub_code, share in hubs.items():
                need[hub_code][material] += quantity * pieces[style.code] / 6 * share / sum(hubs.values())
    return need


def receive_lots(cast: Cast, on: date, weekly: dict[str, dict[str, float]], weeks: float, label: str) -> int:
    """One lot of every material for each hub, for so many ``weeks``, rounded up. Returns how many lots.

    Metal lots carry an assay; lots of recycled material carry their supplier's receipt.
    """
    lots = 0
    for hub_code, need in weekly.items():
        for material in collection().materials:
            quantity = math.ceil(need[material.code] * weeks)
            if quantity <= 0:
                continue
            receive_material_lot(
                actor=cast.coordinator(hub_code),
                code=f"{hub_code}-{_short(material.code)}-{label}",
                material=material.code.replace("_", "-"),
                hub_code=hub_code,
                supplier_ref=f"supplier of {material.name_en}",
                receipt_ref=f"R-{on:%y%m%d}-{hub_code}-{_short(material.code)}",
                assay_ref=f"A-{on:%y%m%d}-{_short(material.code)}" if material.kind == "metal" else "",
                recycled_percent=material.recycled_percent,
                quantity=quantity,
                unit_cost_minor=round(material.cost_kes * 100),
            )
            lots += 1
    return lots


def _short(material: str) -> str:
    return "".join(part[:2] for part in material.split("_")).upper()


def found_consents(cast: Cast, network: Network, people: People, expires_on: date) -> int:
    """About one owner in eight lets the passport show her name and story, for a year: she says so on her phone. Returns
    how many.
    """
    willing = {w.code for w in network.workshops if people.stream("consent", w.code).random() < CONSENT_SHARE}
    owners = Artisan.objects.filter(role="owner", workshop__code__in=willing).select_related("workshop")
    given = 0
    for owner in owners.iterator():
        herself = artisan(owner.pk, owner.workshop_id, Channel.TWIN)
        for field in CONSENT_FIELDS:
            give_consent(
                actor=herself, artisan_id=owner.pk, field=field, channel="passport", purpose="product passport",
                language=owner.language, expires_on=expires_on,
            )  # fmt: skip
            given += 1
    return given
