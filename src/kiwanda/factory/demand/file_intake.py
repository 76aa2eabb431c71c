"""From a file to the books, whole or not at all; shared by imports in a request and imports in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from kiwanda.core import clock, vault
from kiwanda.core.commands import Context
from kiwanda.core.errors import Invalid
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.events import ImportChecked, ImportRefused, OrdersImported
from kiwanda.factory.demand.importing import FORMATS, OrderReading, ParsedOrder, read_orders
from kiwanda.factory.demand.intake import Intake
from kiwanda.factory.demand.models import ImportRun, SalesChannel
from kiwanda.factory.demand.states import IMPORT_RUN

Progress = Callable[[int, int], object]

PROGRESS_EVERY = 200
"""Orders between two calls of a progress callback."""


class _Undo(Exception):
    """Roll the orders back, keep the report."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: its digest (unpacked), rows, errors, and the whole report as plain data."""

    sha256: str
    rows: int
    error_count: int
    report: dict[str, Any]

    def count(self, name: str) -> int:
        """How many of something the outcome counts."""
        return int(self.report["outcome"].get(name, 0))


def check_format(channel: SalesChannel, format: str) -> None:
    """Refuse a format nobody knows, and one that is not the channel's."""
    if format not in FORMATS:
        raise Invalid(DemandError.FORMAT_UNKNOWN, field="format", format=format, formats=", ".join(FORMATS))
    if channel.kind != "manual" and channel.kind != format:
        raise Invalid(
            DemandError.FORMAT_OF_OTHER_CHANNEL, field="format", channel=channel.pk, kind=channel.kind, format=format
        )


def open_file(
    channel: SalesChannel, format: str, source: bytes | str | Path, *, filename: str = "", sheet: str = ""
) -> OrderReading:
    """A reading of ``source`` with what its format takes from the channel."""
    options: dict[str, object]
    if format == "shopify":
        options = {"pseudonym": _customer_reference}
    elif format == "retail_history":
        options = {"currency": channel.currency}
    else:
        options = {"currency": channel.currency, "zone": clock.FACTORY_ZONE}
    return read_orders(source, format, name=filename, sheet=sheet, **options)


def _customer_reference(email: str) -> str:
    """An opaque reference that is the same for the same buyer; the address itself is not kept."""
    return "c-" + vault.blind_index(vault.CONTACT, email)[:32]


def take_file(
    ctx: Context,
    channel: SalesChannel,
    source: OrderReading,
    *,
    as_history: bool,
    import_run_id: UUID,
    dry_run: bool,
    shift: timedelta = timedelta(0),
    progress: Progress | None = None,
) -> Taken:
    """Take every order of ``source``, or none of it where one row is wrong.

    A dry run only reads: it needs no transaction and keeps nobody from writing.
    """
    report = source.report
    told = len(ctx.events)
    intake = Intake(
        ctx, channel, report, as_history=as_history, shift=shift, import_run_id=import_run_id, write=not dry_run
    )
    try:
        with nullcontext() if dry_run else transaction.atomic():
            for order in _tracked(source, progress):
                if report.ok:
                    intake.take(order)
            if report.ok:
                intake.flush()
            if dry_run or not report.ok:
                raise _Undo
    except _Undo:
        del ctx.events[told:]
    return Taken(
        sha256=report.sha256,
        rows=report.rows,
        error_count=report.error_count,
        report=report.as_dict() | intake.outcome.as_dict() | {"moved_days": shift.days},
    )


def _tracked(reading: OrderReading, progress: Progress | None) -> Iterator[ParsedOrder]:
    for count, order in enumerate(reading):
        if progress is not None and count % PROGRESS_EVERY == 0:
            share = reading.progress()
            rows = reading.report.rows
            progress(rows, max(rows, round(rows / share)) if share > 0 else rows)
        yield order
    if progress is not None:
        progress(reading.report.rows, reading.report.rows)


def finish(ctx: Context, run: ImportRun, taken: Taken) -> None:
    """Close ``run`` with what became of its file, and tell it. Refused when the run was closed meanwhile."""
    updates: dict[str, Any] = {
        "rows_done": taken.rows,
        "rows_total": taken.rows,
        "report": taken.report,
        "finished_at": clock.now(),
    }
    orders, lines = taken.count("orders_new"), taken.count("lines_new")
    if taken.error_count:
        IMPORT_RUN.move(run, "refused", **updates)
        ctx.emit(
            ImportRefused(
                import_run_id=run.pk, channel_code=run.channel_id, format=run.format, error_count=taken.error_count
            )
        )
    elif run.dry_run:
        IMPORT_RUN.move(run, "checked", **updates)
        ctx.emit(
            ImportChecked(
                import_run_id=run.pk, channel_code=run.channel_id, format=run.format, orders=orders, lines=lines
            )
        )
    else:
        IMPORT_RUN.move(run, "applied", **updates)
        ctx.emit(
            OrdersImported(
                import_run_id=run.pk,
                channel_code=run.channel_id,
                format=run.format,
                is_history=run.is_history,
                orders=orders,
                lines=lines,
                waiting_lines=taken.count("lines_unmapped"),
            )
        )
