"""Staff answer a workshop that contests a taking back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.events import ReassignmentAnswered
from kiwanda.factory.dispatch.handing_over import NewMaker, hand_over, lock_order
from kiwanda.factory.dispatch.models import Offer, Reassignment
from kiwanda.factory.dispatch.states import LIVE_OFFERS, REASSIGNMENT
from kiwanda.factory.dispatch.withdrawing import take_back

#: Work that is given back is due no sooner than this.
LEAST_DAYS = 2


@command(roles={Role.COORDINATOR})
def answer_contest(ctx: Context, *, reassignment_id: UUID, give_back: bool, answer: str) -> Reassignment:
    """contested → upheld, or given_back: pieces nobody else has accepted yet are offered to the workshop again.

    Offers to others that are unanswered are withdrawn for it; what was accepted stays with who accepted it.
    """
    text = fields.text("answer", answer, 200)
    row = queries.reassignment(ctx.actor, reassignment_id)
    if row.state != "contested":
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    returned = 0
    if give_back:
        lock_order(row.work_order.production_order_id)
        back = take_back(ctx, Offer.objects.filter(reassignment=row, state__in=LIVE_OFFERS), reoffer=False, note=text)
        returned = sum(offer.quantity for offer in back)
        if returned == 0:
            raise Rejected(DispatchError.BACK_IS_TAKEN)
        due = max(offer.due_on for offer in back)
        maker = NewMaker(
            row.workshop_id, returned, ctx.today, max(due, ctx.today + timedelta(days=LEAST_DAYS))
        )
        hand_over(ctx, row.work_order, [maker], left=returned, wave=3)
    REASSIGNMENT.move(row, "given_back" if give_back else "upheld", answer=text, answered_at=ctx.now)
    ctx.emit(
        ReassignmentAnswered(
            reassignment_id=row.id,
            work_order_id=row.work_order_id,
            production_order_id=row.work_order.production_order_id,
            operation_id=row.work_order.operation_id,
            workshop_id=row.workshop_id,
            quantity=row.quantity,
            given_back=returned,
        )
    )
    return row
