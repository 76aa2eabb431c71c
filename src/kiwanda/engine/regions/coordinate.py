"""Prices for each region, technique and day, and the region each line goes to.

The coordinator never sees a workshop: regions tell it their hours in groups (:mod:`.survey`), lines bid to regions at
the prices of the day plus transport (:mod:`.bidding`), and the prices follow demand less supply, for some thirty rounds
of a smoothed dual climbed by projected quasi-Newton steps. A sample of the lines is enough to find prices; all of them
then choose, one after the other, with what is left of each region's weeks in view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Ints
from ..bound import Groups, minimise
from ..pricing import orders_smooth, shops_smooth
from .bidding import FAR, bids_exact, bids_smooth
from .lines import Candidates, Lines, candidates
from .partition import Partition
from .problem_arrays import Flags
from .settling import deadlines, rehome, settle
from .survey import Survey, merge

CHUNKS = 8
"""Lines are evaluated in this many parts whatever the number of threads, so that sums come out the same."""
SHARE, LAG = 0.95, 2
"""Prices are found for a somewhat poorer factory, as lots and transfers ask: these of its hours, days a step."""
TRANSPORT = 0.02
"""Cost of a day of transport in weighted days: nothing travels for nothing."""
SAMPLE = 4_000
SAMPLE_A_REGION = 400
"""Lines that are enough to find prices: so many, and so many for each region (a quarter for a single pass)."""
POOL_SAMPLE = 10_000
"""Lines that are enough to find prices for all regions as one pool (a quarter for a single pass)."""
SPARE_SHARE = 0.8
"""Part of a region's spare minutes that are offered to other regions' late lines."""


@dataclass(frozen=True)
class Market:
    """All that the coordinator knows. ``can`` (R x K) is which techniques a region has hours for."""

    days: int
    kinds: int
    lag: int
    partition: Partition
    groups: tuple[Groups, ...]
    can: Flags
    lines: Lines
    unit: float
    threads: int = 1

    @property
    def regions(self) -> int:
        return self.partition.count


def make_market(
    days: int, kinds: int, lag: int, partition: Partition, surveys: Sequence[Survey], lines: Lines, threads: int
) -> Market:
    """Put together what the regions told. ``lag`` is the least days between an operation and the next."""
    can = np.array([survey.best > 0 for survey in surveys], bool).reshape(len(surveys), kinds)
    mean = float(lines.work.sum()) / max(1, len(lines))
    unit = float(lines.weight.mean()) / max(mean, 1.0) if len(lines) and lines.weight.any() else 1.0
    return Market(days, kinds, lag, partition, tuple(s.groups for s in surveys), can, lines, unit, threads)


def in_parts(threads: int, count: int, work: Callable[[int, int, int], float]) -> float:
    """Sum ``work(part, first, last)`` over :data:`CHUNKS` parts of ``count`` lines, on threads (Numba lets go)."""
    cuts = np.linspace(0, count, CHUNKS + 1).astype(np.int64).tolist()
    jobs = [(part, cuts[part], cuts[part + 1]) for part in range(CHUNKS)]
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            return sum(pool.map(lambda job: work(*job), jobs))
    return sum(work(*job) for job in jobs)


def sample(market: Market, wanted: int) -> tuple[Lines, float]:
    """Evenly spread lines (in the order of their home region) and the part of all work they stand for."""
    lines = market.lines
    if len(lines) <= wanted:
        return lines, 1.0
    by_home = np.argsort(lines.home, kind="stable")
    chosen = np.sort(by_home[np.linspace(0, len(lines) - 1, wanted).astype(np.int64)])
    part = lines.take(chosen)
    return part, float(part.work.sum()) / max(float(lines.work.sum()), 1e-9)


def one_pool(
    market: Market, lines: Lines, share: float, softness: tuple[float, ...], steps: tuple[int, ...],
    start: Floats | None = None,
) -> Floats:  # fmt: skip
    """Prices (K x D) for all regions as one pool: where the climb for each region starts, and what proves a bound.

    ``lines`` may be a sample standing for ``share`` of the work.
    """
    pool = merge(list(market.groups)) if market.groups else None
    shape = (market.kinds, market.days)
    price = np.full(shape, 0.2) if start is None else start / market.unit
    if pool is None or not len(lines) or not market.kinds:
        return np.zeros(shape)
    hours = pool.hours * share
    closed = np.zeros(len(lines), bool)
    mean_day, made = np.zeros(len(lines.tech)), np.zeros(len(lines))
    for soft, most in zip(softness, steps, strict=True):

        def evaluate(x: Floats, soft: float = soft) -> tuple[float, Floats]:
            at = x.reshape(shape) * market.unit
            demands = [np.zeros(shape) for _ in range(CHUNKS)]

            def part(index: int, first: int, last: int) -> float:
                return float(orders_smooth(
                    at, market.days, market.lag, soft, first, last, lines.ptr, lines.tech, lines.work, lines.next,
                    lines.start, lines.weight, lines.due, lines.least_finish, closed, demands[index], mean_day, made,
                ))  # fmt: skip

            paid = in_parts(market.threads, len(lines), part)
            supply = np.zeros(shape)
            taken = shops_smooth(at, market.days, soft * 0.05 * market.unit, pool.tech, pool.rate, hours, supply)
            gradient = sum(demands, np.zeros(shape)) - supply
            return float(taken) - paid, -(gradient * market.unit).ravel()

        flat, _ = minimise(evaluate, price.ravel(), most)
        price = flat.reshape(shape)
    return price * market.unit


def regional(
    market: Market, lines: Lines, where: Candidates, share: float, start: Floats,
    softness: tuple[float, ...] = (0.3, 0.1), steps: tuple[int, ...] = (15, 15),
    tell: Callable[[float], None] | None = None,
) -> tuple[Floats, list[float]]:  # fmt: skip
    """Prices for each region (R x K x D), climbed from ``start`` (K x D) in rounds of bids; and how the largest
    relative overload of a region's technique came down by round."""
    shape = (market.regions, market.kinds, market.days)
    price = np.broadcast_to(start / market.unit, shape).copy()
    if not len(lines) or not price.size:
        return price, []
    overloads: list[float] = []
    rounds = sum(steps)
    hours = [group.hours * (share * SHARE) for group in market.groups]
    for soft, most in zip(softness, steps, strict=True):

        def evaluate(x: Floats, soft: float = soft) -> tuple[float, Floats]:
            at = x.reshape(shape) * market.unit
            demands = [np.zeros(shape) for _ in range(CHUNKS)]

            def part(index: int, first: int, last: int) -> float:
                return float(bids_smooth(
                    at, market.days, LAG, soft, first, last, lines.ptr, lines.tech, lines.work, lines.next, lines.start,
                    lines.weight, lines.due, lines.least_finish, where.ptr, where.region, where.out, where.back,
                    market.can, TRANSPORT, demands[index],
                ))  # fmt: skip

            paid = in_parts(market.threads, len(lines), part)
            supply = np.zeros(shape)
            taken = _sold(market, at, hours, soft, supply)
            demand = sum(demands, np.zeros(shape))
            gradient = demand - supply
            over = np.maximum(0.0, gradient).sum(axis=2) / max(float(supply.sum()) / (shape[0] * shape[1]), 1.0)
            overloads.append(float(over.max()))
            if tell is not None:
                tell(len(overloads) / rounds)
            return float(taken) - paid, -(gradient * market.unit).ravel()

        flat, _ = minimise(evaluate, price.ravel(), most)
        price = flat.reshape(shape)
    return price * market.unit, overloads


