"""Work on its way through production, built through the commands. Every argument has a default."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kiwanda.core import actors
from kiwanda.core.actors import Actor, Role
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.commands import MaterialSpec
from kiwanda.factory.catalog.tests.factories import make_material, make_style, operation_spec
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.tests.factories import make_work
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import artisan_of, make_hub, make_workshop
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.tests.factories import make_production_order
from kiwanda.factory.production.commands import hand_in, receive_hand_in
from kiwanda.factory.production.models import HandIn


def coordinator() -> Actor:
    return actors.staff(new_id(), Role.COORDINATOR)


def inspector() -> Actor:
    return actors.staff(new_id(), Role.INSPECTOR)


@dataclass
class Bench:
    """One production order of a style that is cast, beaded and then joined from both, and workshops for each step."""

    production_order: ProductionOrder
    workshops: dict[str, Workshop]

    def work(self, operation: str, quantity: int = 20, workshop: Workshop | None = None, **terms: Any) -> WorkOrder:
        """Accepted work of ``operation`` (cast, bead, join)."""
        return make_work(
            self.production_order, operation, workshop or self.workshops[operation], quantity, **terms
        )


def make_bench(quantity: int = 40, sku: str = "EARRING") -> Bench:
    """See :class:`Bench`: cast and bead need material, join needs one piece of each; three workshops at two hubs."""
    make_hub("NBI")
    make_hub("KSM", county_code=42)
    make_style(
        sku=sku,
        operations=[
            operation_spec("cast", minutes=12),
            operation_spec("bead", minutes=8),
            operation_spec("join", minutes=5, after=["cast", "bead"]),
        ],
        bill=[
            MaterialSpec(make_material("brass").code, "cast", Decimal("5")),
            MaterialSpec(make_material("beads", unit="piece").code, "bead", Decimal("12.5")),
            MaterialSpec(make_material("wire", unit="m").code, "bead", Decimal("0.333")),
        ],
    )
    workshops = {
        "cast": make_workshop(techniques=["cast"]),
        "bead": make_workshop(techniques=["bead"], hub="KSM", county_code=42),
        "join": make_workshop(techniques=["join"]),
    }
    return Bench(make_production_order(sku, quantity), workshops)


def hand_in_and_receive(work_order: WorkOrder, quantity: int, **more: Any) -> HandIn:
    """``quantity`` pieces declared by the workshop and counted the same by the hub."""
    row = hand_in(actor=artisan_of(work_order.workshop), work_order_id=work_order.pk, quantity=quantity, **more)
    return receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=quantity)


def fresh(work_order: WorkOrder) -> WorkOrder:
    """The work order as the database has it now."""
    return WorkOrder.objects.get(pk=work_order.pk)
