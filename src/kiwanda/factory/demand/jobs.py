"""Demand's work outside requests: files too large for one."""

from __future__ import annotations

import traceback
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError

from kiwanda.core import actors
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.jobs import job
from kiwanda.factory.demand import commands
from kiwanda.factory.demand.commands.run_import import look
from kiwanda.factory.demand.import_progress import telling
from kiwanda.factory.demand.models import ImportRun

log = structlog.get_logger(__name__)

OVER = (CoreError.WRONG_STATE, CoreError.CHANGED_MEANWHILE)


@job()
def run_import(import_run_id: str) -> str:
    """Look at or take the file of a queued import. Woken twice, or for one that is over: nothing to do.

    A busy or restarting database is tried again. Anything else that breaks closes the run as failed, so that somebody
    sees it. A worker killed here leaves the run queued and the database as it was; the reaped job begins again.
    """
    system = actors.system()
    run = ImportRun.objects.select_related("channel").filter(pk=UUID(import_run_id), state="queued").first()
    if run is None:
        return "over"
    with telling(run.pk, run.rows_total) as progress:
        try:
            if run.dry_run:
                commands.record_check(actor=system, import_run_id=run.pk, taken=look(run, progress))
            else:
                commands.run_import(actor=system, import_run_id=run.pk, progress=progress)
        except (OperationalError, InterfaceError):
            raise
        except Rejected as refused:
            if refused.error not in OVER:
                raise
            return "over"
        except Exception as error:
            log.error("import_failed", import_run_id=import_run_id, error=traceback.format_exc())
            commands.fail_import(actor=system, import_run_id=run.pk, reason=f"{type(error).__name__}: {error}"[:500])
            return "failed"
    return "done"
