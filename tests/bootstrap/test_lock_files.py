"""The lock files: every package pinned and hashed, none from a named place, the tools on top of the same runtime."""

from __future__ import annotations

import re
import tomllib

import pytest
from tests.bootstrap.conftest import ROOT
from tools.bootstrap import INSTALLER_LOCK, LOCKS

FILES = [*LOCKS.values(), INSTALLER_LOCK]


def requirements(name: str) -> dict[str, str]:
    """Each requirement of a lock file ("name==version ; marker") with the hashes that follow it."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    return {line.split(" --hash")[0].strip(): line for line in text.splitlines() if line.strip()}


@pytest.mark.parametrize("name", FILES)
def test_each_requirement_is_pinned_and_hashed(name: str) -> None:
    found = requirements(name)
    assert found
    for requirement, line in found.items():
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*==[^ ]+( ; .+)?", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", line), requirement


@pytest.mark.parametrize("name", [*FILES, "requirements.in", "requirements-dev.in"])
def test_no_place_is_named(name: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", (ROOT / name).read_text())


def test_the_tools_stand_on_the_very_same_runtime() -> None:
    runtime, dev = requirements(LOCKS["runtime"]), requirements(LOCKS["dev"])
    assert runtime.items() <= dev.items()
    assert any(requirement.startswith("pytest==") for requirement in dev)
    assert not any(requirement.startswith("pytest==") for requirement in runtime)


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_what_is_asked_for_is_locked(name: str) -> None:
    locked = {requirement.split("==")[0] for requirement in requirements(name.replace(".in", ".lock"))}
    for line in (ROOT / name).read_text().splitlines():
        asked = re.match(r"[A-Za-z0-9._-]+", line.strip())
        if asked and not line.startswith("-r"):
            assert re.sub(r"[._]", "-", asked[0]).lower() in locked, f"./run lock has not been run since {line} came in"


def test_run_and_the_package_agree_on_the_oldest_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["requires-python"] == ">=3.11"
    assert "< (3, 11)" in (ROOT / "run").read_text()
