"""Say what a channel's SKU is here; the lines that waited for it open."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, NotFound, require_range
from kiwanda.factory.catalog.models import Variant
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.models import SkuMapping
from kiwanda.factory.demand.sku_mapping import LARGEST_PACK, map_one, normal_sku


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def map_sku(ctx: Context, *, channel_code: str, external_sku: str, sku: str, pieces_per_unit: int = 1) -> SkuMapping:
    """``external_sku`` of the channel is our variant ``sku``, ``pieces_per_unit`` pieces of it for each unit sold.

    Lines waiting for it (and lines ignored until now, of orders still open) become open; open lines that planning has
    not taken up follow a corrected mapping; lines in production keep what they were made from.
    """
    channel = queries.channel(ctx.actor, channel_code, lock=True)
    external = normal_sku(channel.kind, external_sku)
    if not external or len(external) > 80:
        raise Invalid(DemandError.SKU_BLANK, field="external_sku")
    require_range("pieces_per_unit", pieces_per_unit, 1, LARGEST_PACK)
    variant = Variant.objects.filter(sku=sku).first()
    if variant is None:
        raise NotFound(DemandError.SKU_UNKNOWN, field="sku", sku=sku)
    return map_one(ctx, channel, external, variant, pieces_per_unit)
