"""Files: what is written can be read again, and a bad file gets one sentence naming the field."""

from __future__ import annotations

import copy
import datetime
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from kiwanda.engine import Lot, Plan, Problem, ProblemError, solve
from kiwanda.engine.cli import check_file, explain_file, promise_file, promise_said, repair_file, solve_file
from kiwanda.engine.tests.problems import problem, problems


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems())
def test_a_problem_survives_the_file(case: Problem) -> None:
    assert Problem.from_dict(json.loads(json.dumps(case.to_dict()))) == case


def data() -> dict[str, Any]:
    return problem(fixed=(Lot("o1", "a", "w1", 5, 0, 1, ((0, 60.0),)),)).to_dict()


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(row: Any) -> None:
        for name in path[:-1]:
            row = row[name]
        row[path[-1]] = value

    return change


def drop(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(row: Any) -> None:
        for name in path[:-1]:
            row = row[name]
        del row[path[-1]]

    return change


BAD: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (put("format", value="kiwanda-problem/2"), "format must be 'kiwanda-problem/1', not 'kiwanda-problem/2'."),
    (drop("orders"), "orders is missing."),
    (put("color", value=1), "color is not a known field."),
    (put("start_on", value="tomorrow"), "start_on must be a date like 2026-11-23, not 'tomorrow'."),
    (put("start_on", value=3), "start_on must be a non-empty text, not 3."),
    (put("days", value=0), "days must be a whole number of at least 1, not 0."),
    (put("days", value=21.5), "days must be a whole number, not 21.5."),
    (put("days", value=10**9), "days must be a whole number of at most 36600, not 1000000000."),
    (put("week_minutes_cap", value=-1), "week_minutes_cap must be at least 0, not -1."),
    (put("techniques", value=["sew", "sew"]), "techniques names 'sew' twice."),
    (put("techniques", value="sew"), "techniques must be a list, not 'sew'."),
    (put("transfer_days", value=[[0, 1]]), "transfer_days must have one row for each of the 2 hubs."),
    (put("transfer_days", 0, value=[0]), "transfer_days[0] must list one number for each of the 2 hubs."),
    (put("transfer_days", 1, 0, value=-2), "transfer_days[1][0] must be a whole number of at least 0, not -2."),
    (put("transfer_days", 1, value=7), "transfer_days[1] must be a list, not 7."),
    (put("calendars", value=[]), "calendars must be an object, not a list."),
    (put("calendars", "six", value=[480.0]), "calendars['six'] must list 21 days, and it lists 1."),
    (put("calendars", "six", 4, value=None), "calendars['six'][4] must be a number, not null."),
    (put("workshops", 1, "hub", value="MBA"), "workshops[1].hub names 'MBA', which is not in hubs."),
    (put("workshops", 1, "calendar", value="x"), "workshops[1].calendar names 'x', which is not in calendars."),
    (put("workshops", 1, "id", value="w1"), "workshops names 'w1' twice."),
    (put("workshops", 1, value=3), "workshops[1] must be an object, not 3."),
    (put("workshops", 0, "on_time", value=1.2), "workshops[0].on_time must be at most 1, not 1.2."),
    (
        put("workshops", 0, "income_to_date", value=True),
        "workshops[0].income_to_date must be a whole number, not True.",
    ),
    (
        put("workshops", 0, "off_days", value=[1, -1]),
        "workshops[0].off_days[1] must be a whole number of at least 0, not -1.",
    ),
    (
        put("workshops", 0, "capabilities", 0, "technique", value="fly"),
        "workshops[0].capabilities[0].technique names 'fly', which is not in techniques.",
    ),
    (
        put("workshops", 0, "capabilities", 0, "speed", value=0),
        "workshops[0].capabilities[0].speed must be above 0, not 0.",
    ),
    (
        put("workshops", 0, "capabilities", 0, "yield", value=1.1),
        "workshops[0].capabilities[0].yield must be at most 1, not 1.1.",
    ),
    (
        put("workshops", 0, "capabilities", 0, "speed", value=float("nan")),
        "workshops[0].capabilities[0].speed must be a finite number, not nan.",
    ),
    (drop("workshops", 0, "capabilities", 0, "technique"), "workshops[0].capabilities[0].technique is missing."),
    (put("orders", 0, "quantity", value=-4), "orders[0].quantity must be a whole number of at least 1, not -4."),
    (put("orders", 0, "id", value=""), "orders[0].id must be a non-empty text, not ''."),
    (put("orders", 1, "id", value="o1"), "orders names 'o1' twice."),
    (put("orders", 1, "weight", value="high"), "orders[1].weight must be a number, not 'high'."),
    (put("orders", 1, "due_day", value=None), "orders[1].due_day must be a whole number, not null."),
    (put("orders", 1, "operations", value=[]), "orders[1].operations must list at least one operation."),
    (put("orders", 1, "operations", 1, "id", value="a"), "orders[1].operations names 'a' twice."),
    (
        put("orders", 1, "operations", 0, "after", value=["b"]),
        "orders[1].operations wait for each other in a circle: a, b.",
    ),
    (
        put("orders", 1, "operations", 0, "after", value=["z"]),
        "orders[1].operations[0].after names 'z', which is no operation of the order.",
    ),
    (put("orders", 1, "operations", 0, "after", value="b"), "orders[1].operations[0].after must be a list, not 'b'."),
    (
        put("orders", 1, "operations", 0, "technique", value="fly"),
        "orders[1].operations[0].technique names 'fly', which is not in techniques.",
    ),
    (put("orders", 1, "operations", 0, "minutes", value=0), "orders[1].operations[0].minutes must be above 0, not 0."),
    (
        put("orders", 1, "operations", 0, "max_lot", value=2),
        "orders[1].operations[0].max_lot must not be below min_lot 5, and it is 2.",
    ),
    (put("fixed", 0, "order", value="z"), "fixed[0].order names 'z', which is not in orders."),
    (put("fixed", 0, "operation", value="z"), "fixed[0].operation names 'z', which is no operation of order 'o1'."),
    (put("fixed", 0, "workshop", value="z"), "fixed[0].workshop names 'z', which is not in workshops."),
    (put("fixed", 0, "finish_day", value=-2), "fixed[0].finish_day must not lie before start_day 0, and it is -2."),
    (
        put("fixed", 0, "quantity", value=121),
        "fixed[0].quantity brings operation 'a' of order 'o1' to 121 pieces, more than the 120 ordered.",
    ),
    (put("fixed", 0, "minutes", value=[[0]]), "fixed[0].minutes[0] must be a pair of day and minutes."),
    (put("fixed", 0, "minutes", value=[[0, -3]]), "fixed[0].minutes[0][1] must be at least 0, not -3."),
    (
        put("fixed", 0, "minutes", value=[[2, 3.0]]),
        "fixed[0].minutes[0] names day 2, outside the lot's days or the horizon.",
    ),
]


