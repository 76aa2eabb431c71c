"""Import a file of orders: all of it or nothing, and twice is once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from kiwanda.core import clock, vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid
from kiwanda.core.ids import new_id
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.events import ImportChecked, ImportRefused, OrdersImported
from kiwanda.factory.demand.importing import FORMATS, OrderReading, ParsedOrder, read_orders, shorten
from kiwanda.factory.demand.intake import Intake
from kiwanda.factory.demand.models import ImportRun, SalesChannel
from kiwanda.factory.demand.states import IMPORT_RUN

Progress = Callable[[int, int], object]

PROGRESS_EVERY = 200
"""Orders between two calls of a progress callback."""


class _Undo(Exception):
    """Roll the orders back, keep the report."""


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def import_orders(
    ctx: Context,
    *,
    channel_code: str,
    format: str,
    filename: str = "",
    content: bytes | None = None,
    path: str | Path | None = None,
    dry_run: bool = False,
    as_history: bool = False,
    move_dates_to: date | None = None,
    sheet: str = "",
    progress: Progress | None = None,
) -> ImportRun:
    """Read ``content`` or the file at ``path`` and take its orders into ``channel_code``.

    Parameters
    ----------
    path
        A file on this machine; text, where the call has a ``command_id``. Never taken from a request.
    dry_run
        Look at everything, count what would be done, write nothing but the report.
    as_history
        Past sales for forecasting: never planned, never made.
    move_dates_to
        Move every date by the same number of whole weeks, so that the last order of the file falls on this day or
        within the week before it (weekdays stay).
    progress
        Called with (rows read, rows expected); the second is an estimate until the end.

    Returns
    -------
    ImportRun
        ``applied``; ``checked`` after a dry run; ``refused`` when the file has an error, then nothing of it was taken
        and ``report["errors"]`` says why, row by row.
    """
    channel = queries.channel(ctx.actor, channel_code, lock=True)
    _check_format(channel, format)
    if (content is None) == (path is None):
        raise Invalid(DemandError.ONE_SOURCE, field="content")

    def reading() -> OrderReading:
        source = content if content is not None else Path(path or "")
        return read_orders(source, format, name=filename, sheet=sheet, **_options(channel, format))

    shift = _shift(reading(), move_dates_to) if move_dates_to is not None else timedelta(0)
    run = ImportRun(
        id=new_id(),
        channel=channel,
        format=format,
        filename=shorten(filename or Path(path or "").name),
        dry_run=dry_run,
        is_history=as_history,
        started_at=ctx.now,
        started_by=ctx.actor.id,
    )
    source = reading()
    report = source.report
    told = len(ctx.events)
    intake = Intake(ctx, channel, report, as_history=as_history, shift=shift, import_run_id=run.pk, write=not dry_run)
    try:
        with transaction.atomic():
            for order in _tracked(source, progress):
                if report.ok:
                    intake.take(order)
            if report.ok:
                intake.flush()
            if dry_run or not report.ok:
                raise _Undo
    except _Undo:
        del ctx.events[told:]
    run.file_sha256 = report.sha256
    run.rows_done = run.rows_total = report.rows
    run.report = report.as_dict() | intake.outcome.as_dict() | {"moved_days": shift.days}
    run.save(force_insert=True)
    _finish(ctx, run, report.error_count, intake)
    return run


def _check_format(channel: SalesChannel, format: str) -> None:
    if format not in FORMATS:
        raise Invalid(DemandError.FORMAT_UNKNOWN, field="format", format=format, formats=", ".join(FORMATS))
    if channel.kind != "manual" and channel.kind != format:
        raise Invalid(
            DemandError.FORMAT_OF_OTHER_CHANNEL, field="format", channel=channel.pk, kind=channel.kind, format=format
        )


def _options(channel: SalesChannel, format: str) -> dict[str, object]:
    """What the reader of a format takes from its channel."""
    if format == "shopify":
        return {"pseudonym": _customer_reference}
    if format == "retail_history":
        return {"currency": channel.currency}
    return {"currency": channel.currency, "zone": clock.FACTORY_ZONE}


def _customer_reference(email: str) -> str:
    """An opaque reference that is the same for the same buyer; the address itself is not kept."""
    return "c-" + vault.blind_index(vault.CONTACT, email)[:32]


def _shift(reading: OrderReading, target: date) -> timedelta:
    """Whole weeks from the last order of the file to ``target``; none where no order has a date."""
    latest = max((order.ordered_at for order in reading if order.ordered_at is not None), default=None)
    if latest is None:
        return timedelta(0)
    return timedelta(weeks=(target - clock.local_date(latest)).days // 7)


def _tracked(reading: OrderReading, progress: Progress | None) -> Iterator[ParsedOrder]:
    for count, order in enumerate(reading):
        if progress is not None and count % PROGRESS_EVERY == 0:
            share = reading.progress()
            rows = reading.report.rows
            progress(rows, max(rows, round(rows / share)) if share > 0 else rows)
        yield order
    if progress is not None:
        progress(reading.report.rows, reading.report.rows)


def _finish(ctx: Context, run: ImportRun, error_count: int, intake: Intake) -> None:
    run_id: UUID = run.pk
    channel_code = run.channel_id
    counts = intake.outcome.counts
    orders, lines = counts["orders_new"], counts["lines_new"]
    if error_count:
        IMPORT_RUN.move(run, "refused", finished_at=clock.now())
        ctx.emit(
            ImportRefused(import_run_id=run_id, channel_code=channel_code, format=run.format, error_count=error_count)
        )
    elif run.dry_run:
        IMPORT_RUN.move(run, "checked", finished_at=clock.now())
        ctx.emit(
            ImportChecked(
                import_run_id=run_id, channel_code=channel_code, format=run.format, orders=orders, lines=lines
            )
        )
    else:
        IMPORT_RUN.move(run, "applied", finished_at=clock.now())
        ctx.emit(
            OrdersImported(
                import_run_id=run_id,
                channel_code=channel_code,
                format=run.format,
                is_history=run.is_history,
                orders=orders,
                lines=lines,
                waiting_lines=counts["lines_unmapped"],
            )
        )
