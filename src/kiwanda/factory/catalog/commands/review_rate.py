"""Another person looks at a proposed rate."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields, queries
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import RateReviewed, RateWithdrawn
from kiwanda.factory.catalog.models import PieceRate
from kiwanda.factory.catalog.states import PIECE_RATE


@command(roles={Role.FINANCE_CHECKER, Role.IMPACT_OFFICER}, separate=True)
def review_rate(ctx: Context, *, piece_rate_id: UUID, approve: bool, note: str) -> PieceRate:
    """Approve a proposed rate or send it back, saying why. Never the person who proposed it."""
    why = fields.text("note", note, 300)
    rate = queries.piece_rate(ctx.actor, piece_rate_id)
    if ctx.actor.id is None or rate.proposed_by == ctx.actor.id:
        raise Rejected(CatalogError.SAME_PERSON)
    PIECE_RATE.move(
        rate, "reviewed" if approve else "returned", reviewed_at=ctx.now, reviewed_by=ctx.actor.id, review_note=why
    )
    ctx.emit(
        RateReviewed(
            piece_rate_id=rate.pk,
            style_id=rate.operation.tech_pack.style_id,
            operation_code=rate.operation.code,
            piece_rate_minor=rate.piece_rate_minor,
            currency=rate.currency,
            approved=bool(approve),
            note=why,
        )
    )
    return rate


@command(roles={Role.DESIGNER, Role.IMPACT_OFFICER, Role.FINANCE_MAKER})
def withdraw_rate(ctx: Context, *, piece_rate_id: UUID) -> PieceRate:
    """Take back a rate that is not released yet."""
    rate = queries.piece_rate(ctx.actor, piece_rate_id)
    PIECE_RATE.move(rate, "withdrawn")
    ctx.emit(
        RateWithdrawn(
            piece_rate_id=rate.pk, style_id=rate.operation.tech_pack.style_id, operation_code=rate.operation.code
        )
    )
    return rate