@pytest.mark.parametrize(("change", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_a_bad_problem_gets_one_sentence(change: Callable[[dict[str, Any]], None], sentence: str) -> None:
    row = copy.deepcopy(data())
    change(row)
    with pytest.raises(ProblemError) as caught:
        Problem.from_dict(row)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "p.json is not valid JSON: Expecting property name enclosed in double quotes at line 1."),
        ("[]", "p.json must hold a JSON object, not a list."),
        ('{"days": NaN}', "p.json holds NaN, which is not a number."),
        ('{"days": -Infinity}', "p.json holds -Infinity, which is not a number."),
        ("[" * 100_000, "p.json is not valid JSON: it is nested too deeply."),
    ],
)
def test_a_file_that_is_no_json(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(ProblemError) as caught:
        Problem.from_file(path)
    assert str(caught.value) == sentence


def test_files_plain_and_zipped(tmp_path: Path) -> None:
    case = problem()
    for name in ("p.json", "p.json.gz"):
        case.to_file(tmp_path / name)
        assert Problem.from_file(tmp_path / name) == case
        plan = solve_file(tmp_path / name, tmp_path / f"plan-{name}", seed=4)
        again = Plan.from_file(tmp_path / f"plan-{name}")
        assert again.orders == plan.orders
        assert again.objective == plan.objective
        assert len(again.lots) == len(plan.lots)
        assert check_file(tmp_path / name, tmp_path / f"plan-{name}") == 0
    assert gzip.decompress((tmp_path / "p.json.gz").read_bytes()) == (tmp_path / "p.json").read_bytes()


def test_check_file_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = problem()
    case.to_file(tmp_path / "p.json")
    row = solve(case).to_dict()
    row["lots"].pop()
    (tmp_path / "plan.json").write_text(json.dumps(row))
    assert check_file(tmp_path / "p.json", tmp_path / "plan.json") == 1
    assert "quantity (" in capsys.readouterr().out
    row["lots"] = [{"order": "o1"}]
    (tmp_path / "plan.json").write_text(json.dumps(row))
    assert check_file(tmp_path / "p.json", tmp_path / "plan.json") == 2
    assert capsys.readouterr().out == "lots[0].operation is missing.\n"
    assert check_file(tmp_path / "none.json", tmp_path / "plan.json") == 2
    assert "none.json cannot be read: No such file or directory." in capsys.readouterr().out
    (tmp_path / "p.json.gz").write_text("not zipped")
    assert check_file(tmp_path / "p.json.gz", tmp_path / "plan.json") == 2
    assert capsys.readouterr().out.startswith("p.json.gz is not a readable text file:")


def test_a_plan_that_cannot_be_written(tmp_path: Path) -> None:
    problem().to_file(tmp_path / "p.json")
    with pytest.raises(ProblemError, match="cannot be written"):
        solve_file(tmp_path / "p.json", tmp_path / "missing" / "plan.json")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("objective", value={"undone": -1}), "objective.undone must be a whole number of at least 0, not -1."),
        (put("bound", value={"method": "x"}), "bound.weighted_tardiness is missing."),
        (put("orders", 0, "finish_day", value="x"), "orders[0].finish_day must be a whole number, not 'x'."),
        (put("lots", 0, "minutes", value=[[0, "x"]]), "lots[0].minutes[0][1] must be a number, not 'x'."),
    ],
)
def test_a_bad_plan_gets_one_sentence(change: Callable[[dict[str, Any]], None], sentence: str) -> None:
    row = solve(problem()).to_dict()
    change(row)
    with pytest.raises(ProblemError) as caught:
        Plan.from_dict(row)
    assert str(caught.value) == sentence


