"""What ``kiwanda audit`` proves about the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q

from kiwanda.core import clock, gs1
from kiwanda.core.audit import check
from kiwanda.core.errors import Rejected
from kiwanda.core.models import Event
from kiwanda.factory.catalog import pay_floor, queries
from kiwanda.factory.catalog.models import (
    BillOfMaterialsLine,
    Operation,
    PieceRate,
    Style,
    TechPack,
    TimeStudy,
    Variant,
)
from kiwanda.factory.catalog.routing import topological


@check("Every released operation paid at least the pay floor of its release day")
def rates_above_floor() -> Iterator[str]:
    floors = {}
    for data in Event.objects.filter(type="catalog.TechPackReleased").values_list("data", flat=True).iterator():
        floors[data["tech_pack_id"]] = data["floors_minor"]
    rows = Operation.objects.filter(tech_pack__state__in=["released", "superseded"])
    for pack, style, code, rate in rows.values_list(
        "tech_pack_id", "tech_pack__style__code", "code", "piece_rate_minor"
    ):
        floor = floors.get(str(pack), {}).get(code)
        if floor is None:
            yield f"{style}: the operation {code} was released without a pay floor in the log"
        elif rate < floor:
            yield f"{style}: the operation {code} pays {rate}, its floor was {floor}"


@check("Every floor in the log is what the wages recorded until then make it, and is kept with its operation")
def floors_follow_wages() -> Iterator[str]:
    operations: dict[tuple[str, str], Operation] = {
        (str(row.tech_pack_id), row.code): row
        for row in Operation.objects.exclude(tech_pack__state="draft").select_related("tech_pack__style")
    }
    wages: dict[tuple[str, str, str, str], pay_floor.DatedWage] = {}
    rows = Event.objects.filter(type__in=["catalog.BenchmarkWageSet", "catalog.TechPackReleased"])
    for event in rows.order_by("tx", "position").iterator():
        data = event.data
        if event.type == "catalog.BenchmarkWageSet":
            wages[data["kind"], data["zone"], data["grade"], data["valid_from"]] = pay_floor.DatedWage(
                data["kind"],
                data["zone"],
                data["grade"],
                date.fromisoformat(data["valid_from"]),
                data["monthly_minor"],
                data["currency"],
            )
            continue
        for code, floor in data["floors_minor"].items():
            row = operations.get((data["tech_pack_id"], code))
            if row is None:
                yield f"the operation {code} of tech pack {data['tech_pack_id']} was released and is gone"
                continue
            hourly = pay_floor.dearest_hourly_wage(wages.values(), clock.local_date(event.at), row.currency)
            wanted = hourly and pay_floor.piece_floor_minor(
                hourly_minor=hourly, standard_minutes=row.standard_minutes, on_costs_minor=row.costs_minor
            )
            if not floor == wanted == row.floor_minor:
                where = f"{row.tech_pack.style.code}: {code}"
                yield f"{where} has the floor {row.floor_minor}, logged {floor}, due {wanted}"


@check("Every released rate was proposed by one person, reviewed by another, and is what its operation pays")
def rates_reviewed() -> Iterator[str]:
    for rate in PieceRate.objects.filter(state="released").select_related("released_operation", "operation"):
        operation = rate.released_operation
        if rate.reviewed_by is None or rate.reviewed_by == rate.proposed_by:
            yield f"the rate {rate.pk} was not reviewed by a second person"
        if operation is None:
            yield f"the rate {rate.pk} is released for no operation"
        elif (operation.piece_rate_minor, operation.standard_minutes, operation.costs_minor) != (
            rate.piece_rate_minor,
            rate.standard_minutes,
            rate.costs_minor,
        ):
            yield f"the operation {operation.code} does not pay its released rate {rate.pk}"


@check("Every closed time study timed five makers or more and says what its observations say")
def studies_add_up() -> Iterator[str]:
    for study in TimeStudy.objects.filter(state="closed"):
        found = queries.findings(study)
        if not found.is_enough or (found.makers, found.standard_minutes) != (study.maker_count, study.standard_minutes):
            yield f"study {study.pk} says {study.standard_minutes} minutes, its observations {found.standard_minutes}"


@check("Every routing is a graph without circles that ends in one operation, in its stored order")
def routings_are_graphs() -> Iterator[str]:
    order: dict[object, list[str]] = {}
    after: dict[object, dict[str, list[str]]] = {}
    for pack, code in Operation.objects.order_by("tech_pack", "sequence").values_list("tech_pack_id", "code"):
        order.setdefault(pack, []).append(code)
        after.setdefault(pack, {})[code] = []
    edges = Operation.after.through.objects.values_list(
        "from_operation__tech_pack_id", "from_operation__code", "to_operation__tech_pack_id", "to_operation__code"
    )
    for pack, code, source_pack, source in edges.iterator():
        if pack != source_pack:
            yield f"tech pack {pack}: {code} comes after an operation of another tech pack"
        else:
            after[pack][code].append(source)
    for owner, codes in order.items():
        try:
            topological(after[owner])
        except Rejected as wrong:
            yield f"tech pack {owner}: {wrong.message()}"
            continue
        place = {code: index for index, code in enumerate(codes)}
        for code, sources in after[owner].items():
            for source in sources:
                if place[source] > place[code]:
                    yield f"tech pack {owner}: {code} stands before {source}, which it comes after"


@check("Every released style has one released tech pack, a variant and a routing")
def released_styles_can_be_made() -> Iterator[str]:
    rows = Style.objects.filter(state="released").annotate(
        packs=Count("tech_packs", filter=Q(tech_packs__state="released"), distinct=True),
        skus=Count("variants", distinct=True),
    )
    for style in rows:
        if style.packs != 1:
            yield f"{style.code}: {style.packs} released tech packs"
        if style.skus == 0:
            yield f"{style.code}: no variant"
    for pack in TechPack.objects.exclude(state="draft").filter(operations=None).select_related("style"):
        yield f"{pack.style.code}: revision {pack.revision} has no operation"


@check("Every bill of materials names operations of its own routing")
def bills_name_operations() -> Iterator[str]:
    known = set(Operation.objects.values_list("tech_pack_id", "code"))
    lines = BillOfMaterialsLine.objects.values_list("tech_pack_id", "operation_code", "material_id")
    for pack, code, material in lines.iterator():
        if (pack, code) not in known:
            yield f"tech pack {pack}: {material} is for the operation {code}, which is not in the routing"


@check("Every variant's GTIN-14 has its right check digit")
def gtins_are_valid() -> Iterator[str]:
    for sku, gtin in Variant.objects.values_list("sku", "gtin").iterator():
        if not gs1.is_valid(gtin, 14):
            yield f"{sku}: {gtin} is no GTIN-14"
