"""The first start of all: ``./run`` on an empty folder builds the factory, serves it, and says where everything is."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_fresh_folder_becomes_an_open_factory_in_one_go(tmp_path: Path) -> None:
    port = _free_port()
    wanted = {key: value for key, value in os.environ.items() if not key.startswith(("KIWANDA_", "DJANGO_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "kiwanda.site.cli", "demo", "--workshops", "20", "--days", "1", "--port", str(port)],
        env={**wanted, "KIWANDA_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=lambda: [lines.put(line) for line in process.stdout or ()], daemon=True)
    reader.start()
    said: list[str] = []
    try:
        while not any("Stop with Ctrl-C" in line for line in said):
            assert process.poll() is None or not lines.empty(), "it ended by itself:\n" + "".join(said)
            said.append(lines.get(timeout=240))
        text = "".join(said)
        assert "The factory stands: 20 workshops" in text
        assert "coordinator" in text and "Phone number" in text
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/m/login", timeout=20) as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert (tmp_path / "kiwanda.sqlite3").exists()
    assert not list(tmp_path.glob("building*")), "the building file is left behind"
