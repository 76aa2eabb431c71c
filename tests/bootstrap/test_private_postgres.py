"""tools/private_postgres.py: a real server comes, serves and goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.bootstrap.conftest import ROOT
from tools.private_postgres import PostgresError, find_binaries

SCRIPT = str(ROOT / "tools" / "private_postgres.py")
ASK = (
    "import os, psycopg\n"
    "with psycopg.connect(os.environ['KIWANDA_DATABASE_URL'], autocommit=True) as connection:\n"
    "    connection.execute('CREATE DATABASE another')\n"
    "    print(*connection.execute('SELECT current_database(), inet_server_addr()').fetchone())\n"
    "print(open(os.environ['PGPID']).read()) if 'PGPID' in os.environ else None\n"
)


def _is_there() -> bool:
    try:
        find_binaries()
    except PostgresError:
        return False
    return True


with_server = pytest.mark.skipif(not _is_there(), reason="no PostgreSQL server is installed")


def postmaster(folder: Path) -> int | None:
    """The process id of the server in the one temporary folder, or None where there is none."""
    for entry in folder.glob("kiwanda-postgres-*/data/postmaster.pid"):
        return int(entry.read_text().split()[0])
    return None


@pytest.fixture
def folder() -> Path:
    """A folder that the unprivileged user of the server may enter, unlike pytest's own."""
    path = Path("/tmp") / f"kiwanda-pg-test-{os.getpid()}-{time.monotonic_ns()}"
    path.mkdir(mode=0o711)
    yield path
    for rest in path.iterdir():
        subprocess.run(["rm", "-rf", str(rest)], check=True)
    path.rmdir()


@with_server
def test_it_serves_and_leaves_nothing_behind(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--", sys.executable, "-c", ASK],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["kiwanda", "127.0.0.1"]
    assert list(folder.iterdir()) == []


@with_server
def test_the_exit_code_of_the_command_is_passed_on(folder: Path) -> None:
    command = [sys.executable, SCRIPT, "--", sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, env={**os.environ, "TMPDIR": str(folder)}, timeout=90, check=False).returncode == 7
    assert list(folder.iterdir()) == []


@with_server
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_the_server_ends_with_a_parent_that_was_killed(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, SCRIPT, "--", sys.executable, "-c", "print('up', flush=True); input()"],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    server = postmaster(folder)
    assert server is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{server}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{server}").exists()
    process.communicate()


def test_a_machine_without_postgresql_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    with pytest.raises(PostgresError, match="sudo apt install postgresql"):
        find_binaries()
