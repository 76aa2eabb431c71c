"""What a channel's SKUs are here: looked up in memory while orders come in, and written for one SKU at a time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Max

from kiwanda.core.commands import Context
from kiwanda.core.errors import Invalid
from kiwanda.core.ids import derived_id
from kiwanda.factory.catalog.models import Variant
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.events import SkuIgnored, SkuMapped
from kiwanda.factory.demand.models import OrderLine, SalesChannel, SkuMapping

LARGEST_LINE = 2_000_000
"""Pieces on one line: beyond any order, and inside a 32-bit column."""

LARGEST_PACK = 10_000

OWN_SKU_KINDS = frozenset({"kiwanda", "manual"})
"""Channels whose files name our own SKUs: one without a mapping is looked up in the catalogue, one piece a unit."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A SKU is a variant (``pieces_per_unit`` of it a unit), or nothing to make (``variant_id`` None)."""

    variant_id: UUID | None
    pieces_per_unit: int


class MeaningOfSkus:
    """``find(external_sku)`` for one channel; None for a SKU nobody has mapped yet."""

    def __init__(self, channel: SalesChannel) -> None:
        rows = SkuMapping.objects.filter(channel=channel).values_list("external_sku", "variant_id", "pieces_per_unit")
        self._known: dict[str, Meaning | None] = {sku: Meaning(variant, pieces) for sku, variant, pieces in rows}
        self._own = channel.kind in OWN_SKU_KINDS

    def find(self, external_sku: str) -> Meaning | None:
        """What one unit of ``external_sku`` is."""
        if external_sku in self._known or not self._own:
            return self._known.get(external_sku)
        variant_id = Variant.objects.filter(sku=external_sku).values_list("pk", flat=True).first()
        meaning = None if variant_id is None else Meaning(variant_id, 1)
        self._known[external_sku] = meaning
        return meaning


def normal_sku(kind: str, external_sku: str) -> str:
    """The SKU as an import of that kind of channel writes it."""
    cleaned = " ".join(external_sku.split())
    return cleaned.upper() if kind == "retail_history" else cleaned


def map_one(
    ctx: Context, channel: SalesChannel, external_sku: str, variant: Variant, pieces_per_unit: int
) -> SkuMapping:
    """Write one mapping and let its lines follow; nothing happens where it says so already."""
    known = SkuMapping.objects.filter(channel=channel, external_sku=external_sku).first()
    if known is not None and (known.variant_id, known.pieces_per_unit) == (variant.pk, pieces_per_unit):
        return known
    lines = OrderLine.objects.filter(order__channel=channel, external_sku=external_sku)
    most = lines.aggregate(most=Max("quantity_units"))["most"] or 0
    if most * pieces_per_unit > LARGEST_LINE:
        raise Invalid(
            DemandError.TOO_MANY_PIECES,
            field="pieces_per_unit",
            units=most,
            pieces=pieces_per_unit,
            limit=f"{LARGEST_LINE:,}",
        )
    mapping, _ = SkuMapping.objects.update_or_create(
        channel=channel,
        external_sku=external_sku,
        defaults={
            "variant": variant,
            "pieces_per_unit": pieces_per_unit,
            "ignored_reason": "",
            "mapped_at": ctx.now,
        },
    )
    quantity = F("quantity_units") * pieces_per_unit
    waiting = lines.filter(state__in=["unmapped", "ignored"], order__state="open")
    opened = waiting.update(variant=variant, quantity=quantity, state="open")
    lines.filter(state="open", shipped_quantity=0).update(variant=variant, quantity=quantity)
    lines.filter(state="history").update(variant=variant, quantity=quantity)
    ctx.emit(
        SkuMapped(
            sku_mapping_id=derived_id("sku_mapping", channel.pk, external_sku),
            channel_code=channel.pk,
            external_sku=external_sku,
            variant_id=variant.pk,
            pieces_per_unit=pieces_per_unit,
            opened_lines=opened,
        )
    )
    return mapping


def lines_in_use(channel: SalesChannel, external_sku: str) -> int:
    """Lines with this SKU that are open or in production."""
    return OrderLine.objects.filter(
        order__channel=channel, external_sku=external_sku, state__in=["open", "in_production"]
    ).count()


def ignore_one(ctx: Context, channel: SalesChannel, external_sku: str, reason: str) -> SkuMapping:
    """Write one SKU's reason and set its waiting lines aside; nothing happens where it says so already."""
    known = SkuMapping.objects.filter(channel=channel, external_sku=external_sku).first()
    if known is not None and known.variant_id is None and known.ignored_reason == reason:
        return known
    mapping, _ = SkuMapping.objects.update_or_create(
        channel=channel,
        external_sku=external_sku,
        defaults={"variant": None, "pieces_per_unit": 1, "ignored_reason": reason, "mapped_at": ctx.now},
    )
    lines = OrderLine.objects.filter(order__channel=channel, external_sku=external_sku)
    ignored = lines.filter(state="unmapped").update(state="ignored")
    lines.filter(state="history").update(variant=None, quantity=0)
    ctx.emit(
        SkuIgnored(
            sku_mapping_id=derived_id("sku_mapping", channel.pk, external_sku),
            channel_code=channel.pk,
            external_sku=external_sku,
            reason=reason,
            ignored_lines=ignored,
        )
    )
    return mapping
