"""The pieces' books of production orders (docs/architecture.md §4.3): needed, accepted, under way, open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from kiwanda.factory.planning import in_progress
from kiwanda.factory.planning.allowance import worth_making
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.routings import downstream, load_routings


@dataclass(slots=True)
class Account:
    """One operation of one production order, in pieces."""

    needed: int
    #: Of those needed, pieces that take the place of others lost further on.
    lost: int = 0
    accepted: int = 0
    working: int = 0
    offered: int = 0
    #: Never given out beyond this: what was needed when nothing of the allowance had been used up.
    most: int = 0

    @property
    def open(self) -> int:
        """Pieces nobody makes or is asked to make yet; never below zero."""
        return max(0, self.needed - self.committed)

    @property
    def committed(self) -> int:
        return self.accepted + self.working + self.offered


Books = dict[tuple[UUID, UUID], Account]


def load_books(production_order_ids: Collection[UUID] | None = None) -> Books:
    """The accounts of (production order, operation), of the given production orders or of every open one."""
    orders = ProductionOrder.objects.filter(state="open")
    if production_order_ids is not None:
        orders = ProductionOrder.objects.filter(pk__in=production_order_ids)
    rows = list(orders.values_list("id", "tech_pack_id", "quantity", "allowance"))
    routings = load_routings({pack for _, pack, _, _ in rows})
    later = {pack: downstream(steps) for pack, steps in routings.items()}
    work = in_progress.work_in_progress()
    ids = None if production_order_ids is None else [row[0] for row in rows]
    losses = work.losses(ids)
    books: Books = {}
    for order, pack, quantity, _ in rows:
        for step in routings.get(pack, []):
            lost = sum(losses.get((order, key), 0) for key in later[pack][step.id])
            books[order, step.id] = Account(quantity + lost, lost)
    for item in work.commitments(ids):
        account = books.get((item.production_order_id, item.operation_id))
        if account is None:
            continue
        if item.kind == in_progress.ACCEPTED:
            account.accepted += item.quantity
        elif item.kind == in_progress.OFFERED:
            account.offered += item.quantity
        else:
            account.working += item.quantity
    given_out = {key: account.committed for key, account in books.items()}
    for order, pack, quantity, allowance in rows:
        steps = routings.get(pack, [])
        extra = worth_making(order, quantity, allowance, steps, given_out, losses)
        for step in steps:
            account = books[order, step.id]
            account.most = account.needed + allowance
            account.needed += extra
    return books


def most_committed(books: Mapping[tuple[UUID, UUID], Account], quantities: Mapping[UUID, int]) -> dict[UUID, int]:
    """For each production order the least quantity it can be reduced to without making work that was given out idle.

    ``quantities`` are the orders' present quantities, the most that is asked for: an allowance given out is no reason
    to make more.
    """
    least: dict[UUID, int] = defaultdict(int)
    for (order, _), account in books.items():
        least[order] = max(least[order], account.committed - account.lost)
    return {order: max(0, min(count, quantities[order])) for order, count in least.items()}
