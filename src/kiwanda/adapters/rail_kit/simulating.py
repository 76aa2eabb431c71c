"""Simulators without a network: an httpx transport that calls them directly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"

    @classmethod
    def of(cls, status: int, data: Mapping[str, Any]) -> Answer:
        return cls(status, json.dumps(data).encode())


class NoConnection(Exception):
    """The request never arrived."""


class NoAnswer(Exception):
    """The request was handled and the answer is lost."""


class Handles(Protocol):
    """A simulator: answers one request, or raises :class:`NoConnection` or :class:`NoAnswer`."""

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


class SimulatorTransport(httpx.BaseTransport):
    """Faults of the network arise as httpx raises them."""

    def __init__(self, simulator: Handles) -> None:
        self._simulator = simulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            answer = self._simulator.handle(request.method, request.url.path, headers, request.read())
        except NoConnection:
            raise httpx.ConnectError("connection refused", request=request) from None
        except NoAnswer:
            raise httpx.ReadTimeout("no answer", request=request) from None
        return httpx.Response(answer.status, headers={"content-type": answer.content_type}, content=answer.body)
