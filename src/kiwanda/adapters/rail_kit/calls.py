"""One HTTP call to a rail, and telling what may have left the house from what did not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
LARGEST_ANSWER = 1_000_000
#: Faults that happen before a byte of the request has left.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Reply:
    """``status`` 0: no answer. ``left`` is False where it is proven that the request never left. ``data`` is the JSON
    object of the answer, empty where there was none.
    """

    status: int
    left: bool = True
    data: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""

    def text(self, key: str) -> str:
        """A text or number of the answer as text; empty for anything else."""
        value = self.data.get(key)
        return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


class Caller:
    """Calls ``url``. Never raises for what the network or the other side does, and never repeats a call."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(base_url=url.rstrip("/"), timeout=TIMEOUT, transport=transport)

    def call(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, headers: Mapping[str, str],
        auth: tuple[str, str] | None = None,
    ) -> Reply:
        try:
            answer = self._client.request(method, path, json=body, headers=dict(headers), auth=auth)
        except _BEFORE_SENDING as fault:
            return Reply(0, left=False, message=f"It could not be reached: {type(fault).__name__}")
        except httpx.HTTPError as fault:
            return Reply(0, message=f"No answer: {type(fault).__name__}")
        return Reply(answer.status_code, data=read_object(answer.content))


def read_object(content: bytes) -> Mapping[str, Any]:
    """The JSON object of an answer or post; empty for anything else, however deep or large."""
    if len(content) > LARGEST_ANSWER:
        return {}
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
