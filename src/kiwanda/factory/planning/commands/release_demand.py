"""Turn open order lines into production orders."""

from __future__ import annotations

from datetime import timedelta

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.ids import new_id, readable_code
from kiwanda.factory.planning.allowance import allowance_for, loss_shares
from kiwanda.factory.planning.capacity import HABIT_WEEKS
from kiwanda.factory.planning.events import DemandReleased
from kiwanda.factory.planning.in_progress import work_in_progress
from kiwanda.factory.planning.models import Peg, ProductionOrder
from kiwanda.factory.planning.order_lines import take_into_production
from kiwanda.factory.planning.pegging import Batch, batches, give_away, open_wants, released_tech_packs
from kiwanda.factory.planning.routings import load_routings


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def release_demand(ctx: Context) -> int:
    """Batch open lines by variant and due week; returns how many production orders came of it.

    Pieces that lost their buyer are given away first. Lines of styles without a released tech pack stay open.
    """
    wants, full = give_away(ctx, open_wants())
    made = batches(wants, released_tech_packs())
    _create(ctx, made)
    take_into_production(full | {line for batch in made for line, _ in batch.pegs})
    return len(made)


def _create(ctx: Context, made: list[Batch]) -> None:
    routings = load_routings({batch.tech_pack_id for batch in made})
    judged = work_in_progress().losses_by_technique(ctx.now - timedelta(weeks=HABIT_WEEKS)) if made else {}
    shares = loss_shares(judged, {step.technique for steps in routings.values() for step in steps})
    ids = [new_id() for _ in made]
    codes = {key: readable_code("PO", key) for key in ids}
    taken = set(ProductionOrder.objects.filter(code__in=list(codes.values())[:900]).values_list("code", flat=True))
    for first in range(900, len(ids), 900):
        part = list(codes.values())[first : first + 900]
        taken |= set(ProductionOrder.objects.filter(code__in=part).values_list("code", flat=True))
    orders, pegs = [], []
    for key, batch in zip(ids, made, strict=True):
        code = codes[key]
        if code in taken:
            code = readable_code("PO", key, 8)
        taken.add(code)
        orders.append(
            ProductionOrder(
                id=key,
                code=code,
                variant_id=batch.variant_id,
                tech_pack_id=batch.tech_pack_id,
                quantity=batch.quantity,
                allowance=allowance_for(batch.quantity, routings[batch.tech_pack_id], shares),
                release_on=ctx.today,
                due_on=batch.due_on,
                weight=batch.weight,
                created_at=ctx.now,
            )
        )
        pegs += [Peg(production_order_id=key, line_id=line, quantity=pieces) for line, pieces in batch.pegs]
        ctx.emit(
            DemandReleased(
                production_order_id=key,
                code=code,
                variant_id=batch.variant_id,
                tech_pack_id=batch.tech_pack_id,
                quantity=batch.quantity,
                due_on=batch.due_on,
                lines=batch.pegs,
            )
        )
    ProductionOrder.objects.bulk_create(orders, batch_size=1000)
    Peg.objects.bulk_create(pegs, batch_size=1000)
