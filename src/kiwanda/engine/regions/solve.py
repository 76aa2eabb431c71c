"""Many regions, one plan: survey, prices, lines to regions, regions planned by an executor, leftovers once more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from ..arrays import Floats, Ints
from ..assemble import gini
from ..errors import ProblemError
from ..model import Problem
from ..plan import Bound, Objective
from .bound import ANYWHERE, bound_in_one_region, impossible, lines_anywhere, proved
from .coordinate import (
    POOL_SAMPLE,
    SAMPLE,
    SAMPLE_A_REGION,
    Market,
    bidders,
    make_market,
    one_pool,
    regional,
    rehome_late,
    sample,
    settle_lines,
)
from .cutting import Cut, cut, from_problem
from .executors import Executor, InProcess
from .lines import Lines, make_lines
from .partition import Partition, partition
from .plan_region import GUIDED, PASS, SEARCHED, RegionOutcome, RegionTask, plan_region
from .problem_arrays import ProblemArrays
from .stored_plan import Index, Manifest, RegionalPlan, RegionRow, finish_store, write_index
from .survey import Survey, SurveyTask, survey_region

Progress = Callable[[float, str], None]
Assignment = Literal["price", "home"]

REBID_GAIN = 0.03
"""Least part of the weighted tardiness that late lines must promise to save for regions to plan again."""
REBIDS = 2
"""Times late and undone lines are offered to other regions after all have planned."""


def _quiet(share: float, message: str) -> None:
    """The progress nobody watches."""


def solve_regions(
    problem: Problem | ProblemArrays,
    *,
    executor: Executor | None = None,
    regions: int | str = "auto",
    seed: int = 0,
    seconds: float | None = None,
    effort: str = GUIDED,
    assignment: Assignment = "price",
    from_day: int = 0,
    rebids: int | None = None,
    folder: str | Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> RegionalPlan:
    """Plan by regions, on as many machines as the executor has.

    Parameters
    ----------
    problem : Problem or ProblemArrays
    executor : Executor, optional
        :class:`InProcess` (the default), :class:`Processes` or :class:`DaskExecutor`; the caller closes it.
    regions : int or "auto"
        Regions to make of the hubs; "auto" puts together what lies within about a day's transfer.
    seconds : float, optional
        About how long all may take: what the coordination leaves is shared among the regions' searches. The plan then
        depends on the machine's speed; without it, equal input, seed and options give an equal plan on any executor.
    effort : str
        "pass" (one dispatch a region), "guided" or "searched".
    assignment : str
        "price": lines go where they cost least; "home": each stays where its kits lie or its pieces must end (those
        without such a place go where there is most room), for comparison.
    from_day : int
        Rolling horizon: nothing new is planned before this day. Give what is already promised as fixed lots.
    rebids : int, optional
        Rounds in which late lines are offered to other regions and the regions concerned plan again, if that is better.
        By default :data:`REBIDS` where lines go by price and more than a pass is asked for, else none.
    folder : path, optional
        Where the plan is stored; the result is then a :class:`StoredPlan`. With :class:`InProcess` and
        :class:`Processes` the workers write, so nobody ever holds the whole.
    threads : int, optional
        Of the coordinator; by default as many as the executor has workers, at most 8.

    Raises
    ------
    ProblemError
        For a wrong option.
    WorkerLost
        If workers died again and again.
    """
    if effort not in (PASS, GUIDED, SEARCHED):
        raise ProblemError("effort", f"must be one of pass, guided, searched, not {effort!r}")
    if assignment not in ("price", "home"):
        raise ProblemError("assignment", f"must be price or home, not {assignment!r}")
    arrays = problem if isinstance(problem, ProblemArrays) else from_problem(problem)
    run = _Run(
        arrays, executor or InProcess(), partition(arrays, regions), seed, seconds, effort, from_day,
        None if folder is None else Path(folder), progress or _quiet, time.perf_counter(),
    )  # fmt: skip
    if rebids is None:
        rebids = REBIDS if assignment == "price" and effort != PASS else 0
    return run.all(assignment, rebids, threads or min(8, run.executor.workers))


@dataclass
class _Run:
    """One call of :func:`solve_regions`."""

    problem: ProblemArrays
    executor: Executor
    partition: Partition
    seed: int
    seconds: float | None
    effort: str
    from_day: int
    folder: Path | None
    tell: Progress
    began: float
    log: list[str] = field(default_factory=list)

    def all(self, assignment: Assignment, rebids: int, threads: int) -> RegionalPlan:
        problem, parts = self.problem, self.partition
        self.shops_of = _members(parts.region_of_hub[problem.hub] if len(problem.hub) else problem.hub, parts.count)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in (*self.folder.glob("region-*.npz"), self.folder / "manifest.json"):
                old.unlink(missing_ok=True)
        self.tell(0.0, "Asking the regions for their hours")
        surveys = self.survey()
        lines = make_lines(problem, parts)
        least = int(problem.transfer.min()) if problem.transfer.size else 0
        market = make_market(problem.days, len(problem.techniques), 1 + least, parts, surveys, lines, threads)
        self.say("surveyed", f"{parts.count} regions, {len(problem.workshop_ids)} workshops, {len(lines)} lines")

        self.tell(0.1, "Finding prices")
        best = np.max([survey.best for survey in surveys], axis=0) if surveys else np.zeros(market.kinds)
        few = 0.25 if self.effort == PASS else 1.0
        some, share = sample(market, int(few * POOL_SAMPLE))
        pool = one_pool(market, some, share, (0.1, 0.03, 0.01, 0.003), (15, 30, 40, 50))
        prices = np.broadcast_to(pool, (market.regions, *pool.shape)).copy()
        if assignment == "price" and market.regions > 1:
            some, share = sample(market, int(few * max(SAMPLE, SAMPLE_A_REGION * market.regions)))
            where = bidders(market, some, self.seed)
            prices, overloads = regional(
                market, some, where, share, pool, tell=lambda done: self.tell(0.1 + 0.2 * done, "Lines bid to regions")
            )
            if overloads:
                change = f"largest overload {overloads[0]:.2f} to {overloads[-1]:.2f}"
                self.say("priced", f"{len(overloads)} rounds on {len(some)} lines, {change}")
            region = settle_lines(market, bidders(market, lines, self.seed), prices)
        else:
            region = _at_home(market)
        stayed = float((region == lines.home).mean()) if len(lines) else 1.0
        self.say("assigned", f"{stayed:.1%} of lines in their home region")

        proofs = [pool]
        outcomes = self.plan(range(parts.count), lines, region, prices, proofs)
        self.say("planned", _said(outcomes))
        for turn in range(rebids if market.regions > 1 else 0):
            if self.over() or not self.rebid(market, lines, region, prices, outcomes, turn):
                break

        self.tell(0.92, "Proving a lower bound")
        closed = impossible(problem, best)
        bound = proved(lines_anywhere(market, pool, closed), [each.hours_value[0] for each in outcomes], ANYWHERE)
        level = np.broadcast_to(pool, prices.shape)
        taken = [[each.hours_value[place] for each in outcomes] for place in range(2)]
        one = bound_in_one_region(market, (level, prices), taken, region)
        return self.finish(region, outcomes, bound, one)

    def say(self, what: str, text: str) -> None:
        self.log.append(f"{what.capitalize()} after {time.perf_counter() - self.began:.1f} s: {text}.")

    def over(self) -> bool:
        return self.seconds is not None and time.perf_counter() - self.began >= self.seconds

    def survey(self) -> list[Survey]:
        none = np.zeros(0, np.int64)
        tasks = (SurveyTask(r, cut(self.problem, shops, none), self.from_day) for r, shops in enumerate(self.shops_of))
        found = dict(self.executor.run(survey_region, tasks))
        return [found[place] for place in range(self.partition.count)]

    def plan(
        self, which: Sequence[int] | range, lines: Lines, region: Ints, prices: Floats, proofs: list[Floats],
        suffix: str = "", rules: Sequence[str] = (),
    ) -> list[RegionOutcome]:  # fmt: skip
        """Plan these regions with the lines they have now."""
        orders_of = _members(region, self.partition.count)
        share = None
        if self.seconds is not None:
            left = max(0.0, self.seconds - (time.perf_counter() - self.began)) * 0.9
            share = left * self.executor.workers / max(1, len(which))

        def tasks() -> Iterator[RegionTask]:
            for place, r in enumerate(which):
                yield RegionTask(
                    region=r, cut=self.cut(lines, orders_of[r], r), seed=self.seed, effort=self.effort,
                    from_day=self.from_day, price=prices[r], proofs=(*proofs, prices[r]), seconds=share,
                    rule=rules[place] if rules else "",
                    store_at=str(self.path(r, suffix)) if self.shared else None,
                )  # fmt: skip

        found: dict[int, RegionOutcome] = {}
        for place, outcome in self.executor.run(plan_region, tasks()):
            found[place] = self.keep(outcome, suffix)
            self.tell(0.3 + 0.6 * len(found) / max(1, len(which)), f"Planned {len(found)} of {len(which)} regions")
        return [found[place] for place in range(len(which))]

    def cut(self, lines: Lines, orders: Ints, region: int) -> Cut:
        out, back = lines.take(orders).away(self.partition, np.full(len(orders), region))
        problem = self.problem
        return cut(problem, self.shops_of[region], orders, problem.release[orders] + out, problem.due[orders] - back)

    @property
    def shared(self) -> bool:
        """Whether workers see this machine's disk."""
        return self.folder is not None and self.executor.same_disk

    def path(self, region: int, suffix: str) -> Path:
        assert self.folder is not None
        return self.folder / (RegionRow.file_name(region) + suffix)

    def keep(self, outcome: RegionOutcome, suffix: str) -> RegionOutcome:
        """Store what a far worker sent back, so that it need not be held."""
        if self.folder is None or outcome.plan is None:
            return outcome
        return replace(outcome, plan=None, sha256=outcome.plan.to_file(self.path(outcome.region, suffix)))

    def rebid(
        self, market: Market, lines: Lines, region: Ints, prices: Floats, outcomes: list[RegionOutcome], turn: int
    ) -> bool:
        """Offer late lines to other regions; those concerned plan again. Changes ``region`` and ``outcomes`` in place
        where that is better, and says whether it was."""
        tardiness, undone = np.zeros(len(lines), np.int64), np.zeros(len(lines), bool)
        orders_of = _members(region, market.regions)
        for outcome, orders in zip(outcomes, orders_of, strict=True):
            _, back = lines.take(orders).away(self.partition, np.full(len(orders), outcome.region))
            tardiness[orders] = np.maximum(0, outcome.order_finish - (lines.due[orders] - back))
            undone[orders] = outcome.order_undone > 0
        demand, spare = (np.array([getattr(each, name) for each in outcomes]) for name in ("demand", "spare"))
        moved, to, saved = rehome_late(market, region, tardiness, undone, demand, spare)
        total = sum(outcome.objective.weighted_tardiness for outcome in outcomes)
        if saved <= REBID_GAIN * total:
            self.say("rebid", f"{len(moved)} late lines could save {saved:.0f} weighted days elsewhere: left as it is")
            return False
        trial = region.copy()
        trial[moved] = to
        touched = np.union1d(region[moved], to).tolist()
        self.tell(0.6, f"{len(moved)} late lines move; {len(touched)} regions plan again")
        suffix = f".{turn}"
        again = self.plan(touched, lines, trial, prices, [prices[0] * 0.0], suffix, [outcomes[r].rule for r in touched])
        before = (sum(outcomes[r].value[0] for r in touched), sum(outcomes[r].value[1] for r in touched))
        after = (sum(each.value[0] for each in again), sum(each.value[1] for each in again))
        better = after < before
        for r, outcome in zip(touched, again, strict=True):
            if better:
                outcomes[r] = replace(outcome, hours_value=outcomes[r].hours_value)
            if self.folder is not None:
                new = self.path(r, suffix)
                new.replace(self.path(r, "")) if better else new.unlink()
        if better:
            region[:] = trial
        self.say("rebid", f"{len(moved)} late lines moved, {len(touched)} regions planned again, weighted tardiness "
                          f"there {before[0]:g} to {after[0]:g}{'' if better else ' (not kept)'}")  # fmt: skip
        return better

    def finish(self, region: Ints, outcomes: list[RegionOutcome], bound: Bound, one: Bound) -> RegionalPlan:
        problem, parts = self.problem, self.partition
        shops = len(problem.workshop_ids)
        earned, available = np.zeros(shops), np.zeros(shops)
        for outcome, mine in zip(outcomes, self.everyone(region), strict=True):
            earned[mine] += outcome.earned
            available[mine] += outcome.available
        able = available > 0
        goals = [outcome.objective for outcome in outcomes]
        objective = Objective(
            weighted_tardiness=round(sum(goal.weighted_tardiness for goal in goals), 6),
            late_orders=sum(goal.late_orders for goal in goals),
            undone=sum(goal.undone for goal in goals),
            income_gini=round(gini(earned[able] / available[able]), 6),
            below_target=int((earned[able] * 7.0 / problem.days < problem.target[able]).sum()),
            transfers=sum(goal.transfers for goal in goals),
        )
        hubs_of = _members(parts.region_of_hub, parts.count)
        orders_of = np.bincount(region, minlength=parts.count)
        rows = tuple(
            RegionRow(
                hubs=tuple(problem.hubs[hub] for hub in hubs_of[r].tolist()),
                centre=problem.hubs[int(parts.centres[r])] if problem.hubs else "",
                workshops=len(self.shops_of[r]),
                orders=int(orders_of[r]),
                lots=outcome.lots,
                objective=outcome.objective,
                sha256=outcome.sha256,
            )
            for r, outcome in enumerate(outcomes)
        )
        notes = sorted({note for outcome in outcomes for note in outcome.log})
        shop_region = parts.region_of_hub[problem.hub] if shops else problem.hub
        index = Index(problem.order_ids, region, problem.workshop_ids, shop_region)
        manifest = Manifest(
            problem.digest(), problem.days, self.from_day, self.seed, round(time.perf_counter() - self.began, 4),
            objective, bound, one, rows, (*notes[:20], *self.log),
        )  # fmt: skip
        self.tell(1.0, "Done")
        if self.folder is None:
            return RegionalPlan(manifest, index, [outcome.plan for outcome in outcomes if outcome.plan is not None])
        write_index(self.folder, index)
        return finish_store(self.folder, manifest)

    def everyone(self, region: Ints) -> Iterator[Ints]:
        """Workshops of each region as its cut has them, those of other regions with begun pieces included."""
        p = self.problem
        line_of_lot = p.op_order[p.fixed_op]
        home = region[line_of_lot] if len(line_of_lot) else line_of_lot
        for r, shops in enumerate(self.shops_of):
            yield np.union1d(shops, p.fixed_workshop[home == r])


