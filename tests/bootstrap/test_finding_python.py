"""./run finds a Python that serves, or says in one sentence what to install."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.bootstrap.conftest import REAL_PYTHON, Checkout, put_python

# What an interpreter answers to the probe of ./run; here from scripts, as nobody has four Pythons at hand.
TOO_OLD = 'echo "old 3.9.6"'
WITHOUT_VENV = 'echo "bare 3.12.3"'
BROKEN_SHIM = 'echo "pyenv: python3.13: command not found" >&2; exit 127'


def installs_nothing(checkout: Checkout) -> bool:
    return not checkout.venv.exists()


def test_says_what_to_install_where_there_is_no_python(checkout: Checkout) -> None:
    (Path(checkout.path) / "python3").unlink()
    done = checkout.run()
    assert done.returncode == 1
    assert done.stderr.startswith("Kiwanda needs Python 3.11 or newer, and no Python was found here.")
    assert "sudo apt install python3 python3-venv" in done.stderr
    assert "brew install python" in done.stderr
    assert installs_nothing(checkout)


def test_names_the_python_that_is_too_old(checkout: Checkout) -> None:
    old = put_python(checkout, "python3", TOO_OLD)
    done = checkout.run()
    assert done.returncode == 1
    assert f"the newest found here is 3.9.6 ({old})" in done.stderr
    assert installs_nothing(checkout)


def test_says_so_where_the_venv_module_is_missing(checkout: Checkout) -> None:
    bare = put_python(checkout, "python3", WITHOUT_VENV)
    done = checkout.run()
    assert done.returncode == 1
    assert f"Python 3.12.3 ({bare}) lacks a part" in done.stderr
    assert "python3-venv" in done.stderr
    assert installs_nothing(checkout)


@pytest.mark.parametrize("useless", [TOO_OLD, WITHOUT_VENV, BROKEN_SHIM, "echo nonsense", "exit 1"])
def test_passes_over_a_python_that_does_not_serve(checkout: Checkout, useless: str) -> None:
    put_python(checkout, "python3.14", useless)
    put_python(checkout, "python3.12", useless)
    blocked = checkout.root / "blocked"
    blocked.touch()
    # Getting as far as the complaint about the folder shows that a Python was found and used.
    done = checkout.run(KIWANDA_VENV=str(blocked))
    assert done.returncode == 1
    assert done.stderr.startswith(f"{blocked} is in the way")


def test_the_probe_knows_a_real_python(checkout: Checkout) -> None:
    put_python(checkout, "python3", TOO_OLD)
    blocked = checkout.root / "blocked"
    blocked.touch()
    done = checkout.run(KIWANDA_PYTHON=str(REAL_PYTHON), KIWANDA_VENV=str(blocked))
    assert "is in the way" in done.stderr


def test_the_probe_misses_a_module_that_the_python_lacks(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "lame").mkdir()
    (tmp_path / "lame" / "ensurepip.py").write_text("raise ImportError\n")
    put_python(checkout, "python3", f'PYTHONPATH="{tmp_path / "lame"}" exec "{REAL_PYTHON}" "$@"')
    done = checkout.run()
    assert "lacks a part that Kiwanda needs to install itself" in done.stderr


def test_a_named_python_is_taken_or_refused_but_not_replaced(checkout: Checkout) -> None:
    done = checkout.run(KIWANDA_PYTHON="/nowhere/python3")
    assert done.returncode == 1
    assert "KIWANDA_PYTHON names no working Python: /nowhere/python3" in done.stderr
    assert installs_nothing(checkout)


def test_a_folder_with_a_colon_is_refused_in_words(checkout: Checkout) -> None:
    odd = checkout.root.parent / "a:b"
    os.rename(checkout.root, odd)
    checkout.root = odd
    done = checkout.run()
    assert done.returncode == 1
    assert "a folder with a colon" in done.stderr
