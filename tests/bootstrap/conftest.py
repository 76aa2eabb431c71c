"""A small checkout with the real `run` and `tools/`, and a stand-in for uv, so that nothing is downloaded."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL_PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
COREUTILS = ("cat", "cmp", "dirname", "env", "mkdir", "readlink", "rm", "sh")

UV_MAIN = """
import os, pathlib, sys
words = sys.argv[1:]
if words == ["--version"]:
    print("uv 0.0.1")
    sys.exit()
failure = os.environ.get("STAND_IN_UV_SAYS")
if failure:
    sys.exit(failure)
with open(os.environ["STAND_IN_UV_NOTES"], "a") as notes:
    notes.write(pathlib.Path(words[-1]).name + "\\n")
"""

CLI = """
import os, sys
print("cli", sys.argv[1:], os.environ["KIWANDA_HOME"], sys.prefix)
"""


def _wheel(folder: Path) -> str:
    """Write a wheel of the stand-in for uv; return its sha256."""
    files = {
        "uv/__init__.py": "",
        "uv/__main__.py": UV_MAIN,
        "uv-0.0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: uv\nVersion: 0.0.1\n",
        "uv-0.0.1.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "uv-0.0.1.dist-info/RECORD"
    lines = [f"{record},,"]
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(text)}")
    wheel = folder / "uv-0.0.1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {**files, record: "\n".join(lines) + "\n"}.items():
            archive.writestr(name, text)
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@dataclass
class Checkout:
    """A checkout in a folder of its own; `run` starts its ./run."""

    root: Path
    wheels: Path
    path: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def synced(self) -> list[str]:
        """The lock files that were installed from, in order."""
        notes = self.wheels / "notes"
        return notes.read_text().split() if notes.exists() else []

    def settings(self, **more: str) -> dict[str, str]:
        settings = {
            "PATH": self.path,
            "HOME": str(self.root.parent),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.wheels.as_uri(),
            "PIP_CONFIG_FILE": os.devnull,
            "STAND_IN_UV_NOTES": str(self.wheels / "notes"),
        }
        return {name: value for name, value in {**settings, **self.environment, **more}.items() if value}

    def run(self, *words: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.root / "run"), *words],
            cwd=cwd or self.root,
            env=self.settings(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh checkout in a folder with a space in its name; its PATH holds one good Python and the tools of ./run."""
    root, wheels, commands = tmp_path / "a folder" / "kiwanda", tmp_path / "wheels", tmp_path / "commands"
    for folder in (root / "src/kiwanda/site", wheels, commands):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "run", root / "run")
    (root / "tools").mkdir()
    shutil.copy(ROOT / "tools/bootstrap.py", root / "tools/bootstrap.py")
    (root / "tools/installer.lock").write_text(f"uv==0.0.1 \\\n    --hash=sha256:{_wheel(wheels)}\n")
    (root / "requirements.lock").write_text("one==1\n")
    (root / "requirements-dev.lock").write_text("one==1\ntwo==2\n")
    for module in ("__init__.py", "site/__init__.py"):
        (root / "src/kiwanda" / module).touch()
    (root / "src/kiwanda/site/cli.py").write_text(CLI)
    for name in COREUTILS:
        found = shutil.which(name)
        assert found, name
        (commands / name).symlink_to(found)
    made = Checkout(root, wheels, str(commands))
    put_python(made, "python3", f'exec "{REAL_PYTHON}" "$@"')
    return made


def put_python(checkout: Checkout, name: str, script: str) -> Path:
    """Put a command of this name on the checkout's PATH that does what the shell script says."""
    command = Path(checkout.path.split(os.pathsep)[0]) / name
    command.unlink(missing_ok=True)
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return command