def _members(group: Ints, count: int) -> list[Ints]:
    """Places of each group's members, sorted."""
    by_group = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[by_group], np.arange(count + 1))
    return [by_group[ends[place] : ends[place + 1]] for place in range(count)]


def _at_home(market: Market) -> Ints:
    """Every line where it belongs; those that belong nowhere in turn where hours are left for their work."""
    lines = market.lines
    region = lines.home.copy()
    hours = np.array([float(group.hours.sum()) for group in market.groups])
    load = np.zeros(market.regions)
    work = lines.line_work
    np.add.at(load, region[region >= 0], work[region >= 0])
    for line in np.flatnonzero(region < 0).tolist():
        place = int(np.argmin((load + work[line]) / np.maximum(hours, 1e-9)))
        region[line] = place
        load[place] += work[line]
    return region


def _said(outcomes: list[RegionOutcome]) -> str:
    total = sum(outcome.objective.weighted_tardiness for outcome in outcomes)
    late = sum(outcome.objective.late_orders for outcome in outcomes)
    peaks: dict[int, float] = {}
    for outcome in outcomes:
        peaks[outcome.process] = max(peaks.get(outcome.process, 0.0), outcome.peak_megabytes)
    work = sum(outcome.cpu_seconds for outcome in outcomes)
    return (
        f"weighted tardiness {total:g}, {late} late, {sum(outcome.lots for outcome in outcomes)} lots; {work:.1f} CPU "
        f"seconds in {len(peaks)} processes of up to {max(peaks.values(), default=0.0):.0f} MB"
    )
