from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.core.money import format_money
from kiwanda.factory.catalog import queries
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import TechPackReleased
from kiwanda.factory.catalog.models import Style, TechPack
from kiwanda.factory.catalog.states import STYLE, TECH_PACK


@command(roles={Role.DESIGNER})
def release_tech_pack(ctx: Context, *, tech_pack_id: UUID) -> TechPack:
    """Make a draft the revision that is made from now on.

    Every operation must pay at least the pay floor of today's benchmark wages. The revision released before becomes
    superseded (production orders planned by it keep it); the style becomes released with its first.
    """
    tech_pack = queries.tech_packs(ctx.actor).filter(pk=tech_pack_id).select_related("style").first()
    if tech_pack is None:
        raise NotFound(CoreError.NOT_FOUND, what="tech pack")
    # Two releases of one style at once: the second waits and then supersedes the first.
    style = Style.objects.select_for_update(no_key=True).get(pk=tech_pack.style_id)
    if not style.variants.exists():
        raise Rejected(CatalogError.NO_VARIANT, code=style.code)
    floors = _checked_floors(ctx, tech_pack)
    superseded = TechPack.objects.filter(style=style, state="released").first()
    if superseded is not None and TECH_PACK.allows(tech_pack.state, "released"):
        TECH_PACK.move(superseded, "superseded")
    TECH_PACK.move(tech_pack, "released", released_at=ctx.now, released_by=ctx.actor.id)
    if style.state != "released":
        STYLE.move(style, "released")
    ctx.emit(
        TechPackReleased(
            style_id=style.id,
            tech_pack_id=tech_pack.id,
            revision=tech_pack.revision,
            superseded_id=superseded.id if superseded is not None else None,
            floors_minor=floors,
        )
    )
    return tech_pack


def _checked_floors(ctx: Context, tech_pack: TechPack) -> dict[str, int]:
    floors: dict[str, int] = {}
    for operation in tech_pack.operations.all():
        floor = queries.operation_floor_minor(operation, ctx.today)
        if floor is None:
            raise Rejected(
                CatalogError.NO_BENCHMARK_WAGE, currency=operation.currency, on=ctx.today.isoformat()
            )
        if operation.piece_rate_minor < floor:
            raise Rejected(
                CatalogError.BELOW_PAY_FLOOR,
                operation=operation.name_en,
                rate=format_money(operation.piece_rate_minor, operation.currency),
                floor=format_money(floor, operation.currency),
            )
        floors[operation.code] = floor
    return floors
