"""What the simulators share: a loopback HTTP server, seeded faults, a queue of callbacks."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from types import TracebackType
from typing import Any, Self

import httpx


class Fault(StrEnum):
    """What can go wrong with one call."""

    THROTTLED = "throttled"
    BROKEN = "broken"
    GARBAGE = "garbage"
    CUT = "cut"
    SILENT = "silent"


@dataclass(slots=True)
class Faults:
    """``shares`` says how often each fault meets a call (0 to 1); ``seed`` and the call's number say which calls."""

    seed: int = 0
    shares: Mapping[Fault, float] = field(default_factory=dict)
    calls: int = 0

    def draw(self) -> Fault | None:
        """The fault of the next call, or None."""
        self.calls += 1
        digest = hashlib.sha256(f"{self.seed}:{self.calls}".encode()).digest()
        point = int.from_bytes(digest[:6], "big") / 2**48
        for fault, share in self.shares.items():
            if point < share:
                return fault
            point -= share
        return None


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class LocalServer:
    """An HTTP server on 127.0.0.1 with a port of the system's choice; use it in a ``with`` block."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self.requests: list[Request] = []
        self.lock = threading.RLock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._serve(self)

            def do_POST(self) -> None:
                server._serve(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def answer(self, request: Request) -> Reply:
        """What the service says; subclasses fill it in."""
        raise NotImplementedError

    def throttled(self) -> Reply:
        """How the service says that it is too much."""
        return Reply(429, b"", headers={"Retry-After": "1"})

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        request = Request(handler.command, handler.path, dict(handler.headers.items()), handler.rfile.read(length))
        with self.lock:
            self.requests.append(request)
            fault = self.faults.draw()
        if fault is Fault.SILENT:
            handler.close_connection = True
            return
        if fault is Fault.THROTTLED:
            reply = self.throttled()
        elif fault is Fault.BROKEN:
            reply = Reply(500, b"Internal Server Error", "text/plain")
        elif fault is Fault.GARBAGE:
            reply = Reply(200, b"<html><body>Welcome to the hotel's network</body></html>", "text/html")
        else:
            with self.lock:
                reply = self.answer(request)
        handler.send_response(reply.status)
        handler.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        if fault is Fault.CUT:
            handler.wfile.write(reply.body[: len(reply.body) // 2])
            handler.close_connection = True
        else:
            handler.wfile.write(reply.body)


@dataclass(frozen=True, slots=True)
class Post:
    """One callback: ``path`` below the factory's address."""

    path: str
    body: bytes
    headers: Mapping[str, str]


#: Gives a callback to the factory and returns status and body.
Poster = Callable[[Post], tuple[int, bytes]]


def to_address(url: str) -> Poster:
    """Callbacks to a running factory."""
    client = httpx.Client(base_url=url.rstrip("/"), timeout=10.0)

    def post(item: Post) -> tuple[int, bytes]:
        try:
            answer = client.post(item.path, content=item.body, headers=dict(item.headers))
        except httpx.HTTPError:
            return 0, b""
        return answer.status_code, answer.content

    return post


class Callbacks:
    """Callbacks on their way: ``doubled`` of them come twice, ``shuffled`` they lose their order, those that are not
    answered with 200 come again.
    """

    def __init__(self, post: Poster, *, seed: int = 0, doubled: float = 0.0, shuffled: bool = False) -> None:
        self._post = post
        self._random = Random(seed)
        self.doubled = doubled
        self.shuffled = shuffled
        self.waiting: list[Post] = []
        self.given: list[tuple[Post, int]] = []

    def add(self, post: Post) -> None:
        self.waiting.append(post)

    def now(self, post: Post) -> tuple[int, bytes]:
        """Post at once and return the answer (USSD waits for it)."""
        status, body = self._post(post)
        self.given.append((post, status))
        return status, body

    def flush(self, tries: int = 3) -> int:
        """Post all that waits. Returns how many posts were answered with 200; what was not waits for the next time."""
        batch, self.waiting = self.waiting, []
        batch += [item for item in batch if self._random.random() < self.doubled]
        if self.shuffled:
            self._random.shuffle(batch)
        taken = 0
        for item in batch:
            for _ in range(tries):
                status, _body = self.now(item)
                if status == 200:
                    taken += 1
                    break
            else:
                self.waiting.append(item)
        return taken
