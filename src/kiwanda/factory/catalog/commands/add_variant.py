from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from kiwanda.core import gs1
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.core.ids import derived_id
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields, queries
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import VariantAdded
from kiwanda.factory.catalog.models import Variant


@command(roles={Role.DESIGNER, Role.MERCHANDISER})
def add_variant(
    ctx: Context,
    *,
    style_id: UUID,
    sku: str,
    name_en: str,
    price_minor: int,
    currency: str,
    gtin: str | None = None,
    options: dict[str, str] | None = None,
    weight_g: Decimal | float | str = 0,
    picture: str = "",
) -> Variant:
    """A sellable SKU of a style.

    ``gtin`` is a licensed GTIN-8, -12, -13 or -14; without one the factory issues its own in the restricted-circulation
    range, drawn from the SKU. ``price_minor`` is the wholesale price a piece, ``weight_g`` grams.
    """
    style = queries.style(ctx.actor, style_id)
    sku = fields.code("sku", sku, 60)
    if Variant.objects.filter(sku=sku).exists():
        raise Rejected(CatalogError.CODE_TAKEN, field="sku", code=sku)
    variant = Variant.objects.create(
        style=style,
        sku=sku,
        gtin=_given(gtin) if gtin else _self_issued(sku),
        name_en=fields.text("name_en", name_en, 160),
        options=_options(options),
        price_minor=require_range("price_minor", price_minor, 0, LARGEST_MINOR),
        currency=fields.currency("currency", currency),
        weight_g=fields.decimal("weight_g", weight_g, "0", "999999", 2),
        picture=fields.picture("picture", picture),
    )
    ctx.emit(VariantAdded(style_id=style.id, variant_id=variant.id, sku=sku, gtin=variant.gtin))
    return variant


def _given(gtin: str) -> str:
    gtin = fields.text("gtin", gtin, 40)
    try:
        full = gs1.gtin14(gtin.replace(" ", "").replace("-", ""))
    except ValueError:
        raise Invalid(CatalogError.GTIN_WRONG, field="gtin", gtin=gtin) from None
    if Variant.objects.filter(gtin=full).exists():
        raise Rejected(CatalogError.GTIN_TAKEN, field="gtin", gtin=full)
    return full


def _self_issued(sku: str) -> str:
    draw = 0
    while True:
        number = gs1.self_issued_gtin(derived_id("gtin", sku, draw))
        if not Variant.objects.filter(gtin=number).exists():
            return number
        draw += 1


def _options(options: dict[str, Any] | None) -> dict[str, str]:
    if options is not None and not isinstance(options, dict):
        raise Invalid(CoreError.MALFORMED, field="options", reason="names and values are expected")
    return {
        fields.text("options", name, 40): fields.text("options", value, 120) for name, value in (options or {}).items()
    }
