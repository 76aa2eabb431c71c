"""Port to menu providers (USSD): a phone without any app dials a code and answers numbered screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

#: Most characters a screen may have, all of the GSM alphabet.
SCREEN_LENGTH = 182


@dataclass(frozen=True, slots=True)
class MenuRequest:
    """One hop. ``text`` holds everything typed in this session so far, joined by ``*``; "" on the first hop."""

    session_id: str
    phone: str
    text: str
    service_code: str = ""
    network_code: str = ""


@dataclass(frozen=True, slots=True)
class MenuEnd:
    """The provider tells that a session is over and what it cost."""

    session_id: str
    phone: str
    state: str
    hops: int = 0
    duration_ms: int = 0
    cost_micros: int | None = None
    currency: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class MenuScreen:
    """What the phone shows; with ``ends`` nothing more can be typed."""

    text: str
    ends: bool = False


class Menus(Protocol):
    """Speaks a provider's form of USSD."""

    def genuine(self, headers: Mapping[str, str], body: bytes, *, secret: str, remote: str, now: datetime) -> bool: ...

    def read(self, body: bytes) -> MenuRequest:
        """Raises :class:`kiwanda.ports.messaging.Unreadable`."""
        ...

    def read_end(self, body: bytes) -> MenuEnd: ...

    def write(self, screen: MenuScreen) -> bytes:
        """The screen as the provider wants it in the answer's body."""
        ...
