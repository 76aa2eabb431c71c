"""Dispatch over HTTP. Parse, call, answer. ``request.auth`` is the :class:`Actor`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from kiwanda.core import clock
from kiwanda.core.errors import CoreError, Invalid
from kiwanda.factory.catalog import http
from kiwanda.factory.dispatch import commands, queries
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import OFFER, WORK_ORDER

router = Router(tags=["dispatch"])


class Page(Schema):
    """Which rows of a long list."""

    offset: int = 0
    limit: int = 100

    def cut(self, rows: Any) -> list[Any]:
        return list(rows[http.page(self.limit, self.offset)])


class OfferOut(Schema):
    id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    piece_rate_minor: int
    pay_minor: int
    currency: str
    start_on: date
    due_on: date
    wave: int
    state: str
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    decline_reason: str
    counter_quantity: int | None
    counter_due_on: date | None


class WorkOrderOut(Schema):
    id: UUID
    code: str
    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    open_quantity: int
    piece_rate_minor: int
    currency: str
    start_on: date
    agreed_due_on: date
    due_on: date
    due_reason: str
    state: str
    last_sign_at: datetime
    made_quantity: int
    handed_in_quantity: int
    received_quantity: int
    accepted_quantity: int
    rework_quantity: int
    rejected_quantity: int
    short_quantity: int


class UnfilledOut(Schema):
    production_order_id: UUID
    production_order: str
    operation_id: UUID
    operation: str
    technique: str
    quantity: int
    refusals: int


class WaveIn(Schema):
    until: date | None = None


class DeclineIn(Schema):
    reason: str
    note: str = ""


class CounterIn(Schema):
    quantity: int | None = None
    due_on: date | None = None
    note: str = ""


class AnswerIn(Schema):
    accept: bool


class NoteIn(Schema):
    note: str = ""


class ReasonIn(Schema):
    reason: str


class DueIn(Schema):
    due_on: date
    reason: str


class CountOut(Schema):
    count: int


def _known(state: str, states: list[str]) -> str:
    if state not in states:
        raise Invalid(CoreError.MALFORMED, field="state", reason=f"use one of {', '.join(states)}")
    return state


@router.post("/waves", response=CountOut)
def send_wave(request: HttpRequest, body: WaveIn) -> dict[str, int]:
    """Send the published plan's next lots as offers."""
    sent = commands.send_wave(actor=http.caller(request), command_id=http.command_id(request), until=body.until)
    return {"count": sent}


@router.get("/offers", response=list[OfferOut])
def offers(request: HttpRequest, page: Query[Page], state: str = "sent") -> list[Offer]:
    """Offers in one state, newest first; an artisan sees her own workshop's."""
    return page.cut(queries.offers(http.caller(request)).filter(state=_known(state, OFFER.states)))


@router.get("/offers/{offer_id}", response=OfferOut)
def offer(request: HttpRequest, offer_id: UUID) -> Offer:
    return queries.offer(http.caller(request), offer_id)


@router.post("/offers/{offer_id}/accept", response=WorkOrderOut)
def accept_offer(request: HttpRequest, offer_id: UUID) -> WorkOrder:
    """Take the work; the answer is the work order."""
    return commands.accept_offer(actor=http.caller(request), command_id=http.command_id(request), offer_id=offer_id)


@router.post("/offers/{offer_id}/decline", response=OfferOut)
def decline_offer(request: HttpRequest, offer_id: UUID, body: DeclineIn) -> Offer:
    return commands.decline_offer(
        actor=http.caller(request), command_id=http.command_id(request), offer_id=offer_id, **body.dict()
    )


@router.post("/offers/{offer_id}/counter", response=OfferOut)
def counter_offer(request: HttpRequest, offer_id: UUID, body: CounterIn) -> Offer:
    """Ask for fewer pieces or a later day."""
    return commands.counter_offer(
        actor=http.caller(request), command_id=http.command_id(request), offer_id=offer_id, **body.dict()
    )


@router.post("/offers/{offer_id}/answer", response=OfferOut)
def answer_counter(request: HttpRequest, offer_id: UUID, body: AnswerIn) -> Offer:
    """Agree to a counter-offer, or refuse it."""
    return commands.answer_counter(
        actor=http.caller(request), command_id=http.command_id(request), offer_id=offer_id, accept=body.accept
    )


@router.post("/offers/{offer_id}/withdraw", response=OfferOut)
def withdraw_offer(request: HttpRequest, offer_id: UUID, body: NoteIn) -> Offer:
    return commands.withdraw_offer(
        actor=http.caller(request), command_id=http.command_id(request), offer_id=offer_id, note=body.note
    )


@router.post("/offers/{offer_id}/elsewhere", response=OfferOut | None)
def offer_elsewhere(request: HttpRequest, offer_id: UUID) -> Offer | None:
    """Offer work that was not taken to the next best workshop; null when nobody can take it."""
    return commands.offer_elsewhere(actor=http.caller(request), command_id=http.command_id(request), offer_id=offer_id)


@router.get("/work-orders", response=list[WorkOrderOut])
def work_orders(request: HttpRequest, page: Query[Page], state: str = "") -> list[WorkOrder]:
    """Work orders by due day: live ones, or those in one state."""
    actor = http.caller(request)
    if state:
        return page.cut(queries.work_orders(actor).filter(state=_known(state, WORK_ORDER.states)))
    return page.cut(queries.live_work(actor))


@router.get("/work-orders/late", response=list[WorkOrderOut])
def late_work(request: HttpRequest, page: Query[Page]) -> list[WorkOrder]:
    """Live work past its due day."""
    return page.cut(queries.late_work(http.caller(request), clock.today()))


@router.get("/work-orders/silent", response=list[WorkOrderOut])
def silent_work(request: HttpRequest, page: Query[Page]) -> list[WorkOrder]:
    """Live work nobody has heard of for days."""
    return page.cut(queries.silent_work(http.caller(request), clock.now(), clock.today()))


@router.get("/work-orders/{work_order_id}", response=WorkOrderOut)
def work_order(request: HttpRequest, work_order_id: UUID) -> WorkOrder:
    return queries.work_order(http.caller(request), work_order_id)


@router.post("/work-orders/{work_order_id}/close", response=WorkOrderOut)
def close_work_order(request: HttpRequest, work_order_id: UUID, body: ReasonIn) -> WorkOrder:
    """Close work that will not be finished; the unmade rest is planned again."""
    return commands.close_work_order(
        actor=http.caller(request), command_id=http.command_id(request), work_order_id=work_order_id, reason=body.reason
    )


@router.post("/work-orders/{work_order_id}/due-day", response=WorkOrderOut)
def move_due_day(request: HttpRequest, work_order_id: UUID, body: DueIn) -> WorkOrder:
    """Give accepted work more time; the workshop is told with the reason."""
    return commands.move_due_day(
        actor=http.caller(request), command_id=http.command_id(request), work_order_id=work_order_id, **body.dict()
    )


@router.get("/unfilled", response=list[UnfilledOut])
def unfilled_work(request: HttpRequest) -> list[dict[str, Any]]:
    """Work that was refused and that no plan gives to anybody."""
    return [
        {
            "production_order_id": row.production_order.pk,
            "production_order": row.production_order.code,
            "operation_id": row.operation.pk,
            "operation": row.operation.code,
            "technique": row.operation.technique_id,
            "quantity": row.quantity,
            "refusals": row.refusals,
        }
        for row in queries.unfilled_work(http.caller(request))
    ]
