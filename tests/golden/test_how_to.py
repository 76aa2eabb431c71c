"""The engine's how-to page is true: its problem is solved by its code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "plan-with-the-engine.md"


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == 1
    return found[0]


def test_the_page_runs_as_it_stands(tmp_path, monkeypatch, capsys):
    (tmp_path / "problem.json").write_text(block("json"))
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(block("python"), str(PAGE), "exec"), names)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "0.0 0.0"
    made = sum(int(line.split()[1]) for line in said[1:])
    assert made == 120


@pytest.mark.parametrize("call", ["fairness=1.0, tolerance=0.0", "no_shows=3", "from_day=2"])
def test_the_options_it_names_exist(call, tmp_path):
    from kiwanda.engine import Problem, check, solve

    (tmp_path / "problem.json").write_text(block("json"))
    problem = Problem.from_file(tmp_path / "problem.json")
    given = {name: float(value) if "." in value else int(value) for name, value in re.findall(r"(\w+)=([\d.]+)", call)}
    published = solve(problem) if "from_day" in given else None
    assert check(problem, solve(problem, published=published, **given)) == []
