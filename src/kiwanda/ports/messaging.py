"""Port to message providers (SMS, WhatsApp, push)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """``id`` is ours and the provider's de-duplication key."""

    id: UUID
    channel: str
    phone: str
    language: str
    template: str
    body: str


@dataclass(frozen=True, slots=True)
class SendResult:
    """``ok`` with the provider's reference, or the error; ``permanent`` errors are not tried again."""

    ok: bool
    provider_ref: str = ""
    error: str = ""
    permanent: bool = False


class Messaging(Protocol):
    """Sends messages. Only jobs call it."""

    def send(self, message: OutgoingMessage) -> SendResult: ...
