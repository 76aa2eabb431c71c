"""What ``kiwanda audit`` proves about the catalog."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q

from kiwanda.core import gs1
from kiwanda.core.audit import check
from kiwanda.core.errors import Rejected
from kiwanda.core.models import Event
from kiwanda.factory.catalog.models import BillOfMaterialsLine, Operation, Style, TechPack, Variant
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
