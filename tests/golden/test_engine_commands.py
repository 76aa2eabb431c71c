"""Whatever a file holds, it is a problem (or a plan), or one sentence; and the commands on files."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kiwanda.engine import Lot, Plan, Problem, ProblemError, check, explain, repair, solve
from kiwanda.engine.tests.problems import problem
from kiwanda.site.engine_commands import engine_app

FUZZ = settings(deadline=None, max_examples=300, derandomize=True, suppress_health_check=list(HealthCheck))
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 40), st.sampled_from([10**30, 10**400, -(10**400), 1e300, 0.5, -1.0]),
    st.sampled_from(["", "w1", "o1", "a", "NBO", "six", "weave", "2026-13-01", "\ud800", "é" * 3]),
    st.just([]), st.just({}), st.lists(st.integers(-1, 3), max_size=3), st.just({"id": "x"}), st.just([[0, 1.0], [1]]),
)  # fmt: skip


def places(row: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [path] if path else []
    if isinstance(row, dict):
        found += [place for name in row for place in places(row[name], (*path, name))]
    elif isinstance(row, list):
        found += [place for i in range(min(len(row), 4)) for place in places(row[i], (*path, i))]
    return found


@st.composite
def spoiled(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """A file's content with one to three places changed, dropped or doubled."""
    row = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(row)))
        holder = row
        for name in path[:-1]:
            holder = holder[name]
        way = draw(st.integers(0, 3))
        if way == 0:
            del holder[path[-1]]
        elif way == 1 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[path[-1]]))
        elif way == 2 and isinstance(holder, dict):
            holder[draw(st.sampled_from(["", "x", "id", "days"]))] = copy.deepcopy(draw(JUNK))
        else:
            holder[path[-1]] = copy.deepcopy(draw(JUNK))
        if not places(row):
            break
    return row


def stored(row: dict[str, Any]) -> Path:
    """The content as a file."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as stream:
        json.dump(row, stream)
    return Path(stream.name)


def refusal(attempt: Callable[[], object]) -> str | None:
    """What a ProblemError says, if there is one."""
    try:
        attempt()
    except ProblemError as error:
        return str(error)
    return None


def is_a_sentence(text: str) -> bool:
    """One line that ends as a sentence does and can be printed."""
    return text.endswith(".") and "\n" not in text and bool(text.encode())


@cache
def planned() -> dict[str, Any]:
    return solve(problem()).to_dict()


@FUZZ
@given(spoiled(problem(fixed=(Lot("o1", "a", "w1", 5, 0, 1, ((0, 60.0),)),)).to_dict()))
def test_any_spoiled_problem_is_a_problem_or_a_sentence(row: dict[str, Any]) -> None:
    path = stored(row)

    def attempt() -> None:
        case = Problem.from_file(path)
        assert Problem.from_dict(json.loads(json.dumps(case.to_dict()))) == case

    said = refusal(attempt)
    path.unlink()
    assert said is None or is_a_sentence(said)


@FUZZ
@given(st.data())
def test_any_spoiled_plan_is_checked_and_mended_or_refused(data: st.DataObject) -> None:
    case, path = problem(), stored(data.draw(spoiled(planned())))

    def attempt() -> None:
        plan = Plan.from_file(path)
        for violation in check(case, plan):
            str(violation).encode()
        assert check(case, repair(case, plan).plan) == []
        explain(case, plan, order="o1", remedies=False)

    said = refusal(attempt)
    path.unlink()
    assert said is None or is_a_sentence(said)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A problem, its plan, a lot declined and one more order, as files."""
    place = tmp_path_factory.mktemp("commands")
    case = problem()
    case.to_file(place / "p.json")
    plan = solve(case)
    plan.to_file(place / "plan.json.gz")
    lots = [row for row in plan.to_dict()["lots"] if row["operation"] == "b"]
    (place / "no.json").write_text(json.dumps({"lots": lots[:1]}))
    (place / "order.json").write_text(json.dumps(case.to_dict()["orders"][0] | {"id": "o9"}))
    repair(case, plan, declined=plan.planned(case)[-1:]).plan.to_file(place / "m.json")
    return place


OF_W3 = ["--order", "o1", "--operation", "a", "--workshop", "w3"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["solve", "p.json", "--out", "fresh.json", "--seed", "3", "--workers", "2"], 0, "lots for 2 orders"),
        (["check", "p.json", "plan.json.gz"], 0, "The plan is sound."),
        (["check", "p.json", "none.json"], 2, "none.json cannot be read"),
        (["repair", "p.json", "plan.json.gz", "--out", "r.json", "--declined", "no.json"], 0, "Lots gone"),
        (["check", "p.json", "m.json"], 0, "The plan is sound."),
        (["promise", "p.json", "plan.json.gz", "order.json"], 0, "sure by 2026-"),
        (["promise", "p.json", "plan.json.gz", "order.json", "--confidence", "2"], 2, "confidence must"),
        (["explain", "p.json", "plan.json.gz", "--order", "o1"], 0, "it is not late."),
        (["explain", "p.json", "plan.json.gz", *OF_W3, "--you"], 0, "not yet among your skills"),
        (["explain", "p.json", "plan.json.gz", *OF_W3, "--language", "sw"], 0, "w3 haina ufundi wa weave."),
        (["explain", "p.json", "plan.json.gz", "--order", "nobody"], 2, "order names 'nobody'"),
        (["solve", "order.json", "--out", "x.json"], 2, "format is missing."),
        (["solve", "p.json", "--out", "none/x.json"], 2, "cannot be written"),
        (["warm"], 0, "ready"),
    ],
)  # fmt: skip
def test_the_commands(
    folder: Path, arguments: list[str], status: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(engine_app, arguments)
    assert result.exit_code == status, result.output
    assert said in result.output.replace("\n", " ")


def test_broken_rules_are_printed_and_the_status_is_1(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    row = planned()
    Path("torn.json").write_text(json.dumps(row | {"lots": row["lots"][1:]}))
    result = CliRunner().invoke(engine_app, ["check", "p.json", "torn.json"])
    assert result.exit_code == 1
    assert "quantity (" in result.output


def test_the_engines_commands_load_no_django() -> None:
    code = "import sys, kiwanda.site.cli as c; assert c.app; print('django' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