def _sold(market: Market, price: Floats, hours: Sequence[Floats], soft: float, supply: Floats) -> float:
    """What the regions' hours fetch, softened; ``supply`` (R x K x D) gets the minutes sold."""

    def one(region: int) -> float:
        group = market.groups[region]
        return float(shops_smooth(price[region], market.days, soft * 0.05 * market.unit, group.tech, group.rate,
                                  hours[region], supply[region]))  # fmt: skip

    if market.threads > 1:
        with ThreadPoolExecutor(market.threads) as pool:
            return sum(pool.map(one, range(market.regions)))
    return sum(one(region) for region in range(market.regions))


def supply_at(market: Market, price: Floats) -> Floats:
    """Good standard minutes each region sells of each technique, by week (R x K x weeks), at its prices."""
    supply = np.zeros(price.shape)
    _sold(market, price, [group.hours * SHARE for group in market.groups], 0.1, supply)
    weekly: Floats = np.add.reduceat(supply, np.arange(0, market.days, 7), axis=2)
    return weekly


def settle_lines(market: Market, where: Candidates, price: Floats, sweeps: int = 2) -> Ints:
    """The region of each line (L): the least bid, with what is left of each region's weeks in view.

    Lines choose in the order of what a second choice would cost them for each minute of work. A line nobody can make
    stays at home, or goes to its first candidate.
    """
    lines = market.lines
    count = len(lines)
    if not count:
        return np.zeros(0, np.int64)
    nodes = np.repeat(np.diff(lines.ptr), np.diff(where.ptr))
    place = np.zeros(len(nodes) + 1, np.int64)
    np.cumsum(nodes, out=place[1:])
    bid = np.empty(len(nodes))
    node_day = np.zeros(int(place[-1]), np.int32)

    def part(_: int, first: int, last: int) -> float:
        bids_exact(
            price, market.days, LAG, first, last, lines.ptr, lines.tech, lines.work, lines.next, lines.start,
            lines.weight, lines.due, lines.least_finish, where.ptr, where.region, where.out, where.back, market.can,
            TRANSPORT, bid, node_day, place,
        )  # fmt: skip
        return 0.0

    in_parts(market.threads, count, part)
    first, line = where.ptr[:-1], np.repeat(np.arange(count), np.diff(where.ptr))
    least = np.minimum.reduceat(bid, first)
    others = np.where(np.arange(len(bid)) == _first_least(bid, least, line, first), FAR, bid)
    second = np.minimum.reduceat(others, first)
    regret = np.where(second < FAR, (second - least) / np.maximum(lines.line_work, 1.0), np.inf)
    level = np.maximum(price.mean(axis=(0, 2)), 0.05 * market.unit)
    weeks = (market.days + 6) // 7
    chosen = np.full(count, -1, np.int64)
    settle(
        sweeps, np.lexsort((lines.orders, -regret)), lines.ptr, lines.tech, lines.work, where.ptr, where.region, bid,
        node_day, place, supply_at(market, price), level, chosen, np.zeros((market.regions, market.kinds, weeks)),
    )  # fmt: skip
    nobody = np.where(lines.home >= 0, lines.home, where.region[first])
    return np.where(chosen >= 0, where.region[np.maximum(chosen, 0)], nobody)


