"""Import a file of orders: all of it or nothing, and twice is once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid
from kiwanda.core.ids import new_id
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.file_intake import Progress, check_format, finish, open_file, take_file
from kiwanda.factory.demand.importing import OrderReading, shorten
from kiwanda.factory.demand.models import ImportRun


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
    check_format(channel, format)
    if (content is None) == (path is None):
        raise Invalid(DemandError.ONE_SOURCE, field="content")

    def reading() -> OrderReading:
        source = content if content is not None else Path(path or "")
        return open_file(channel, format, source, filename=filename, sheet=sheet)

    shift = _shift(reading(), move_dates_to) if move_dates_to is not None else timedelta(0)
    run_id = new_id()
    taken = take_file(
        ctx,
        channel,
        reading(),
        as_history=as_history,
        import_run_id=run_id,
        dry_run=dry_run,
        shift=shift,
        progress=progress,
    )
    run = ImportRun(
        id=run_id,
        channel=channel,
        format=format,
        filename=shorten(filename or Path(path or "").name),
        file_sha256=taken.sha256,
        dry_run=dry_run,
        is_history=as_history,
        started_at=ctx.now,
        started_by=ctx.actor.id,
    )
    run.save(force_insert=True)
    finish(ctx, run, taken)
    return run


def _shift(reading: OrderReading, target: date) -> timedelta:
    """Whole weeks from the last order of the file to ``target``; none where no order has a date."""
    latest = max((order.ordered_at for order in reading if order.ordered_at is not None), default=None)
    if latest is None:
        return timedelta(0)
    return timedelta(weeks=(target - clock.local_date(latest)).days // 7)
