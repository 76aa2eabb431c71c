"""The same plan wherever its regions are planned, whoever dies meanwhile; and plans on disk."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kiwanda.engine import ProblemError, check, warm
from kiwanda.engine.cli import check_file
from kiwanda.engine.regions import (
    DaskExecutor,
    InProcess,
    ProblemArrays,
    Processes,
    RegionalPlan,
    RegionTask,
    StoredPlan,
    WorkerLost,
    check_region,
    check_whole,
    cut,
    from_problem,
    plan_region,
    solve_regions,
)
from kiwanda.engine.regions.files import check_stored, solve_file_by_regions
from kiwanda.engine.tests.regional import Unlucky, always_die, country, placed


@pytest.fixture(scope="module")
def arrays() -> ProblemArrays:
    warm()
    return placed(country(7, load=0.95))


@pytest.fixture(scope="module")
def expected(arrays: ProblemArrays, tmp_path_factory: pytest.TempPathFactory) -> StoredPlan:
    plan = solve_regions(arrays, seed=4, folder=tmp_path_factory.mktemp("expected"))
    assert isinstance(plan, StoredPlan)
    return plan


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    executor = Processes(2)
    yield executor
    executor.close()


def hashes(plan: RegionalPlan) -> list[str]:
    return [row.sha256 for row in plan.manifest.regions]


def same(plan: RegionalPlan, expected: RegionalPlan) -> None:
    """Byte for byte, whatever it was made on."""
    assert hashes(plan) == hashes(expected)
    assert plan.objective == expected.objective
    assert plan.bound == expected.bound
    assert plan.manifest.bound_one_region == expected.manifest.bound_one_region


def test_processes_make_the_same_plan(
    arrays: ProblemArrays, expected: StoredPlan, processes: Processes, tmp_path: Path
) -> None:
    same(solve_regions(arrays, seed=4, folder=tmp_path, executor=processes), expected)
    in_memory = solve_regions(arrays, seed=4, executor=processes, threads=1)
    assert not isinstance(in_memory, StoredPlan)
    same(in_memory.store(tmp_path / "later"), expected)


def test_another_seed_makes_another_plan(arrays: ProblemArrays, expected: StoredPlan, tmp_path: Path) -> None:
    assert hashes(solve_regions(arrays, seed=5, folder=tmp_path)) != hashes(expected)


def test_a_process_killed_midway_changes_nothing(
    arrays: ProblemArrays, expected: StoredPlan, processes: Processes, tmp_path: Path
) -> None:
    unlucky = Unlucky(processes, tmp_path / "died")
    same(solve_regions(arrays, seed=4, folder=tmp_path / "plan", executor=unlucky), expected)
    assert (tmp_path / "died").exists()


def test_a_task_that_always_kills_is_given_up(processes: Processes) -> None:
    with pytest.raises(WorkerLost, match="its worker died"):
        list(processes.run(always_die, [1]))
    assert dict(processes.run(abs, [-1, -2])) == {0: 1, 1: 2}


def test_what_a_task_raises_is_raised(processes: Processes) -> None:
    for executor in (InProcess(), processes):
        with pytest.raises(ProblemError, match="is not a file of columns"):
            list(executor.run(plan_region, [RegionTask(0, __file__)]))


def test_dask_workers_make_the_same_plan_and_may_die(
    arrays: ProblemArrays, expected: StoredPlan, tmp_path: Path
) -> None:
    """A scheduler and two workers of their own on the loopback; the first task takes its worker with it."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as cluster:
        executor = DaskExecutor(cluster.scheduler_address)
        try:
            assert executor.workers == 2
            unlucky = Unlucky(executor, tmp_path / "died")
            same(solve_regions(arrays, seed=4, folder=tmp_path / "plan", executor=unlucky), expected)
            assert (tmp_path / "died").exists()
        finally:
            executor.close()


def test_no_scheduler_is_said_in_a_sentence() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ProblemError, match="A Dask scheduler's address is needed"):
        DaskExecutor()


def test_a_region_from_a_file(arrays: ProblemArrays, tmp_path: Path) -> None:
    part = cut(arrays, np.flatnonzero(arrays.hub < 2), np.arange(5))
    assert part.own.sum() < len(part.workshops) or part.own.all()
    whole = ProblemArrays.from_file(_written(arrays, tmp_path / "whole.npz"))
    assert whole.digest() == arrays.digest()
    from_file = plan_region(RegionTask(0, str(tmp_path / "whole.npz"), seed=1))
    assert from_file.lots and from_file.plan is not None
    assert from_file.demand.shape == (len(arrays.techniques), arrays.days)
    assert (from_file.spare >= 0).all()
    # What was planned is what the orders ask for, less what is undone.
    asked = (arrays.op_left * arrays.op_minutes).sum()
    if not from_file.order_undone.any():
        assert from_file.demand.sum() == pytest.approx(asked)
    again = plan_region(RegionTask(0, str(tmp_path / "whole.npz"), seed=1, store_at=str(tmp_path / "plan.npz")))
    assert again.sha256 == from_file.plan.to_file(tmp_path / "same.npz")
    with pytest.raises(ProblemError, match="holds no problem in columns"):
        ProblemArrays.from_file(tmp_path / "plan.npz")


