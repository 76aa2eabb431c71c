"""The network's housekeeping in the worker."""

from __future__ import annotations

from kiwanda.core import actors
from kiwanda.core.jobs import every
from kiwanda.factory.network.commands import erase_again, forget_login_codes


@every(seconds=3600)
def tidy_login_codes() -> int:
    """Once an hour, forget codes nobody can use any more."""
    return forget_login_codes(actor=actors.system())


@every(seconds=3600)
def keep_erased() -> dict[str, int]:
    """Once an hour: whoever was erased stays erased, also after a backup was brought back."""
    return erase_again(actor=actors.system())
