"""Installs what Kiwanda needs into a virtual environment of its own. Called by ./run; needs nothing but Python 3.11.

What is installed is exactly what a lock file names, checked by hash. The environment carries a folder `.kiwanda`:

`installed`   three lines: where the environment stands, its Python (major.minor), what is in it (runtime or dev)
`lock`        a copy of the lock file as installed; written last, so that half an installation never passes for one
`installing`  there only while an installation is under way; found at the start, it tells that one was interrupted
`log`         what pip and uv said the last time
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
INSTALLER_LOCK = "tools/installer.lock"
MISLEADING = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_TARGET", "PIP_PREFIX"}
MISLEADING |= {"PIP_REQUIRE_VIRTUALENV", "UV_PROJECT_ENVIRONMENT", "UV_SYSTEM_PYTHON"}

UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|getaddrinfo|dns error|error sending request"
    r"|ProxyError|Connection refused|Network is unreachable|error trying to connect|client error \(Connect\)|tunnel"
    r"|timed out|CERTIFICATE_VERIFY_FAILED|SSLError|invalid peer certificate",
    re.IGNORECASE,
)
DISK_FULL = re.compile(r"No space left on device|os error 28|Disk quota exceeded", re.IGNORECASE)
UNWRITABLE = re.compile(
    r"Read-only file system|Permission denied|Operation not permitted|Not a directory|os error (13|30)\b", re.IGNORECASE
)
NOT_BUILT = re.compile(r"has no usable wheels|No matching distribution found")


class InstallError(Exception):
    """Something the person at the keyboard can mend; its text is all they need to see."""


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def explain(text: str, venv: Path) -> str | None:
    """Return a plain sentence for a failure that pip, uv or the system reported in `text`; None for an unknown one."""
    if DISK_FULL.search(text):
        return (
            f"The disk is full: the packages need about 350 MB in {venv}, with the tools for tests 650 MB.\n"
            "Make room, or choose a folder on another disk with KIWANDA_VENV."
        )
    if UNWRITABLE.search(text):
        return (
            f"The folder for the packages cannot be written: {venv}\n"
            'Choose another one: KIWANDA_VENV="$HOME/.cache/kiwanda/venv" ./run'
        )
    if UNREACHABLE.search(text):  # before the next: without a network, pip finds no distribution either
        return (
            "The Python package index cannot be reached, and the first start has to download packages from it.\n"
            "Check the internet connection (behind a proxy: set HTTPS_PROXY), then start ./run again."
        )
    if NOT_BUILT.search(text):
        return (
            "A package is not to be had ready-made for this machine with this Python, "
            f"{platform.python_version()} on {platform.system()} {platform.machine()}.\n"
            "Kiwanda runs with Python 3.11 to 3.14 on Linux (glibc) and on macOS with Apple silicon.\n"
            "KIWANDA_PYTHON=/path/to/python3 chooses another Python."
        )
    return None


def environment() -> dict[str, str]:
    """The environment for pip and uv: the person's own, with proxies and mirrors, less what would install elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    # Certificates of a company's network lie in the system's store; uv looks there only when it is told to.
    kept.setdefault("UV_SYSTEM_CERTS", "1")
    return {**kept, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_PYTHON_DOWNLOADS": "never"}


class Installation:
    """One virtual environment and what belongs in it.

    Parameters
    ----------
    root : Path
        The checkout; holds the lock files.
    venv : Path
        Where the environment stands or shall stand.
    """

    def __init__(self, root: Path, venv: Path) -> None:
        self.root = root
        self.venv = venv
        self.notes = venv / ".kiwanda"
        self.python = venv / "bin" / "python"

    def install(self, level: str) -> None:
        """Bring the environment to what the lock file of `level` ("runtime" or "dev") names; what is right stays."""
        self._refuse_what_is_not_ours()
        with self._alone():
            if self.recorded_level() == "dev":
                level = "dev"  # who has run the tests once keeps the tools for them
            lock = self.root / LOCKS[level]
            if self.is_current(lock):
                return  # another ./run did it while this one waited
            started = time.monotonic()
            if not self.is_sound():
                self._create()
            version = self.own_version()
            if version is None:
                raise InstallError(f"The Python environment that {sys.executable} made does not work: {self.venv}")
            (self.notes / "lock").unlink(missing_ok=True)
            (self.notes / "installing").touch()
            self._install_uv()
            self._sync(lock)
            (self.notes / "installed").write_text(f"{self.venv}\n{version}\n{level}\n", encoding="utf-8")
            shutil.copyfile(lock, self.notes / "lock.new")
            (self.notes / "installing").unlink(missing_ok=True)
            os.replace(self.notes / "lock.new", self.notes / "lock")
            say(f"Installed in {time.monotonic() - started:.0f} s.")

    def recorded_level(self) -> str | None:
        """The level the environment was last installed at, or None where that is not known."""
        try:
            lines = (self.notes / "installed").read_text(encoding="utf-8").splitlines()
        except OSError:
            return None
        return lines[2] if len(lines) == 3 and lines[2] in LOCKS else None

    def is_current(self, lock: Path) -> bool:
        """Whether the environment works, stands where it was made, and holds what `lock` names."""
        try:
            return (self.notes / "lock").read_bytes() == lock.read_bytes() and self.is_sound()
        except OSError:
            return False

    def is_sound(self) -> bool:
        """Whether packages can be installed into the environment as it is; if not, it has to be made anew."""
        if (self.notes / "installing").exists() or not (self.venv / "pyvenv.cfg").exists():
            return False
        try:
            place, version, _ = (self.notes / "installed").read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            place, version = str(self.venv), self.own_version() or ""
        return place == str(self.venv) and bool(version) and version == self.own_version()

    def own_version(self) -> str | None:
        """major.minor of the environment's Python if it runs, has its packages and is not too old; else None."""
        test = (
            "import sys, os, sysconfig, importlib.util as u\n"
            "ok = sys.version_info >= (3, 11) and os.path.isdir(sysconfig.get_path('purelib')) and u.find_spec('pip')\n"
            "print('%d.%d' % sys.version_info[:2] if ok else '')"
        )
        try:
            done = subprocess.run([self.python, "-I", "-c", test], capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() or None if done.returncode == 0 else None

    def _refuse_what_is_not_ours(self) -> None:
        """Making an environment anew empties its folder: never do that to a folder that holds something else."""
        if self.venv.exists() and not self.venv.is_dir():
            raise InstallError(
                f"{self.venv} is in the way: the packages need a folder there. Move it, or set KIWANDA_VENV."
            )
        if not self.venv.is_dir() or self.notes.is_dir():
            return
        made_by_hand = self.venv == self.root / ".venv" and (self.venv / "pyvenv.cfg").exists()
        if any(self.venv.iterdir()) and not made_by_hand:
            raise InstallError(
                f"{self.venv} holds something that Kiwanda did not put there.\n"
                "Give KIWANDA_VENV the name of a new or an empty folder."
            )

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the environment's lock; wait, saying so, while another ./run holds it. It ends with its process."""
        self.notes.mkdir(parents=True, exist_ok=True)
        with (self.notes / "in-use").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another ./run is installing at this moment; waiting for it (Ctrl-C stops the waiting).")
                fcntl.flock(handle, fcntl.LOCK_EX)
            except OSError:
                pass  # some network disks know no locks: then two at once are on their own
            yield

    def _create(self) -> None:
        """Make the environment, emptying its folder first. Its notes stay: the lock that is held lies among them."""
        again = (self.venv / "pyvenv.cfg").exists()
        say("Making the Python environment anew ..." if again else "Making a Python environment for Kiwanda ...")
        for entry in self.venv.iterdir():
            if entry == self.notes:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        for name in ("lock", "installed"):
            (self.notes / name).unlink(missing_ok=True)
        (self.notes / "installing").touch()
        self._call([sys.executable, "-m", "venv", self.venv], "making the Python environment")

    def _install_uv(self) -> None:
        """Put the pinned uv into the environment; it installs the rest several times faster than pip."""
        wanted = (self.root / INSTALLER_LOCK).read_text(encoding="utf-8").split(maxsplit=1)[0].removeprefix("uv==")
        has = subprocess.run([self.python, "-I", "-m", "uv", "--version"], capture_output=True, text=True, check=False)
        if has.returncode == 0 and has.stdout.split()[1:2] == [wanted]:
            return
        say("Downloading the installer (uv) ...")
        self._pip("--no-deps", "-r", self.root / INSTALLER_LOCK, what="downloading the installer")

    def _sync(self, lock: Path) -> None:
        count = len(re.findall(r"^[a-zA-Z0-9].*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
        say(f"Downloading and installing about {count} packages; this takes a minute or so the first time ...")
        command: list[str | Path] = [self.python, "-I", "-m", "uv", "pip", "sync", "--python", self.python]
        command += ["--require-hashes", "--no-build", "--compile-bytecode", lock]
        try:
            self._call(command, "installing the packages")
        except InstallError as error:
            if not UNREACHABLE.search(str(error.__cause__ or "")):
                raise
            # pip got through a moment ago, perhaps by a mirror that is set for pip alone.
            say("uv does not reach the package index; trying with pip ...")
            self._pip("--no-deps", "-r", lock, what="installing the packages")

    def _pip(self, *arguments: str | Path, what: str) -> None:
        pip: list[str | Path] = [self.python, "-I", "-m", "pip", "install", "--require-hashes", "--retries", "2"]
        self._call([*pip, "--only-binary", ":all:", "--no-input", "--quiet", *arguments], what)

    def _call(self, command: Sequence[str | Path], what: str) -> None:
        """Run one step of the installation; where it fails, say why in words that help."""
        log = self.notes / "log"
        with log.open("w+", encoding="utf-8", errors="replace") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(),
            )
            try:
                code = wait(process)
            finally:
                process.kill()  # does nothing to one that has ended
                process.wait()
            output.seek(0)
            said = output.read()
        if code == 0:
            return
        if code in (-signal.SIGINT, 128 + signal.SIGINT):
            raise KeyboardInterrupt
        tail = "\n".join(said.strip().splitlines()[-12:])
        sentence = explain(said, self.venv) or f"{what.capitalize()} failed:\n{tail}"
        raise InstallError(f"{sentence}\n(What was said in full: {log})") from RuntimeError(said)


def wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process and return its exit code; count the seconds for a person who looks on."""
    started, watched = time.monotonic(), sys.stderr.isatty()
    while True:
        try:
            code = process.wait(timeout=1 if watched else None)
        except subprocess.TimeoutExpired:
            sys.stderr.write(f"\r  {time.monotonic() - started:.0f} s")
            sys.stderr.flush()
        else:
            if watched:
                sys.stderr.write("\r\x1b[K")
            return code


def write_locks(root: Path, *, upgrade: bool) -> None:
    """Write requirements.lock, then requirements-dev.lock within its versions, so that dev is runtime plus tools."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"]
    command += ["--upgrade"] if upgrade else []
    steps = [["requirements.in", "-o", "requirements.lock"]]
    steps += [["requirements-dev.in", "-c", "requirements.lock", "-o", "requirements-dev.lock"]]
    for step in steps:
        say(f"Writing {step[-1]} ...")
        if subprocess.run([*command, *step], cwd=root, env=environment(), check=False).returncode:
            raise InstallError(f"{step[-1]} could not be written; see above.")


def main(arguments: Sequence[str]) -> int:
    # What stands behind "--" is the command to become once everything is installed.
    ours, then = list(arguments), list[str]()
    if "--" in ours:
        ours, then = ours[: ours.index("--")], ours[ours.index("--") + 1 :]
    parser = argparse.ArgumentParser(prog="./run", description="Installs what Kiwanda needs.")
    commands = parser.add_subparsers(dest="command", required=True)
    install = commands.add_parser("install")
    install.add_argument("--root", type=Path, required=True)
    install.add_argument("--venv", type=Path, required=True)
    install.add_argument("--level", choices=sorted(LOCKS), default="runtime")
    lock = commands.add_parser("lock")
    lock.add_argument("--root", type=Path, required=True)
    lock.add_argument("--upgrade", action="store_true", help="take newer versions where there are any")
    options = parser.parse_args(ours)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if options.command == "install":
            Installation(options.root, options.venv).install(options.level)
        else:
            write_locks(options.root, upgrade=options.upgrade)
    except InstallError as error:
        say(str(error))
        return 1
    except OSError as error:
        sentence = explain(str(error), options.venv) if options.command == "install" else None
        say(sentence or f"The installation failed: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Start ./run again when you like.")
        return 130
    if then:
        os.environ["KIWANDA_JUST_INSTALLED"] = "1"
        os.execv(then[0], then)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
