"""What ./run does with its words, once everything is installed (here: by hand, so that no test waits for pip)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.bootstrap.conftest import REAL_PYTHON, Checkout, put_python


@pytest.fixture
def installed(checkout: Checkout) -> Checkout:
    """A checkout whose environment looks installed: notes as tools/bootstrap.py writes them, and a real Python."""
    notes = checkout.venv / ".kiwanda"
    notes.mkdir(parents=True)
    (checkout.venv / "bin").mkdir()
    (checkout.venv / "bin" / "python").symlink_to(REAL_PYTHON)
    version = REAL_PYTHON.name.removeprefix("python")
    (notes / "installed").write_text(f"{checkout.venv}\n{version}\nruntime\n")
    shutil.copy(checkout.root / "requirements.lock", notes / "lock")
    # From here on any attempt to look for a Python fails loudly.
    put_python(checkout, "python3", "exit 1")
    return checkout


@pytest.mark.parametrize(
    ("words", "received"),
    [
        ([], ["demo"]),
        (["demo"], ["demo"]),
        (["demo", "--port", "9000"], ["demo", "--port", "9000"]),
        (["--port", "9000"], ["demo", "--port", "9000"]),
        (["kiwanda", "audit", "two words", ""], ["audit", "two words", ""]),
        (["kiwanda"], []),
    ],
)
def test_words_reach_the_command_line(installed: Checkout, words: list[str], received: list[str]) -> None:
    done = installed.run(*words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"cli {received} ")
    assert done.stderr == ""


@pytest.mark.parametrize("words", [["help"], ["--help"], ["-h"], ["test", "--help"]])
def test_help_needs_no_installation(checkout: Checkout, words: list[str]) -> None:
    done = checkout.run(*words)
    assert done.returncode == 0
    for word in ("./run kiwanda", "./run test --all", "./run lock", "KIWANDA_HOME"):
        assert word in done.stdout
    assert not checkout.venv.exists()


def test_an_unknown_word_gets_a_suggestion(checkout: Checkout) -> None:
    done = checkout.run("worker", "--once")
    assert done.returncode == 2
    assert "Did you mean: ./run kiwanda worker --once" in done.stderr


def test_it_works_from_another_folder_and_through_a_link(installed: Checkout, tmp_path: Path) -> None:
    link = tmp_path / "kiwanda-link"
    link.symlink_to(os.path.relpath(installed.root / "run", tmp_path))
    installed_root, installed.root = installed.root, tmp_path
    link.rename(tmp_path / "run")
    done = installed.run("kiwanda", "audit", cwd=Path("/"))
    assert done.stdout.startswith("cli ['audit']"), done.stderr
    assert str(installed_root / "var") in done.stdout


def test_the_data_folder_is_private_and_may_stand_elsewhere(installed: Checkout, tmp_path: Path) -> None:
    done = installed.run("demo", cwd=tmp_path, KIWANDA_HOME="my data")
    assert str(tmp_path / "my data") in done.stdout
    assert (tmp_path / "my data").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_made_is_told_in_words(installed: Checkout) -> None:
    (installed.root / "file").touch()
    done = installed.run("demo", KIWANDA_HOME="file/var")
    assert done.returncode == 1
    assert "The data folder cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert installed.run("kiwanda", "audit", "--help", KIWANDA_HOME="file/var").returncode == 0


def test_settings_of_another_project_do_not_reach_the_factory(installed: Checkout, tmp_path: Path) -> None:
    (tmp_path / "kiwanda").mkdir()
    (tmp_path / "kiwanda" / "__init__.py").write_text("raise SystemExit('the wrong kiwanda')")
    done = installed.run("kiwanda", "audit", PYTHONPATH=str(tmp_path), PYTHONHOME="/nowhere")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("what", ["lock", "place", "version", "python"])
def test_a_change_underneath_starts_an_installation(installed: Checkout, what: str) -> None:
    notes = installed.venv / ".kiwanda"
    if what == "lock":
        (installed.root / "requirements.lock").write_text("one==2\n")
    elif what == "python":
        (installed.venv / "bin" / "python").unlink()
        (installed.venv / "bin" / "python").symlink_to("/nowhere/python3.11")
    else:
        place, version, level = (notes / "installed").read_text().splitlines()
        changed = ("/elsewhere/.venv", version) if what == "place" else (place, "3.8")
        (notes / "installed").write_text("\n".join([*changed, level]) + "\n")
    done = installed.run("kiwanda")
    # The good Python is hidden: looking for one is the sign that an installation was about to start.
    assert done.returncode == 1
    assert "Kiwanda needs Python" in done.stderr


def test_tools_for_tests_are_a_reason_to_install_and_more_than_the_runtime_is_not(installed: Checkout) -> None:
    assert "Kiwanda needs Python" in installed.run("test").stderr
    shutil.copy(installed.root / "requirements-dev.lock", installed.venv / ".kiwanda" / "lock")
    assert installed.run("kiwanda").returncode == 0
