"""What the worker does with a file that was given to it."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import actors, clock, files
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.file_intake import Progress, Taken, finish, open_file, take_file
from kiwanda.factory.demand.models import ImportRun


@command(roles={Role.SYSTEM})
def run_import(ctx: Context, *, import_run_id: UUID, progress: Progress | None = None) -> ImportRun:
    """Take a queued file, whole or not at all, in this one transaction."""
    run = _queued(ctx, import_run_id)
    # Two workers on one run, or two files of one channel: the second waits here and then sees what the first did.
    queries.channel(ctx.actor, run.channel_id, lock=True)
    run.refresh_from_db(fields=["state"])
    if run.state != "queued":
        raise Rejected(CoreError.WRONG_STATE, state=run.state)
    finish(ctx, run, _take(ctx, run, progress))
    return run


@command(roles={Role.SYSTEM})
def record_check(ctx: Context, *, import_run_id: UUID, taken: Taken) -> ImportRun:
    """Close a queued look at a file with what :func:`look` saw."""
    run = _queued(ctx, import_run_id)
    finish(ctx, run, taken)
    return run


def look(run: ImportRun, progress: Progress | None = None) -> Taken:
    """Read the file of ``run`` as an import would, outside any transaction: everybody else goes on working."""
    return _take(Context(actors.system(), clock.now(), new_id(), "demand.look"), run, progress)


def _queued(ctx: Context, import_run_id: UUID) -> ImportRun:
    run = queries.import_runs(ctx.actor).get(pk=import_run_id)
    if run.state != "queued":
        raise Rejected(CoreError.WRONG_STATE, state=run.state)
    return run


def _take(ctx: Context, run: ImportRun, progress: Progress | None) -> Taken:
    source = open_file(run.channel, run.format, files.path_of(run.file_sha256), filename=run.filename)
    return take_file(
        ctx,
        run.channel,
        source,
        as_history=run.is_history,
        import_run_id=run.pk,
        dry_run=run.dry_run,
        progress=progress,
    )
