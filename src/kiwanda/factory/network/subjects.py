"""Ids for things of the network that the log and the vault must name but whose keys are codes or numbers."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.ids import derived_id

#: The network as a whole: imports of counties, transfer times.
NETWORK = derived_id("network")


def calendar_subject(code: str) -> UUID:
    return derived_id("calendar", code)


def login_code_subject(number: int) -> UUID:
    """Under this id a login code's plain text waits in the vault until it was sent."""
    return derived_id("login_code", number)