def test_repair_promise_and_explain_by_files(tmp_path: Path) -> None:
    case = problem()
    case.to_file(tmp_path / "p.json")
    plan = solve_file(tmp_path / "p.json", tmp_path / "plan.json")
    lot = plan.to_dict()["lots"][0]
    (tmp_path / "declined.json").write_text(json.dumps({"lots": [lot]}))
    mended = repair_file(tmp_path / "p.json", tmp_path / "plan.json", tmp_path / "new.json", tmp_path / "declined.json")
    assert check_file(tmp_path / "p.json", tmp_path / "new.json") == 0
    assert mended.removed[0].workshop == lot["workshop"]
    order = case.to_dict()["orders"][0] | {"id": "new"}
    (tmp_path / "order.json").write_text(json.dumps(order))
    answer, start_on = promise_file(tmp_path / "p.json", tmp_path / "plan.json", tmp_path / "order.json")
    assert f"planned for {start_on + datetime.timedelta(days=answer.day or 0)}" in promise_said(answer, start_on)
    assert answer.day is not None
    held = explain_file(tmp_path / "p.json", tmp_path / "plan.json", lot["order"], lot["operation"], lot["workshop"])
    assert held.reasons[0].code == "able"
    other = explain_file(tmp_path / "p.json", tmp_path / "plan.json", "o1", "a", "w3")
    assert other.reasons[0].code == "not_able"
    assert explain_file(tmp_path / "p.json", tmp_path / "plan.json", "o1").reasons[0].code == "on_time"
    (tmp_path / "order.json").write_text(json.dumps(order | {"quantity": 0}))
    with pytest.raises(ProblemError, match="quantity must be a whole number of at least 1, not 0"):
        promise_file(tmp_path / "p.json", tmp_path / "plan.json", tmp_path / "order.json")
