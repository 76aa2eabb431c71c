"""Settlement over HTTP. Parse, call, answer. Amounts are integer minor units."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from kiwanda.core.errors import CoreError, Invalid
from kiwanda.factory.catalog.http import caller, command_id, page
from kiwanda.factory.settlement import commands, queries, statements
from kiwanda.factory.settlement.models import Payout, PayoutBatch
from kiwanda.factory.settlement.statements import StatementRow
from kiwanda.factory.settlement.states import PAYOUT

router = Router(tags=["settlement"])


class StatementRowOut(Schema):
    earning_id: UUID
    earned_at: datetime
    work_order_code: str
    operation_en: str
    operation_sw: str
    quantity: int
    piece_rate_minor: int
    amount_minor: int
    currency: str
    state: str
    payout_code: str
    receipt_ref: str
    paid_at: datetime | None


class BatchOut(Schema):
    id: UUID
    number: int
    state: str
    currency: str
    total_minor: int
    payout_count: int
    content_hash: str
    created_at: datetime
    approved_at: datetime | None


class PayoutOut(Schema):
    id: UUID
    code: str
    batch_id: UUID
    workshop_id: UUID
    amount_minor: int
    currency: str
    state: str
    receipt_ref: str
    message: str
    created_at: datetime
    paid_at: datetime | None


class BatchIn(Schema):
    up_to: datetime | None = None


class ApprovalIn(Schema):
    content_hash: str


class ReviewIn(Schema):
    outcome: str
    note: str
    receipt_ref: str = ""


@router.get("/statement", response=list[StatementRowOut])
def statement(
    request: HttpRequest, workshop_id: UUID | None = None, limit: int = 100, offset: int = 0
) -> list[StatementRow]:
    """Earnings and where their money is, newest first; an artisan reads her own workshop's."""
    part = page(limit, offset)
    return list(islice(statements.rows(caller(request), workshop_id), part.start, part.stop))


@router.get("/payout-batches", response=list[BatchOut])
def payout_batches(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[PayoutBatch]:
    """Batches, newest first."""
    return list(queries.payout_batches(caller(request))[page(limit, offset)])


@router.post("/payout-batches", response=BatchOut)
def create_payout_batch(request: HttpRequest, body: BatchIn) -> PayoutBatch:
    """Gather what is owed into a batch."""
    return commands.create_payout_batch(actor=caller(request), command_id=command_id(request), up_to=body.up_to)


@router.post("/payout-batches/{batch_id}/approve", response=BatchOut)
def approve_payout_batch(request: HttpRequest, batch_id: UUID, body: ApprovalIn) -> PayoutBatch:
    """Approve exactly the content with this hash, as another person than the maker."""
    return commands.approve_payout_batch(
        actor=caller(request), command_id=command_id(request), batch_id=batch_id, content_hash=body.content_hash
    )


@router.post("/payout-batches/{batch_id}/cancel", response=BatchOut)
def cancel_payout_batch(request: HttpRequest, batch_id: UUID) -> PayoutBatch:
    return commands.cancel_payout_batch(actor=caller(request), command_id=command_id(request), batch_id=batch_id)


@router.get("/payouts", response=list[PayoutOut])
def payouts(request: HttpRequest, state: str = "", limit: int = 100, offset: int = 0) -> list[Payout]:
    """Payouts, newest first, all or those in one state; an artisan sees her own workshop's."""
    rows = queries.payouts(caller(request))
    if state:
        if state not in PAYOUT.states:
            raise Invalid(CoreError.MALFORMED, field="state", reason=f"use one of {', '.join(PAYOUT.states)}")
        rows = rows.filter(state=state)
    return list(rows[page(limit, offset)])


@router.get("/payouts/stuck", response=list[PayoutOut])
def stuck(request: HttpRequest, limit: int = 100, offset: int = 0) -> list[Payout]:
    """Payouts that need a person, longest first."""
    return list(queries.stuck(caller(request))[page(limit, offset)])


@router.post("/payouts/{payout_id}/query", response=PayoutOut)
def query_payout(request: HttpRequest, payout_id: UUID) -> Payout:
    """Have the rail asked what became of a payout."""
    return commands.query_payout(actor=caller(request), command_id=command_id(request), payout_id=payout_id)


@router.post("/payouts/{payout_id}/retry", response=PayoutOut)
def retry_payout(request: HttpRequest, payout_id: UUID) -> Payout:
    """Try a proven failure again."""
    return commands.retry_payout(actor=caller(request), command_id=command_id(request), payout_id=payout_id)


@router.post("/payouts/{payout_id}/settle", response=PayoutOut)
def settle_review(request: HttpRequest, payout_id: UUID, body: ReviewIn) -> Payout:
    """End a payout in review, with evidence."""
    return commands.settle_review(
        actor=caller(request), command_id=command_id(request), payout_id=payout_id, **body.dict()
    )
