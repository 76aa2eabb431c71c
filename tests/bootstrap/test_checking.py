"""tools/check.py, which is ./run test: what it runs, what it prints at the end, and what it lets in."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.bootstrap.conftest import ROOT

pytestmark = pytest.mark.slow  # each starts a pytest of its own

GOOD = "def test_good():\n    pass\n"
BAD = "def test_bad():\n    assert 1 == 2\n"
SKIPPED = "import pytest\n\n\n@pytest.mark.skip(reason='absent')\ndef test_absent():\n    pass\n"
UNUSED_IMPORT = "import os\n"


class Project:
    """A project of a few files with the real tools/, in which ./run test can run in a second."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "tests").mkdir(parents=True)
        shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        markers = '["browser: needs Chromium", "slow: minutes"]'
        (root / "pyproject.toml").write_text(
            f'[tool.pytest.ini_options]\naddopts = ["-q", "-p", "xdist"]\nmarkers = {markers}\n'
            "[tool.ruff]\nextend-exclude = ['tools']\n"
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(self.root / "tools" / "check.py"), *words]

    def settings(self, **more: str) -> dict[str, str]:
        # Our own pytest plugins are no part of this and take seconds to load.
        return {**os.environ, "TMPDIR": str(self.root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more}

    def check(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env=self.settings(**settings),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def leftovers(self) -> list[str]:
        return sorted(entry.name for entry in self.root.glob("kiwanda-*"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout.splitlines()[-1]


def test_success_ends_with_the_sum(project: Project) -> None:
    (project.root / "tests" / "test_it.py").write_text(GOOD)
    (project.root / "tests" / "test_other.py").write_text(SKIPPED)
    done = project.check()
    assert done.returncode == 0, done.stdout
    assert last_line(done) == "1 passed, 0 failed, 1 skipped"
    summary = done.stdout.split("== summary ==")[1]
    assert "ok      lint" in summary
    assert "1 passed, 1 skipped in " in summary.splitlines()[-2], "pytest's own closing line stands above the sum"
    assert project.leftovers() == []


def test_every_step_runs_and_any_failure_fails_the_whole(project: Project) -> None:
    (project.root / "tests" / "test_it.py").write_text(UNUSED_IMPORT + "\n\n" + GOOD + "\n\n" + BAD)
    done = project.check()
    assert done.returncode == 1
    assert last_line(done) == "1 passed, 1 failed"
    assert "FAILED  lint" in done.stdout
    assert "FAILED  tests on SQLite" in done.stdout


def test_a_failing_lint_fails_the_whole_although_all_tests_pass(project: Project) -> None:
    (project.root / "tests" / "test_it.py").write_text(UNUSED_IMPORT + "\n\n" + GOOD)
    done = project.check()
    assert done.returncode == 1
    assert last_line(done) == "1 passed, 0 failed"


@pytest.mark.parametrize(
    ("text", "words", "remark"),
    [("raise RuntimeError", (), "error"), ("", (), "no test"), (GOOD, ("-k", "nothing"), "no test")],
)
def test_a_run_without_a_result_is_no_success(project: Project, text: str, words: tuple[str, ...], remark: str) -> None:
    (project.root / "tests" / "test_it.py").write_text(text)
    done = project.check(*words)
    assert done.returncode == 1
    assert remark in done.stdout.split("== summary ==")[1]
    assert not last_line(done).startswith("1 passed")


def test_where_pytest_breaks_off_no_sum_is_claimed(project: Project) -> None:
    (project.root / "tests" / "conftest.py").write_text("import os\n\nos._exit(3)\n")
    (project.root / "tests" / "test_it.py").write_text(GOOD)
    done = project.check("tests/test_it.py")
    assert done.returncode == 1
    assert "pytest broke off" in last_line(done)


def test_pytest_arguments_choose_tests_and_leave_out_the_lint(project: Project) -> None:
    (project.root / "tests" / "test_it.py").write_text(UNUSED_IMPORT + "\n\n" + GOOD + "\n\n" + BAD)
    done = project.check("tests/test_it.py", "-k", "good")
    assert done.returncode == 0, done.stdout
    assert last_line(done) == "1 passed, 0 failed"
    assert "== lint ==" not in done.stdout


def test_slow_and_browser_tests_wait_until_they_are_asked_for(project: Project) -> None:
    marked = "import pytest\n\n\n@pytest.mark.{}\ndef test_{}():\n    pass\n"
    for mark in ("slow", "browser"):
        (project.root / "tests" / f"test_{mark}.py").write_text(marked.format(mark, mark))
    (project.root / "tests" / "test_it.py").write_text(GOOD)
    assert last_line(project.check()) == "1 passed, 0 failed"
    only = project.check("--browser", KIWANDA_CHROMIUM=sys.executable)
    assert last_line(only) == "1 passed, 0 failed", only.stdout


def test_a_missing_browser_is_told_in_words(project: Project) -> None:
    (project.root / "tests" / "test_it.py").write_text(GOOD)
    done = project.check("--browser", PATH="/nowhere", KIWANDA_CHROMIUM="/nowhere/chromium")
    assert done.returncode == 1
    assert "sudo apt install chromium" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_tests_see_no_database_or_data_of_the_person(project: Project) -> None:
    (project.root / "tests" / "test_it.py").write_text(
        "import os\nimport tempfile\n\n\ndef test_it():\n"
        "    assert 'KIWANDA_DATABASE_URL' not in os.environ\n"
        "    assert 'precious' not in os.environ['KIWANDA_HOME']\n"
        "    assert os.environ['KIWANDA_SHARED_DATA'] == '/data'\n"
        "    assert os.path.basename(os.path.dirname(tempfile.gettempdir())).startswith('kiwanda-check-')\n"
    )
    settings = {
        "KIWANDA_DATABASE_URL": "postgresql://precious",
        "KIWANDA_HOME": "/precious",
        "KIWANDA_SHARED_DATA": "/data",
    }
    done = project.check("tests", **settings)
    assert done.returncode == 0, done.stdout


def test_all_runs_every_step_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import check

    names = [step.name for step in check.select(["--all"])]
    assert names == [step.name for step in check.all_steps()]
    assert {"lint", "types", "import rules", "tests on SQLite", "tests on PostgreSQL", "tests in a browser"} < set(
        names
    )
    assert "audit of a fresh demo" in names
    for group in ("--lint", "--postgres", "--browser"):
        chosen = check.select([group])
        assert chosen
        assert all(group in step.groups for step in chosen)


def test_a_step_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import check

    monkeypatch.setattr(check, "LIMIT_SECONDS", 0.5)
    monkeypatch.setattr(check, "PATIENCE_SECONDS", 0.5)
    deaf = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)"
    outcome = check.Runner(tmp_path).run(check.Step("hang", ((sys.executable, "-c", deaf),), frozenset()))
    assert not outcome.ok
    assert outcome.seconds < 20
    assert outcome.remarks == ["stopped after 0 minutes"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_leaves_nothing_behind(project: Project, how: signal.Signals) -> None:
    (project.root / "tests" / "test_it.py").write_text(
        "import os\nimport pathlib\nimport time\n\n\ndef test_it():\n"
        "    pathlib.Path('pid').write_text(str(os.getpid()))\n    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        project.command("tests"),
        env=project.settings(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A suite started in the background inherits an ignored Ctrl-C; the process under test must hear it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    written = project.root / "pid"
    deadline = time.monotonic() + 30
    while not (written.exists() and written.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    # Ctrl-C reaches the whole group; a stop from outside only the process it names.
    if how == signal.SIGINT:
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Stopped."
    with pytest.raises(ProcessLookupError):
        os.kill(int(written.read_text()), 0)
    assert project.leftovers() == []
