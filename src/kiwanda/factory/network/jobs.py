"""The network's housekeeping in the worker."""

from __future__ import annotations

from kiwanda.core import actors
from kiwanda.core.jobs import every
from kiwanda.factory.network.commands import forget_login_codes


@every(seconds=3600)
def tidy_login_codes() -> int:
    """Once an hour, forget codes nobody can use any more."""
    return forget_login_codes(actor=actors.system())
