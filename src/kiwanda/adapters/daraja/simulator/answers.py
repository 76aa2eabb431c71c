"""How a request to the simulator ends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json"


class NoConnection(Exception):
    """The request never arrived."""


class NoAnswer(Exception):
    """The request was handled and the answer is lost."""
