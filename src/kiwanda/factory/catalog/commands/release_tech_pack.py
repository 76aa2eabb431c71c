"""Make a draft the revision that is made from now on."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.catalog import queries, releasing
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.models import Style, TechPack


@command(roles={Role.DESIGNER})
def release_tech_pack(ctx: Context, *, tech_pack_id: UUID) -> TechPack:
    """Make a draft the revision that is made from now on.

    Every operation must pay at least the pay floor of today's benchmark wages, and none less than in the revision
    before unless that was proposed and reviewed (:func:`propose_rate`). The revision released before becomes superseded
    (production orders planned by it keep it); the style becomes released with its first.
    """
    tech_pack = queries.tech_packs(ctx.actor).filter(pk=tech_pack_id).select_related("style").first()
    if tech_pack is None:
        raise NotFound(CoreError.NOT_FOUND, what="tech pack")
    # Two releases of one style at once: the second waits and then supersedes the first.
    style = Style.objects.select_for_update(no_key=True).get(pk=tech_pack.style_id)
    if not style.variants.exists():
        raise Rejected(CatalogError.NO_VARIANT, code=style.code)
    releasing.require_not_lower(tech_pack)
    releasing.release(ctx, style, tech_pack)
    return tech_pack
