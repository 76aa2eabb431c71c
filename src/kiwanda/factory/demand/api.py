"""Demand over HTTP: orders, imports, SKU mappings. Parse, call, answer.

Mount `router` in an API whose authentication returns the :class:`Actor` (it is read from ``request.auth``). A caller's
``Idempotency-Key`` header, a UUID, is the command's id: the same request again gives the first answer.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, Invalid, NotFound
from kiwanda.factory.demand import commands, queries
from kiwanda.factory.demand.importing import RowError, errors_as_csv
from kiwanda.factory.demand.mapping_sheet import unmapped_as_csv
from kiwanda.factory.demand.models import ImportRun, OrderLine, SalesOrder

router = Router(tags=["demand"])


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _command_id(request: HttpRequest) -> UUID | None:
    text = request.headers.get("Idempotency-Key")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(CoreError.MALFORMED, field="Idempotency-Key", reason="not a UUID") from None


LARGEST_UPLOAD = 128 << 20
"""Bytes of an uploaded file; larger ones are imported on the machine itself (`./run kiwanda import`)."""


def _content(file: UploadedFile) -> bytes:
    if (file.size or 0) > LARGEST_UPLOAD:
        raise Invalid(CoreError.MALFORMED, field="file", reason="larger than 128 MiB")
    content: bytes = file.read()
    return content


class NewLineIn(Schema):
    sku: str
    quantity: int
    due_on: date | None = None
    unit_price_minor: int = 0
    description: str = ""
    external_line: str = ""


class NewOrderIn(Schema):
    channel_code: str
    lines: list[NewLineIn]
    external_id: str = ""
    number: str = ""
    customer_ref: str = ""
    country: str = ""
    currency: str = ""
    ordered_at: datetime | None = None


class LineOut(Schema):
    id: UUID
    external_line: str
    external_sku: str
    description: str
    quantity_units: int
    quantity: int
    shipped_quantity: int
    unit_price_minor: int
    due_on: date
    state: str


class OrderOut(Schema):
    id: UUID
    channel_id: str
    external_id: str
    number: str
    country: str
    currency: str
    ordered_at: datetime
    is_history: bool
    state: str
    lines: list[LineOut]


class OrderRow(Schema):
    order_id: UUID
    number: str
    channel_code: str
    ordered_at: datetime
    state: str
    lines: int
    waiting_lines: int
    pieces: int
    shipped: int
    due_on: date | None


class ImportOut(Schema):
    id: UUID
    channel_id: str
    format: str
    filename: str
    dry_run: bool
    is_history: bool
    state: str
    rows_done: int
    report: dict[str, Any]


class WaitingSkuOut(Schema):
    channel_code: str
    external_sku: str
    description: str
    waiting_lines: int
    waiting_units: int
    orders: int
    history_lines: int
    first_due_on: date | None


class MappingIn(Schema):
    channel_code: str
    external_sku: str
    sku: str = ""
    pieces_per_unit: int = 1
    ignore_reason: str = ""


class MappingOut(Schema):
    channel_id: str
    external_sku: str
    pieces_per_unit: int
    ignored_reason: str


class ReasonIn(Schema):
    reason: str


class PromiseIn(Schema):
    promised_on: date
    confidence_percent: int | None = None


class PromiseOut(Schema):
    promised_on: date
    confidence_percent: int | None
    basis: str
    made_at: datetime


@router.get("/orders", response=list[OrderRow])
def list_orders(request: HttpRequest, state: str = "open", limit: int = 100, offset: int = 0) -> Any:
    """Orders to be made, soonest due first; at most 500 at a time."""
    limit, offset = min(max(limit, 1), 500), max(offset, 0)
    return queries.order_summaries(_actor(request), state=state, limit=limit, offset=offset)


@router.get("/orders/{order_id}", response=OrderOut)
def get_order(request: HttpRequest, order_id: UUID) -> SalesOrder:
    """One order with its lines."""
    order = queries.orders(_actor(request)).prefetch_related("lines").filter(pk=order_id).first()
    if order is None:
        raise NotFound(CoreError.NOT_FOUND, what="order")
    return order


@router.post("/orders", response={201: OrderOut})
def place_order(request: HttpRequest, body: NewOrderIn) -> Status[SalesOrder]:
    """Place an order."""
    given = body.dict(exclude={"lines"})
    lines = [commands.NewLine(**line.dict()) for line in body.lines]
    order = commands.place_sales_order(actor=_actor(request), command_id=_command_id(request), lines=lines, **given)
    return Status(201, order)


@router.post("/orders/{order_id}/cancel", response=OrderOut)
def cancel_order(request: HttpRequest, order_id: UUID, body: ReasonIn) -> SalesOrder:
    """Cancel what is left of an order."""
    return commands.cancel_sales_order(
        actor=_actor(request), command_id=_command_id(request), order_id=order_id, reason=body.reason
    )


@router.post("/order-lines/{line_id}/cancel", response=LineOut)
def cancel_line(request: HttpRequest, line_id: UUID, body: ReasonIn) -> OrderLine:
    """Cancel one line."""
    return commands.cancel_order_line(
        actor=_actor(request), command_id=_command_id(request), line_id=line_id, reason=body.reason
    )


@router.post("/order-lines/{line_id}/promise", response=PromiseOut)
def promise(request: HttpRequest, line_id: UUID, body: PromiseIn) -> Any:
    """Promise a date for a line."""
    return commands.promise_line(actor=_actor(request), command_id=_command_id(request), line_id=line_id, **body.dict())


@router.post("/imports", response=ImportOut)
def import_file(
    request: HttpRequest,
    file: File[UploadedFile],
    channel_code: Form[str],
    format: Form[str],
    dry_run: Form[bool] = False,
    as_history: Form[bool] = False,
) -> ImportRun:
    """Import a file of orders; a refused file is answered with its report, not with an error."""
    return commands.import_orders(
        actor=_actor(request),
        command_id=_command_id(request),
        channel_code=channel_code,
        format=format,
        filename=file.name or "",
        content=_content(file),
        dry_run=dry_run,
        as_history=as_history,
    )


@router.get("/imports/{import_run_id}", response=ImportOut)
def get_import(request: HttpRequest, import_run_id: UUID) -> ImportRun:
    """One import and its report."""
    run = queries.import_runs(_actor(request)).filter(pk=import_run_id).first()
    if run is None:
        raise NotFound(CoreError.NOT_FOUND, what="import")
    return run


@router.get("/imports/{import_run_id}/errors.csv")
def get_import_errors(request: HttpRequest, import_run_id: UUID, language: str = "en") -> HttpResponse:
    """The row errors of an import as a CSV file that is safe to open in a spreadsheet."""
    run = get_import(request, import_run_id)
    errors = [RowError(**error) for error in run.report.get("errors", [])]
    answer = HttpResponse(errors_as_csv(errors, language), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-errors-{run.pk}.csv"'
    return answer


@router.get("/unmapped-skus", response=list[WaitingSkuOut])
def list_unmapped(request: HttpRequest, channel_code: str | None = None, history: bool = False) -> Any:
    """SKUs that wait for a mapping, with what waits for them; with ``history`` also those only past sales name."""
    return queries.unmapped_skus(_actor(request), channel_code, history=history)


@router.get("/unmapped-skus.csv")
def download_unmapped(request: HttpRequest, channel_code: str) -> HttpResponse:
    """The same for one channel as a CSV file, to be filled in and uploaded as a SKU mapping."""
    answer = HttpResponse(unmapped_as_csv(_actor(request), channel_code), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="unmapped-skus-{channel_code}.csv"'
    return answer


@router.post("/sku-mappings/import")
def import_mapping_file(
    request: HttpRequest, file: File[UploadedFile], channel_code: Form[str], dry_run: Form[bool] = False
) -> dict[str, Any]:
    """Upload a SKU mapping; a refused file is answered with its report."""
    return commands.import_sku_mapping(
        actor=_actor(request),
        command_id=_command_id(request),
        channel_code=channel_code,
        filename=file.name or "",
        content=_content(file),
        dry_run=dry_run,
    )


@router.post("/sku-mappings", response=MappingOut)
def map_sku(request: HttpRequest, body: MappingIn) -> Any:
    """Map a SKU to one of ours, or (with ``ignore_reason``) set it aside."""
    actor, command_id = _actor(request), _command_id(request)
    if body.ignore_reason:
        return commands.ignore_sku(
            actor=actor,
            command_id=command_id,
            channel_code=body.channel_code,
            external_sku=body.external_sku,
            reason=body.ignore_reason,
        )
    return commands.map_sku(
        actor=actor,
        command_id=command_id,
        channel_code=body.channel_code,
        external_sku=body.external_sku,
        sku=body.sku,
        pieces_per_unit=body.pieces_per_unit,
    )