def _first_least(bid: Floats, least: Floats, line: Ints, first: Ints) -> Ints:
    """For each candidate the place of its line's first least bid."""
    places = np.where(bid == least[line], np.arange(len(bid)), len(bid))
    result: Ints = np.minimum.reduceat(places, first)[line]
    return result


def rehome_late(
    market: Market, region: Ints, tardiness: Ints, undone: Flags, demand: Floats, spare: Floats, margin: int = 1
) -> tuple[Ints, Ints, float]:
    """Lines that would be less late elsewhere: (their places, the regions with slack for them, the weighted days that
    should save).

    ``region``, ``tardiness`` (days) and ``undone`` are by line, as the regions planned; ``demand`` and ``spare``
    (R x K x D) the minutes they planned and left over. Heaviest first. Begun lines stay.
    """
    lines = market.lines
    late = np.flatnonzero(((tardiness > margin) | undone) & ~lines.begun & (lines.weight > 0))
    late = late[np.lexsort((late, -(lines.weight * tardiness)[late]))]
    if not len(late):
        return late, late, 0.0
    out, back = lines.away(market.partition, region)
    deadline = np.empty(len(lines.tech), np.int64)
    deadlines(lines.ptr, lines.next, lines.due, market.days, LAG, deadline)
    line = np.repeat(np.arange(len(lines)), np.diff(lines.ptr))
    slack = demand + SPARE_SHARE * spare
    needed = np.clip(deadline - back[line], 0, market.days - 1)
    np.subtract.at(slack, (region[line], lines.tech, needed), lines.work)
    slack = np.cumsum(slack, axis=2)
    some = lines.take(late)
    deadlines(some.ptr, some.next, some.due, market.days, LAG, deadline)
    everywhere = np.arange(market.regions)
    apart = market.partition.apart
    out = np.where(some.material[:, None] >= 0, apart[np.maximum(some.material, 0)[:, None], everywhere], 0)
    back = np.where(some.finishing[:, None] >= 0, apart[everywhere, np.maximum(some.finishing, 0)[:, None]], 0)
    moved, saved = np.empty(len(late), np.int64), np.empty(len(late))
    rehome(
        np.arange(len(late)), market.days, LAG, margin, slack, some.ptr, some.tech, some.work, some.next, some.start,
        some.weight, deadline, region[late], tardiness[late].astype(np.float64), out, back, market.can, moved, saved,
    )  # fmt: skip
    return late[moved >= 0], moved[moved >= 0], float((saved * some.weight).sum())


def bidders(market: Market, lines: Lines, seed: int) -> Candidates:
    """Candidates of these lines; see :func:`kiwanda.engine.regions.lines.candidates`."""
    return candidates(lines, market.partition, seed)