def _written(arrays: ProblemArrays, path: Path) -> Path:
    arrays.to_file(path)
    return path


def test_a_stored_plan_is_read_by_order_and_by_workshop(tmp_path: Path) -> None:
    case = country(9, load=0.9)
    solve_regions(case, seed=1, folder=tmp_path)
    plan = StoredPlan(tmp_path)
    whole = plan.to_plan(case)
    assert check(case, whole) == []
    for order in case.orders[:10]:
        line, lots = plan.order(order.id)
        assert line in whole.orders
        assert sorted(lots, key=repr) == sorted((lot for lot in whole.planned(case) if lot.order == order.id), key=repr)
    for workshop in case.workshops[:10]:
        assert sorted(plan.workshop(workshop.id), key=repr) == sorted(
            (lot for lot in whole.planned(case) if lot.workshop == workshop.id), key=repr
        )
    with pytest.raises(ProblemError, match="knows no order 'nobody'"):
        plan.order("nobody")
    with pytest.raises(IndexError):
        plan.region(plan.regions)


def test_a_changed_or_missing_region_is_noticed(arrays: ProblemArrays, tmp_path: Path) -> None:
    plan = solve_regions(arrays, seed=4, folder=tmp_path)
    assert isinstance(plan, StoredPlan) and plan.damaged() == []
    with open(tmp_path / "region-0001.npz", "r+b") as stream:
        stream.seek(200)
        stream.write(b"\x07")
    (tmp_path / "region-0002.npz").unlink()
    assert plan.damaged() == ["region-0001.npz", "region-0002.npz"]
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(ProblemError, match="holds no finished plan"):
        StoredPlan(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"format": "other"}))
    with pytest.raises(ProblemError, match="format must be"):
        StoredPlan(tmp_path)


@pytest.mark.parametrize("field", ["quantity", "workshop", "minutes", "order_finish", "orders"])
def test_a_wrong_plan_is_found_out(expected: StoredPlan, arrays: ProblemArrays, field: str) -> None:
    """Change one number of one region: the checks of the region or of the whole must say so."""
    plans = [expected.region(place) for place in range(expected.regions)]
    column = getattr(plans[0], field).copy()
    column[0] = column[1] if field == "orders" else column[0] + 1 if field != "minutes" else column[0] + 500.0
    if field == "workshop":
        column[0] = (getattr(plans[0], field)[0] + 1) % len(plans[0].workshops)
    plans[0] = type(plans[0])(**(vars(plans[0]) | {field: column}))
    wrong = RegionalPlan(expected.manifest, expected.index, plans)
    found = check_whole(arrays, wrong)
    if field != "orders":
        found += check_region(arrays, wrong, 0)
    assert found


def test_a_plan_for_another_problem_is_refused(expected: StoredPlan, arrays: ProblemArrays) -> None:
    assert check_whole(arrays, expected) == []
    other = from_problem(country(8))
    assert [violation.rule for violation in check_whole(other, expected)] == ["reference"]


def test_files_in_files_or_a_folder_out(tmp_path: Path) -> None:
    case = country(3, workshops=30, orders=12)
    case.to_file(tmp_path / "p.json.gz")
    from_problem(case).to_file(tmp_path / "p.npz")
    plan = solve_file_by_regions(tmp_path / "p.json.gz", tmp_path / "plan.json", executor="here", seed=2)
    assert check_file(tmp_path / "p.json.gz", tmp_path / "plan.json", io.StringIO()) == 0
    stored = solve_file_by_regions(tmp_path / "p.npz", tmp_path / "plan", executor="here", regions="2", seed=2)
    assert (plan.regions, stored.regions) == (3, 2)
    said = io.StringIO()
    assert check_stored(tmp_path / "p.json.gz", tmp_path / "plan", said) == 0, said.getvalue()
    (tmp_path / "plan" / "region-0001.npz").unlink()
    assert check_stored(tmp_path / "p.npz", tmp_path / "plan", said) == 1
    assert check_stored(tmp_path / "none.npz", tmp_path / "plan", said) == 2
    assert said.getvalue().splitlines()[1] == "region-0001.npz is missing or damaged."
    with pytest.raises(ProblemError, match="executor must be here, processes or dask"):
        solve_file_by_regions(tmp_path / "p.npz", tmp_path / "plan", executor="there")
    placed(case).to_file(tmp_path / "placed.npz")
    with pytest.raises(ProblemError, match="out must be a folder"):
        solve_file_by_regions(tmp_path / "placed.npz", tmp_path / "plan.json", executor="here")
