"""A bad telephone line: a TCP proxy with a token bucket and a delay, which can cut an answer or swallow it.

Throttling inside the browser does not reach a service worker's requests; a proxy reaches everything.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """So many bytes a second for all connections together; ``None`` means no limit."""

    bytes_per_second: float | None
    free_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, size: int) -> None:
        if self.bytes_per_second is None:
            return
        with self.lock:
            begin = max(self.free_at, time.monotonic())
            self.free_at = begin + size / self.bytes_per_second
            until = self.free_at
        time.sleep(max(0.0, until - time.monotonic()))


@dataclass
class Fault:
    """What happens to the next request whose head begins with ``line`` (``POST /m/v1/sync``), so many ``times``,
    after it let ``skip`` of them pass.

    ``drop``: the server gets it, its answer is lost. ``cut``: only the first ``cut`` bytes of the answer arrive.
    ``cut_request``: only the first bytes of the request reach the server. ``portal``: somebody else's page instead.
    """

    line: str
    times: int = 1
    skip: int = 0
    drop: bool = False
    cut: int | None = None
    cut_request: int | None = None
    portal: bytes = b""


class SlowLine:
    """``url`` is the line's near end, ``upstream`` the server at the other. Counts bytes ``received``."""

    CHUNK = 512

    def __init__(self, host: str, port: int, *, bits_per_second: float | None = None, round_trip: float = 0.0) -> None:
        self.upstream = (host, port)
        self.upstream_url = f"http://{host}:{port}"
        self.down = Bucket(bits_per_second / 8 if bits_per_second else None)
        self.round_trip = round_trip
        self.received = 0
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self.is_dead = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Every connection ends now."""
        for one in list(self._open):
            _shut(one)

    def die(self) -> None:
        """No network from now on."""
        self.is_dead = True
        self.hang_up()

    def revive(self) -> None:
        self.is_dead = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self._open.add(near)
        try:
            if self.is_dead:
                return
            # The handshake has cost one round trip already, which loopback does not.
            time.sleep(self.round_trip)
            while not self.is_dead:
                request = _message(near)
                if not request or not self._relay(near, request):
                    return
        except OSError:
            pass
        finally:
            self._open.discard(near)
            _shut(near)

    def _relay(self, near: socket.socket, request: bytes) -> bool:
        """One request and its answer. False when the connection ends with it."""
        self.requests.append(request.split(b" HTTP", 1)[0].decode(errors="replace"))
        fault = self._fault(self.requests[-1])
        if fault is not None and fault.portal:
            near.sendall(fault.portal)
            return False
        time.sleep(self.round_trip)
        with socket.create_connection(self.upstream, timeout=30) as far:
            if fault is not None and fault.cut_request is not None:
                far.sendall(request[: fault.cut_request])
                return False
            # One connection a request on the far side: where an answer ends is then plain to see.
            far.sendall(_closing(request))
            return self._answer(near, far, fault, is_head=request.startswith(b"HEAD"))

    def _answer(self, near: socket.socket, far: socket.socket, fault: Fault | None, *, is_head: bool) -> bool:
        answer = b""
        while part := far.recv(65536):
            answer += part
        if fault is not None and fault.drop:
            return False
        if fault is not None and fault.cut is not None:
            near.sendall(answer[: fault.cut])
            return False
        answer, keeps = _kept_open(answer, is_head=is_head)
        for start in range(0, len(answer), self.CHUNK):
            if self.is_dead:
                return False
            part = answer[start : start + self.CHUNK]
            self.down.wait(len(part))
            near.sendall(part)
            self.received += len(part)
        return keeps

    def _fault(self, line: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and line.startswith(fault.line):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None


def portal(body: str = "<html>Log in to Wi-Fi</html>") -> bytes:
    """A captive portal's answer: 200 and a page, whatever was asked."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"{head}\r\n\r\n{body}".encode()


def _message(near: socket.socket) -> bytes:
    """One whole request: head, and as much body as it announces."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = near.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = _length(head) or 0
    while len(body) < length:
        part = near.recv(65536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def _length(head: bytes) -> int | None:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return None


def _closing(request: bytes) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def _kept_open(answer: bytes, *, is_head: bool) -> tuple[bytes, bool]:
    """The answer for a connection that stays open, as a real server's would; False where its end is the only sign."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    bare = head.split(b" ", 2)[1] in (b"204", b"304") or is_head
    if _length(head) is None and not bare:
        if any(line.lower().startswith(b"transfer-encoding:") for line in lines):
            return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body, False
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body, True


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
