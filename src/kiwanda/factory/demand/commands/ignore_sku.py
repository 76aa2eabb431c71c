"""Say that a channel's SKU is nothing we make."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.models import SkuMapping
from kiwanda.factory.demand.sku_mapping import ignore_one, lines_in_use, normal_sku


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def ignore_sku(ctx: Context, *, channel_code: str, external_sku: str, reason: str) -> SkuMapping:
    """Lines with this SKU are kept but not made, with a reason. Refused while lines of it are open or being made."""
    channel = queries.channel(ctx.actor, channel_code, lock=True)
    external = normal_sku(channel.kind, external_sku)
    if not external or len(external) > 80:
        raise Invalid(DemandError.SKU_BLANK, field="external_sku")
    if not reason.strip():
        raise Invalid(DemandError.REASON_MISSING, field="reason")
    busy = lines_in_use(channel, external)
    if busy:
        raise Rejected(DemandError.SKU_IN_USE, lines=busy, sku=external)
    return ignore_one(ctx, channel, external, reason.strip()[:120])
