"""`./run test`: lint, types, import rules, tests on both databases, in a browser, and the audit of a fresh demo.

What is run, and when, stands in one place: `all_steps`. Every step runs, even after another failed; the summary at the
end names what failed, and the exit code is 0 only if nothing did. `N passed, N failed` at the very end is the sum over
all test runs and is left out where one of them broke off without telling its numbers.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from private_postgres import PostgresError, private_postgres

ROOT = Path(__file__).resolve().parent.parent
GROUPS = ("--lint", "--postgres", "--browser", "--all")
WORKERS = "2"
PATIENCE_SECONDS = 20
# No step takes that long unless it hangs; CI as a whole has to end too.
LIMIT_SECONDS = 20 * 60
# A person's own settings must never decide which database the tests empty; only where extra test data lies may come in.
KEPT_SETTINGS = {"KIWANDA_SHARED_DATA", "KIWANDA_CHROMIUM"}


@dataclass(frozen=True)
class Step:
    """One check: commands run one after the other until one fails.

    `needs` names what has to be there first: "postgres" (a private server is started for the step) or "chromium".
    `counts` says that the last command is pytest, so that its numbers enter the sum.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    groups: frozenset[str]
    needs: str = ""
    counts: bool = False


@dataclass
class Outcome:
    """How a step went. `closing` is pytest's own last line; the numbers are None where pytest did not tell them."""

    step: Step
    ok: bool = False
    seconds: float = 0.0
    closing: str = ""
    remarks: list[str] = field(default_factory=list)
    passed: int | None = None
    failed: int | None = None
    skipped: int | None = None


def all_steps(chosen: Sequence[str] = (), *, everything: bool = False) -> list[Step]:
    """Every step there is, in order: the one place that says what is checked.

    Parameters
    ----------
    chosen : sequence of str
        pytest arguments from the command line; they replace the usual selection.
    everything : bool
        Whether slow tests belong to the usual selection.
    """
    python = (sys.executable, "-m")
    usual = ("-n", WORKERS, "-m", "not browser" if everything else "not browser and not slow")
    demo = (*python, "kiwanda.site.cli")
    return [
        Step("lint", ((*python, "ruff", "check", "--output-format", "concise"),), frozenset({"default", "--lint"})),
        Step(
            "import rules", ((str(Path(sys.executable).with_name("lint-imports")), "--no-logo"),), frozenset({"--lint"})
        ),
        Step("types", ((*python, "mypy", "src/kiwanda", "tools"),), frozenset({"--lint"})),
        Step("audit of a fresh demo", ((*demo, "demo", "--build-only"), (*demo, "audit")), frozenset()),
        Step(
            "tests in a browser",
            ((*python, "pytest", "-m", "browser", *chosen),),
            frozenset({"--browser"}),
            needs="chromium",
            counts=True,
        ),
        Step(
            "tests on PostgreSQL",
            # The tests of ./run itself touch no database.
            ((*python, "pytest", *(chosen or (*usual, "--ignore=tests/bootstrap"))),),
            frozenset({"--postgres"}),
            needs="postgres",
            counts=True,
        ),
        Step("tests on SQLite", ((*python, "pytest", *(chosen or usual)),), frozenset({"default"}), counts=True),
    ]


def select(arguments: Sequence[str]) -> list[Step]:
    """The steps that the command line asks for. Words that are no group of ours go to pytest as they are.

    With pytest arguments and no group, only the tests run: who asks for one test does not want the lint.
    """
    groups = {argument for argument in arguments if argument in GROUPS}
    chosen = [argument for argument in arguments if argument not in GROUPS]
    if "--all" in groups:
        return all_steps(chosen, everything=True)
    steps = [step for step in all_steps(chosen) if step.groups & (groups or {"default"})]
    return [step for step in steps if step.counts] if chosen and not groups else steps


