"""Give a file of orders to the worker: to be looked at, and then to be taken."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import clock, files, jobs
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.demand import import_progress, queries
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.events import ImportFailed, ImportRequested
from kiwanda.factory.demand.file_intake import check_format
from kiwanda.factory.demand.importing import shorten
from kiwanda.factory.demand.models import ImportRun, SalesChannel
from kiwanda.factory.demand.states import IMPORT_RUN

LARGEST_FILE = 60_000_000
"""Bytes of a file given to the worker: it is held in memory once, on its way to the store."""


def refuse_too_large(size: int) -> None:
    """Raise Invalid for a file of more than :data:`LARGEST_FILE` bytes; asked before it is read into memory."""
    if size > LARGEST_FILE:
        raise Invalid(
            DemandError.FILE_TOO_LARGE, field="file", megabytes=-(-size // 1_000_000), limit=LARGEST_FILE // 1_000_000
        )


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def request_import(
    ctx: Context,
    *,
    channel_code: str,
    format: str,
    content: bytes,
    filename: str = "",
    dry_run: bool = True,
    as_history: bool = False,
) -> ImportRun:
    """Keep ``content`` and have the worker look at it, or with ``dry_run`` off take it; the run is ``queued``."""
    refuse_too_large(len(content))
    channel = queries.channel(ctx.actor, channel_code)
    check_format(channel, format)
    stored = files.save(content, "application/octet-stream")
    return _queue(ctx, channel, format, filename, stored.sha256, dry_run=dry_run, as_history=as_history)


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def repeat_import(ctx: Context, *, import_run_id: UUID) -> ImportRun:
    """Have the worker take the file of an earlier run: for real after a look; once more after it failed or hung.

    A run that still waits, or whose worker died, is closed as failed first. Should its worker be alive after all, it
    finds its run closed and takes everything back: the file is never taken twice.
    """
    run = queries.import_runs(ctx.actor).filter(pk=import_run_id).first()
    if run is None:
        raise NotFound(CoreError.NOT_FOUND, what="import")
    if run.state not in ("checked", "failed", "queued"):
        raise Rejected(CoreError.WRONG_STATE, state=run.state)
    if not files.path_of(run.file_sha256).exists():
        raise Rejected(DemandError.FILE_GONE)
    if run.state == "queued":
        close_as_failed(ctx, run, "interrupted")
    return _queue(
        ctx,
        run.channel,
        run.format,
        run.filename,
        run.file_sha256,
        dry_run=run.dry_run and run.state != "checked",
        as_history=run.is_history,
        rows_total=run.rows_total,
        again_of=run.pk,
    )


@command(roles={Role.SYSTEM})
def fail_import(ctx: Context, *, import_run_id: UUID, reason: str) -> ImportRun:
    """Close a run that the worker could not bring to an end."""
    run = queries.import_runs(ctx.actor).get(pk=import_run_id)
    close_as_failed(ctx, run, reason)
    return run


def close_as_failed(ctx: Context, run: ImportRun, reason: str) -> None:
    """Nothing of the file was taken; ``reason`` is for whoever looks into it."""
    IMPORT_RUN.move(run, "failed", finished_at=clock.now(), report={"failure": reason})
    ctx.emit(ImportFailed(import_run_id=run.pk, channel_code=run.channel_id, reason=reason))
    import_progress.forget(run.pk)


def _queue(
    ctx: Context,
    channel: SalesChannel,
    format: str,
    filename: str,
    sha256: str,
    *,
    dry_run: bool,
    as_history: bool,
    rows_total: int = 0,
    again_of: UUID | None = None,
) -> ImportRun:
    run = ImportRun(
        id=new_id(),
        channel=channel,
        format=format,
        filename=shorten(filename),
        file_sha256=sha256,
        dry_run=dry_run,
        is_history=as_history,
        state="queued",
        rows_total=rows_total,
        started_at=ctx.now,
        started_by=ctx.actor.id,
    )
    run.save(force_insert=True)
    ctx.emit(
        ImportRequested(
            import_run_id=run.pk, channel_code=channel.pk, format=format, dry_run=dry_run, again_of=again_of
        )
    )
    import_progress.tell(run.pk, 0, rows_total, has_begun=False)
    jobs.enqueue("demand.run_import", import_run_id=str(run.pk))
    return run
