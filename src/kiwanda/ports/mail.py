"""E-mail to firms (brands). Artisans are reached through :mod:`kiwanda.ports.messaging`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """``letter_id`` becomes the Message-ID, so that a letter that did go out twice is seen as one."""

    letter_id: str
    to: str
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()


class Posting(StrEnum):
    SENT = "sent"
    #: It certainly did not leave.
    FAILED = "failed"
    #: The line broke after it was handed over: nobody knows.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Posted:
    outcome: Posting
    error: str = ""


class Mail(Protocol):
    """Takes a letter once and never raises for what the other side does."""

    def send(self, letter: Letter) -> Posted: ...
