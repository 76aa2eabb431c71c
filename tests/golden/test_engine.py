"""Stored problems and plans: files written by earlier versions stay readable and sound, and plans get no worse."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiwanda.engine import Plan, Problem, check, solve

HERE = Path(__file__).parent / "engine"
NAMES = sorted(path.name.removesuffix(".problem.json") for path in HERE.glob("*.problem.json"))


def test_there_are_stored_problems() -> None:
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_plan_is_still_sound_and_still_matched(name: str) -> None:
    problem = Problem.from_file(HERE / f"{name}.problem.json")
    stored = Plan.from_file(HERE / f"{name}.plan.json")
    assert check(problem, stored) == []
    fresh = solve(problem, seed=stored.seed)
    assert check(problem, fresh) == []
    assert fresh.objective.weighted_tardiness <= stored.objective.weighted_tardiness
    assert fresh.objective.undone <= stored.objective.undone
    assert fresh.bound.weighted_tardiness <= stored.objective.weighted_tardiness + 1e-6
