"""A real PostgreSQL server for as long as it is needed: on loopback, in a temporary folder, with a password of its own.

    python tools/private_postgres.py -- COMMAND ...

runs COMMAND with KIWANDA_DATABASE_URL naming such a server's empty database, then stops the server and removes its
folder. Nothing of a PostgreSQL that the machine may already run is touched. Started by root, the server runs as
`postgres` or `nobody`, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

START_SECONDS = 60
STOP_SECONDS = 30
OWNER = "kiwanda"
# A test database that is thrown away need not survive a power cut.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "on",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class PostgresError(Exception):
    """The server cannot be had; the text says what to do."""


def find_binaries() -> Path:
    """The folder with `initdb` and `postgres`, the newest version where there are several.

    Raises
    ------
    PostgresError
        Where the machine has no PostgreSQL server.
    """
    folders = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    installed = ["/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin"]
    installed += ["/usr/pgsql-*/bin", "/Applications/Postgres.app/Contents/Versions/latest/bin"]
    places = [place for pattern in installed for place in Path("/").glob(pattern.lstrip("/"))]
    places.sort(key=lambda place: [int(number) for number in re.findall(r"\d+", str(place))], reverse=True)
    for folder in [*places, *folders]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresError(
        "No PostgreSQL server is installed here.\n"
        "  Debian, Ubuntu: sudo apt install postgresql\n  macOS: brew install postgresql@17"
    )


def unprivileged() -> dict[str, Any]:
    """Arguments for subprocess that make it run as an unprivileged user; empty where we are one already."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresError("PostgreSQL does not run as root, and this machine has no user postgres or nobody.")


def _end_with_parent() -> None:
    """On Linux: ask the kernel to stop the server should the process that started it be killed."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _initialise(binaries: Path, data: Path, password: str, who: dict[str, Any]) -> None:
    password_file = data.parent / "password"
    password_file.write_text(password + "\n", encoding="utf-8")
    password_file.chmod(0o600)
    if who:
        os.chown(password_file, who["user"], who["group"])
    command = [str(binaries / "initdb"), "--pgdata", str(data), "--username", OWNER, "--pwfile", str(password_file)]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"]
    said = ""
    # With C.UTF-8, upper() and ILIKE know letters beyond ASCII; where the system lacks it, plain C serves.
    for locale in ("C.UTF-8", "C"):
        done = subprocess.run(
            [*command, "--locale", locale], capture_output=True, text=True, cwd=data.parent, check=False, **who
        )
        if done.returncode == 0:
            return
        said = done.stdout + done.stderr
        shutil.rmtree(data, ignore_errors=True)
    raise PostgresError(f"PostgreSQL could not make its database folder:\n{said.strip()}")


def _create_database(server: subprocess.Popen[bytes], password: str, port: int, log: Path) -> None:
    """Wait until the server lets us in, then create its database."""
    import psycopg  # here, so that finding and explaining a missing server needs no package

    where = f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/postgres"
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        # Refused, or "the database system is starting up".
        with contextlib.suppress(psycopg.OperationalError):
            with psycopg.connect(where, autocommit=True, connect_timeout=5) as connection:
                connection.execute("CREATE DATABASE kiwanda")
            return
        time.sleep(0.1)
    raise PostgresError(f"PostgreSQL did not start:\n{log.read_text(encoding='utf-8', errors='replace').strip()}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=STOP_SECONDS)


@contextlib.contextmanager
def private_postgres() -> Iterator[str]:
    """Start a server, yield the URL of its empty database (its user may create others), stop it, remove its folder.

    Raises
    ------
    PostgresError
        Where no server is installed, or it does not start.
    """
    binaries = find_binaries()
    who = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="kiwanda-postgres-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        if who:
            os.chown(folder, who["user"], who["group"])
        password, port = secrets.token_hex(16), _free_port()
        data, log = folder / "data", folder / "log"
        _initialise(binaries, data, password, who)
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *settings],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                # A Ctrl-C at the terminal is for the tests; the server stops after them.
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **who,
            )
        _create_database(server, password, port, log)
        yield f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/kiwanda"
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    command = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
    if not command:
        sys.stderr.write(__doc__ or "")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with private_postgres() as url:
            return subprocess.run(command, env={**os.environ, "KIWANDA_DATABASE_URL": url}, check=False).returncode
    except PostgresError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
