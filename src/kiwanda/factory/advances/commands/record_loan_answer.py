"""What the lender said."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.advances import beginning, queries
from kiwanda.factory.advances.events import AdvanceDecided
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.states import ADVANCE
from kiwanda.factory.production.queries import one
from kiwanda.ports.lending import LoanAnswer, LoanOutcome


@command(roles={Role.SYSTEM})
def record_loan_answer(ctx: Context, *, advance_id: UUID, answer: LoanAnswer) -> Advance:
    """A loan that was paid out is paid back from earnings from now on; an unknown end changes nothing."""
    row = one(queries.advances(ctx.actor).order_by(), advance_id, "advance")
    if row.state != "sending" or answer.outcome is LoanOutcome.UNKNOWN:
        return row
    if answer.outcome is LoanOutcome.PAID:
        ADVANCE.move(row, "running", begun_at=ctx.now, lender_ref=answer.reference[:60])
        beginning.told(ctx, row)
    else:
        ADVANCE.move(row, "declined", ended_at=ctx.now, answer=answer.message[:200])
        ctx.emit(
            AdvanceDecided(row.pk, row.workshop_id, row.kind, row.principal_minor, row.currency, row.state, row.answer)
        )
    return row