def find_chromium() -> str | None:
    """The browser for the tests: what KIWANDA_CHROMIUM names, or the first of the usual ones that is installed."""
    names = [os.environ.get("KIWANDA_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    names += ["/Applications/Chromium.app/Contents/MacOS/Chromium"]
    names += ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


class Runner:
    """Runs steps in a scratch folder of their own, which is removed at the end whatever happens."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        kept = {name: value for name, value in os.environ.items() if self._may_enter(name)}
        paths = {"TMPDIR": str(scratch / "tmp"), "KIWANDA_HOME": str(scratch / "home")}
        self.environment = {**kept, **paths, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
        for path in paths.values():
            Path(path).mkdir()

    @staticmethod
    def _may_enter(name: str) -> bool:
        return not name.startswith("KIWANDA_") or name in KEPT_SETTINGS

    def run(self, step: Step) -> Outcome:
        """Run one step and tell how it went."""
        say(f"\n== {step.name} ==")
        outcome = Outcome(step)
        started = time.monotonic()
        try:
            with self._needed(step) as extra:
                outcome.ok = all(self._succeeds(outcome, command, extra) for command in step.commands)
        except (PostgresError, MissingError, OSError) as error:
            say(str(error))
            outcome.remarks.append(str(error).splitlines()[0])
        outcome.seconds = time.monotonic() - started
        say(f"-- {step.name}: {'ok' if outcome.ok else 'FAILED'}, {outcome.seconds:.1f} s")
        return outcome

    @contextlib.contextmanager
    def _needed(self, step: Step) -> Iterator[dict[str, str]]:
        if step.needs == "postgres":
            with private_postgres() as url:
                yield {"KIWANDA_DATABASE_URL": url}
        elif step.needs == "chromium":
            browser = find_chromium()
            if browser is None:
                raise MissingError(
                    "No Chromium is installed here.\n  Debian: sudo apt install chromium\n"
                    "  elsewhere: any Chromium or Chrome; KIWANDA_CHROMIUM names it"
                )
            yield {"KIWANDA_CHROMIUM": browser}
        else:
            yield {}

    def _succeeds(self, outcome: Outcome, command: Sequence[str], extra: dict[str, str]) -> bool:
        environment = {**self.environment, **extra}
        if not outcome.step.counts:
            with child([*command], environment) as process, limited(process, outcome):
                return process.wait() == 0
        report = self.scratch / "report.xml"
        report.unlink(missing_ok=True)
        colour = ["--color=yes"] if sys.stdout.isatty() else []
        command = [*command, *colour, f"--junitxml={report}"]
        with child(command, environment, stdout=subprocess.PIPE) as process, limited(process, outcome):
            outcome.closing = echo(process)
            code = process.wait()
        self._count(outcome, report)
        if not outcome.passed and not outcome.failed and outcome.passed is not None:
            outcome.remarks.append("no test ran")
            return False
        return code == 0

    def _count(self, outcome: Outcome, report: Path) -> None:
        """Take the numbers from pytest's report. Where pytest broke off there is none, and they stay unknown."""
        try:
            suites = ElementTree.parse(report).getroot().iter("testsuite")
            counts = [
                {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")} for suite in suites
            ]
        except (OSError, ElementTree.ParseError):
            outcome.remarks.append("pytest broke off")
            return
        total = {key: sum(count[key] for count in counts) for key in ("tests", "failures", "errors", "skipped")}
        outcome.skipped = total["skipped"]
        outcome.failed = total["failures"] + total["errors"]
        outcome.passed = total["tests"] - outcome.failed - outcome.skipped


class MissingError(Exception):
    """A program that a step needs is not installed; the text says how to get it."""


class Terminated(KeyboardInterrupt):
    """Somebody ended this process from outside: to be taken like a Ctrl-C."""


def _be_terminated(*_: object) -> None:
    raise Terminated


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def child(command: list[str], environment: dict[str, str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not outlive this block: on Ctrl-C it may finish its own cleaning up, then it is ended."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, **options)
    try:
        yield process
    except Terminated:
        # A Ctrl-C at the terminal has reached the child too; this has not.
        process.send_signal(signal.SIGINT)
        raise
    finally:
        for how in (None, signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                if how is not None:
                    process.send_signal(how)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=PATIENCE_SECONDS)


@contextlib.contextmanager
def limited(process: subprocess.Popen[bytes], outcome: Outcome) -> Iterator[None]:
    """Interrupt a process that takes too long, so that it may show where it hangs; end it if that does not help."""

    def interrupt() -> None:
        outcome.remarks.append(f"stopped after {LIMIT_SECONDS / 60:.0f} minutes")
        process.send_signal(signal.SIGINT)

    timers = [
        threading.Timer(LIMIT_SECONDS, interrupt),
        threading.Timer(LIMIT_SECONDS + PATIENCE_SECONDS, process.kill),
    ]
    for timer in timers:
        timer.daemon = True
        timer.start()
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()


def echo(process: subprocess.Popen[bytes]) -> str:
    """Show what the process says as it says it; return its last line that is not empty, without colours."""
    assert process.stdout is not None
    tail = b""
    while piece := os.read(process.stdout.fileno(), 65536):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        tail = (tail + piece)[-4096:]
    lines = re.sub(r"\x1b\[[0-9;]*m", "", tail.decode("utf-8", "replace")).splitlines()
    return next((line.strip(" =") for line in reversed(lines) if line.strip(" =")), "")


def summarise(outcomes: Sequence[Outcome]) -> int:
    """Print what came of every step and the sum of the tests; return the exit code."""
    say("\n== summary ==")
    for outcome in outcomes:
        remark = "; ".join([*([outcome.closing] if outcome.closing else []), *outcome.remarks])
        verdict = "ok    " if outcome.ok else "FAILED"
        say(f"{verdict}  {outcome.step.name:<24} {outcome.seconds:7.1f} s  {remark}".rstrip())
    counted = [outcome for outcome in outcomes if outcome.step.counts]
    if counted and all(outcome.passed is not None for outcome in counted):
        passed, failed, skipped = (
            sum(getattr(outcome, name) or 0 for outcome in counted) for name in ("passed", "failed", "skipped")
        )
        say(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if all(outcome.ok for outcome in outcomes) else 1


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _be_terminated)
    with tempfile.TemporaryDirectory(prefix="kiwanda-check-", ignore_cleanup_errors=True) as scratch:
        try:
            runner = Runner(Path(scratch))
            return summarise([runner.run(step) for step in select(arguments)])
        except KeyboardInterrupt:
            say("\nStopped.")
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
