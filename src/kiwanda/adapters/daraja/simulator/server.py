"""The simulator as a local HTTP server, for the demo and for tests with real sockets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx

from kiwanda.adapters.daraja.simulator.answers import Answer, NoAnswer, NoConnection
from kiwanda.adapters.daraja.simulator.protocol import Simulator

#: How often the server looks for results that are due, seconds.
TICK = 0.2
LARGEST_BODY = 100_000


def deliver_over_http(url: str, body: bytes) -> bool:
    """Post a result; True when the receiver took it."""
    try:
        answer = httpx.post(url, content=body, headers={"Content-Type": "application/json"}, timeout=10.0)
    except httpx.HTTPError:
        return False
    return answer.is_success


@contextmanager
def serve(simulator: Simulator, port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve ``simulator`` on loopback until the block ends; yields its base URL. Results are posted by a thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/statement.csv":
                # Not Daraja's: what finance downloads from the organisation portal.
                self._write(Answer(200, simulator.books.statement_csv(), "text/csv; charset=utf-8"))
                return
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY)
            body = self.rfile.read(length)
            try:
                answer = simulator.handle(method, urlsplit(self.path).path, dict(self.headers.items()), body)
            except (NoConnection, NoAnswer):
                # Both end without a byte of answer; the caller cannot tell them apart over HTTP.
                self.close_connection = True
                return
            self._write(answer)

        def _write(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: the factory's own log says what it asked."""

    server = ThreadingHTTPServer((host, port), Handler)
    stop = threading.Event()

    def deliver() -> None:
        while not stop.wait(TICK):
            simulator.deliver()

    threads = [threading.Thread(target=work, daemon=True) for work in (server.serve_forever, deliver)]
    for thread in threads:
        thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join()
