"""What every benchmark needs: a home of its own, a free port, CPU and memory of a process with its children."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def own_home(folder: str) -> None:
    """Point Kiwanda at ``folder`` before Django is loaded."""
    os.environ["KIWANDA_HOME"] = folder
    os.environ.setdefault("KIWANDA_MODE", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiwanda.site.settings")
    source = str(Path(__file__).resolve().parents[1] / "src")
    os.environ["PYTHONPATH"] = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes(pid: int) -> list[int]:
    """``pid`` and all its descendants (Linux: read from /proc)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, frontier = [], [pid]
    while frontier:
        current = frontier.pop()
        found.append(current)
        frontier.extend(children.get(current, []))
    return found


def tree_cpu_seconds(pid: int) -> float:
    """User and system CPU seconds that ``pid`` and its descendants have used so far, at the scheduler's resolution."""
    total = 0.0
    for member in processes(pid):
        for task in (Path("/proc") / str(member) / "task").glob("*/schedstat"):
            try:
                total += int(task.read_text().split()[0]) / 1e9
            except OSError:
                continue
    return total


def memory_megabytes(pid: int) -> float:
    """Resident memory of ``pid`` and its descendants, MB (shared pages counted in each)."""
    total = 0
    for member in processes(pid):
        try:
            status = (Path("/proc") / str(member) / "status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return total / 1024
