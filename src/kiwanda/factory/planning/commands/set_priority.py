"""A person says that one production order matters more, or less, than its value says."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import PrioritySet
from kiwanda.factory.planning.models import ProductionOrder

#: The heaviest a day's delay may count.
MOST = Decimal("99999.99")
FACTORS = (0.25, 0.5, 2.0, 4.0)


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def set_priority(ctx: Context, *, production_order_id: UUID, factor: float) -> ProductionOrder:
    """Multiply what a day's delay of the order counts, from the next plan on; ``factor`` is one of :data:`FACTORS`."""
    if factor not in FACTORS:
        raise Invalid(CoreError.OUT_OF_RANGE, field="factor", low=min(FACTORS), high=max(FACTORS))
    order = queries.production_order(ctx.actor, production_order_id)
    if order.state != "open":
        raise Rejected(CoreError.WRONG_STATE, state=order.state)
    weight = min(MOST, max(Decimal("0.1"), order.weight * Decimal(str(factor)))).quantize(Decimal("0.01"))
    changed = ProductionOrder.objects.filter(pk=order.pk, state="open", weight=order.weight).update(weight=weight)
    if not changed:
        raise Rejected(CoreError.CHANGED_MEANWHILE)
    order.weight = weight
    ctx.emit(PrioritySet(production_order_id=order.id, weight=str(weight), factor=str(factor)))
    return order
