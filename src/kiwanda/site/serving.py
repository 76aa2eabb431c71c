"""The processes of a running factory: web server and background worker, started and stopped together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import typer

from kiwanda.site.cli import stop

#: A worker that dies is started again after this pause (seconds), doubling up to a minute.
RESTART_PAUSE = 1.0


def port_is_free(host: str, port: int) -> bool:
    """True when nothing listens on ``host:port`` and we may."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_port(host: str, port: int) -> None:
    """One clear sentence when the port cannot be had."""
    if not port_is_free(host, port):
        raise stop(
            f"Port {port} is taken by another program (perhaps a Kiwanda that still runs). "
            f"Stop it, or choose another port: ./run kiwanda demo --port {port + 1}"
        )


def web_command(host: str, port: int, threads: int, workers: int) -> list[str]:
    """granian serving the WSGI application."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--blocking-threads",
        str(threads),
        "--no-access-log",
        "--log-level",
        "warning",
        "--respawn-failed-workers",
        "kiwanda.site.wsgi:application",
    ]


def run(
    *,
    host: str,
    port: int,
    threads: int = 4,
    workers: int = 1,
    with_worker: bool = True,
    when_ready: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; then stop every child and return."""
    require_port(host, port)
    children: dict[str, subprocess.Popen[Any]] = {}
    ending = False

    def end(signum: int, frame: FrameType | None) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)

    def start(name: str) -> None:
        command = (
            web_command(host, port, threads, workers)
            if name == "web"
            else [sys.executable, "-m", "kiwanda.site.cli", "worker"]
        )
        # Children get their own process group: Ctrl-C reaches us alone and we stop them in order.
        warm = {"KIWANDA_WARM": "1"} if name == "web" else {}
        children[name] = subprocess.Popen(command, start_new_session=True, env={**os.environ, **warm})

    start("web")
    if with_worker:
        start("worker")
    try:
        if not _wait_until_up(host, port, children["web"], lambda: ending):
            if not ending:
                raise stop("The web server did not start; its messages are above.")
            return
        if when_ready is not None:
            when_ready()
        pause, due = RESTART_PAUSE, 0.0
        while not ending:
            time.sleep(0.2)
            if children["web"].poll() is not None:
                raise stop(f"The web server stopped by itself (exit {children['web'].returncode}).")
            if with_worker and children["worker"].poll() is not None:
                if due == 0.0:
                    typer.echo("The background worker stopped; starting it again.", err=True)
                    due = time.monotonic() + pause
                    pause = min(60.0, pause * 2)
                elif time.monotonic() >= due:
                    start("worker")
                    due = 0.0
    finally:
        _stop_all(children)


def _wait_until_up(host: str, port: int, web: subprocess.Popen[Any], given_up: Callable[[], bool]) -> bool:
    """Until the site itself answers: an open port alone may be a server whose application does not load."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not given_up() and web.poll() is None:
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.request("GET", "/m/login", headers={"Host": "localhost"})
            if connection.getresponse().status < 500:
                return True
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    return False


def _stop_all(children: dict[str, subprocess.Popen[Any]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + 10
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
