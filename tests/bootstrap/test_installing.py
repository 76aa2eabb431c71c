"""tools/bootstrap.py through ./run: a real environment and a real pip, and a stand-in for uv from a local wheel."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

import pytest
from tests.bootstrap.conftest import Checkout
from tools.bootstrap import explain


@pytest.mark.slow
def test_the_life_of_an_environment(checkout: Checkout) -> None:
    first = checkout.run()
    assert first.returncode == 0, first.stderr
    assert "Making a Python environment" in first.stderr
    assert first.stdout.startswith("cli ['demo']")
    assert str(checkout.venv) in first.stdout
    assert checkout.synced == ["requirements.lock"]

    second = checkout.run()
    assert second.stderr == ""
    assert checkout.synced == ["requirements.lock"]

    assert checkout.run("setup", "--dev").returncode == 0
    assert checkout.run().stderr == "", "a start after the tests must not take their tools away"
    assert checkout.synced == ["requirements.lock", "requirements-dev.lock"]

    (checkout.root / "requirements.lock").write_text("one==1.1\n")
    (checkout.root / "requirements-dev.lock").write_text("one==1.1\ntwo==2\n")
    changed = checkout.run()
    assert changed.returncode == 0
    assert "environment" not in changed.stderr, "a new lock file is no reason to start from nothing"
    assert checkout.synced[2:] == ["requirements-dev.lock"]

    moved = checkout.root.parent / "elsewhere"
    os.rename(checkout.root, moved)
    checkout.root = moved
    after = checkout.run()
    assert after.returncode == 0, after.stderr
    assert "Making the Python environment anew" in after.stderr
    assert str(moved / ".venv") in after.stdout
    assert checkout.synced[3:] == ["requirements-dev.lock"]


@pytest.mark.slow
def test_an_interrupted_installation_starts_afresh_and_says_why_it_failed(checkout: Checkout) -> None:
    failed = checkout.run("kiwanda", "audit", STAND_IN_UV_SAYS="error: Hash mismatch for one==1")
    assert failed.returncode == 1
    assert failed.stdout == "", "the command must not start on half an installation"
    assert "Installing the packages failed:\nerror: Hash mismatch for one==1" in failed.stderr
    assert str(checkout.venv / ".kiwanda" / "log") in failed.stderr
    assert "Traceback" not in failed.stderr
    assert (checkout.venv / ".kiwanda" / "installing").exists()
    (checkout.venv / "half-written").touch()

    again = checkout.run("kiwanda", "audit", "two words", "--", "")
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("cli ['audit', 'two words', '--', '']"), "the words come through the installation"
    assert not (checkout.venv / "half-written").exists()
    assert not (checkout.venv / ".kiwanda" / "installing").exists()


@pytest.mark.slow
def test_no_network(checkout: Checkout) -> None:
    done = checkout.run(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert done.returncode == 1
    assert "The Python package index cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_two_at_once_wait_for_each_other(checkout: Checkout) -> None:
    notes = checkout.venv / ".kiwanda"
    notes.mkdir(parents=True)
    with (notes / "in-use").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        second = subprocess.Popen(
            [checkout.root / "run", "setup"], env=checkout.settings(), stderr=subprocess.PIPE, text=True
        )
        assert second.stderr is not None
        assert second.stderr.readline().startswith("Another ./run is installing at this moment; waiting")
        assert second.poll() is None
        second.terminate()
        second.communicate(timeout=30)
        assert second.returncode == 130
    assert not (checkout.venv / "pyvenv.cfg").exists()


@pytest.mark.parametrize("stranger", ["notes.txt", "pyvenv.cfg"])
def test_a_folder_of_somebody_else_is_never_emptied(checkout: Checkout, tmp_path: Path, stranger: str) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / stranger).write_text("precious")
    done = checkout.run(KIWANDA_VENV=str(mine))
    assert done.returncode == 1
    assert "holds something that Kiwanda did not put there" in done.stderr
    assert [entry.name for entry in mine.iterdir()] == [stranger]


def test_a_place_that_cannot_be_written_is_told_in_words(checkout: Checkout) -> None:
    (checkout.root / "file").touch()
    done = checkout.run(KIWANDA_VENV="file/venv")
    assert done.returncode == 1
    assert "The folder for the packages cannot be written" in done.stderr
    assert "KIWANDA_VENV=" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_checkout_is_told_in_words(checkout: Checkout) -> None:
    checkout.root.chmod(0o555)
    try:
        done = checkout.run("setup")
    finally:
        checkout.root.chmod(0o755)
    assert "The folder for the packages cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("[Errno 30] Read-only file system: '/srv/kiwanda/.venv'", "cannot be written"),
        ("[Errno 13] Permission denied: '/srv/kiwanda/.venv'", "cannot be written"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: Failed to write to `x`\n  Caused by: Disk quota exceeded (os error 122)", "disk is full"),
        ("  Caused by: dns error: failed to lookup address information", "index cannot be reached"),
        ("NewConnectionError('...: Failed to establish a new connection: [Errno -3] Temporary failure in name "
         "resolution')", "index cannot be reached"),
        ("hint: Wheels are required ...\n  cause: Because llvmlite==0.50.0 has no usable wheels and you", "ready-made"),
        ("ERROR: No matching distribution found for llvmlite==0.50.0", "ready-made"),
        ("error: Request failed after 3 retries\n  Caused by: operation timed out", "index cannot be reached"),
    ],
)  # fmt: skip
def test_failures_that_are_known_get_a_plain_sentence(said: str, sentence: str) -> None:
    told = explain(said, Path("/srv/kiwanda/.venv"))
    assert told is not None
    assert sentence in told


def test_an_unknown_failure_is_not_dressed_up() -> None:
    assert explain("error: hash mismatch for numpy", Path("/srv")) is None
