"""A server that has just started makes the planning engine ready beside its first pages.

Loading the compiled code takes seconds, compiling it on a new installation half a minute, laying out the plan a second.
Whoever asks "why?" meanwhile is told so at once and gets the answer when it can be given, instead of waiting for a page
that seems to hang. A process that never began to prepare (a command, a test, the worker) answers as it always did.
"""

from __future__ import annotations

import threading
import time

import structlog
from django.db import close_old_connections, connection

from kiwanda.factory.planning import explaining, standing_plan

log = structlog.get_logger(__name__)

#: Seconds the first pages have to themselves.
PAUSE = 1.0

_guard = threading.Lock()
_thread: threading.Thread | None = None


def begin(pause: float = PAUSE) -> None:
    """Prepare in the background; asked again while it is at work, nothing more happens."""
    global _thread
    with _guard:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_prepare, args=(pause,), name="planning-warm", daemon=True)
            _thread.start()


def is_ready(*, standing: bool = False) -> bool:
    """Whether a question can be answered without waiting seconds for code; ``standing``: for the standing plan either.

    Where a standing plan is missing one is begun. True in every process that never began to prepare.
    """
    if _thread is None:
        return True
    if _thread.is_alive():
        return False
    if standing and standing_plan.warm() is None and not standing_plan.has_failed():
        standing_plan.warm_up_in_background()
        return not standing_plan.is_warming()
    return True


def _prepare(pause: float) -> None:
    from kiwanda.engine import warm

    time.sleep(pause)
    began = time.perf_counter()
    try:
        close_old_connections()
        warm()
        standing_plan.standing_plan()
        explaining.lay_out_ahead()
        log.info("planning_warm", seconds=round(time.perf_counter() - began, 1))
    except Exception:
        # Whoever asks next asks in the open and sees what is wrong.
        log.exception("planning_not_warm")
    finally:
        connection.close()
