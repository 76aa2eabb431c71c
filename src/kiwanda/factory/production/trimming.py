"""Work that waits for parts which will never come is made smaller, so that it ends and is not waited for.

An order's allowance is made at every operation. When some of it is rejected early, later operations were asked for more
pieces than there will be parts: nobody makes those parts again (the order can do without), so nobody may wait for them.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Sum

from kiwanda.core.commands import Context
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.dispatch.work import trim
from kiwanda.factory.planning.books import Books, load_books
from kiwanda.factory.production import queries
from kiwanda.factory.production.routing import predecessors


def trim_waiting(ctx: Context, production_order_id: UUID, operation_ids: tuple[UUID, ...]) -> int:
    """Take off what the operations before cannot supply, from work due last; returns how many pieces."""
    live = list(
        WorkOrder.objects.filter(
            production_order=production_order_id, operation__in=operation_ids, state__in=LIVE_WORK_ORDERS
        )
        .order_by("-due_on", "code")
        .select_for_update(of=("self",))
    )
    if not live:
        return 0
    books = load_books([production_order_id])
    given = queries.components_of([row.pk for row in live])
    taken = 0
    for operation in operation_ids:
        rows = [row for row in live if row.operation_id == operation]
        excess = _asked_for(production_order_id, operation) - _sets(books, production_order_id, operation)
        for row in rows:
            if excess <= 0:
                break
            have = given.get(row.pk, {})
            at_hand = min(have.get(part, 0) for part in predecessors(operation))
            pieces = min(excess, row.most_quantity - at_hand, row.unmade_quantity, row.open_quantity)
            if pieces > 0:
                trim(ctx, row, pieces)
                excess -= pieces
                taken += pieces
    return taken


def _sets(books: Books, order: UUID, operation: UUID) -> int:
    """For how many pieces of ``operation`` there are or will be parts: made, at work, on offer, still to be planned."""
    supplies = (books.get((order, part)) for part in predecessors(operation))
    return min(account.committed + account.open if account is not None else 0 for account in supplies)


def _asked_for(order: UUID, operation: UUID) -> int:
    """Pieces of ``operation`` that took or will take parts: live work and offers in full, closed work what it used."""
    offered: int = (
        Offer.objects.filter(production_order=order, operation=operation, state__in=LIVE_OFFERS).aggregate(
            n=Sum("quantity")
        )["n"]
        or 0
    )
    rows = WorkOrder.objects.filter(production_order=order, operation=operation).only(
        "state", "quantity", "taken_quantity", "handed_in_quantity"
    )
    return offered + sum(
        row.most_quantity if row.state in LIVE_WORK_ORDERS else row.handed_in_quantity for row in rows
    )
