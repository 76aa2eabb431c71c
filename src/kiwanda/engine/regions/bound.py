"""Lower bounds over all regions, from the coordination's prices.

``anywhere``
    Let p >= 0 be one price for each technique and day, the same in all regions. In any plan that keeps the format's
    rules, wherever its lots are made, the work of technique k done on day d uses no more than the good standard minutes
    all workshops give to k that day. Add p times (work - minutes given) <= 0 to the plan's weighted tardiness: the sum
    falls apart into lines and workshops. A line pays at least the least, over completion days t and over days for its
    operations that lie in routing order at least ``lag`` apart, of weight x max(0, t - due) plus its work at the
    prices; or, if it is left undone, weight x max(0, days - due). A workshop takes at most its hours sold where they
    fetch most, week by week under the cap. So

        sum over lines of the least cost  -  sum over workshops of the most their hours fetch  <=  weighted tardiness

    for *any* p and *any* valid plan: a line may be split over regions, and pieces may travel freely. ``lag`` is a day
    and the least transfer there is anywhere; transport to and from a line's own hubs is not counted at all, so the
    bound also holds where it is. Prices found on a sample of lines prove no less, for they are then put to all lines
    and all workshops; what rounding could have added is taken off.

``one region each``
    The same with a price for each region, technique and day, and each line paying its least over *all* regions (begun
    lines: their own), transport counted. It bounds only plans that make every line within one region, as the regional
    plan does; what it lies above ``anywhere`` is the most that splitting lines over regions could gain.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Floats, Ints
from ..plan import Bound
from ..pricing import orders_exact
from .bidding import cheapest_anywhere
from .coordinate import Market, in_parts
from .problem_arrays import Flags, ProblemArrays

ANYWHERE = "pool prices over all regions, technique x day, lines made anywhere"
ONE_REGION = "prices by region, technique and day, each line made within one region"


def impossible(problem: ProblemArrays, best: Floats) -> Flags:
    """Lines (bool, L) with an operation whose smallest lot no workshop anywhere has hours for.

    ``best`` (K) is the most good standard minutes one workshop can give a technique.
    """
    p = problem
    left = p.op_left
    hard = (left > 0) & (np.minimum(p.op_min, left) * p.op_minutes > best[p.op_tech])
    result = np.zeros(len(p.order_ids), bool)
    result[p.op_order[hard]] = True
    return result


def lines_anywhere(market: Market, price: Floats, closed: Flags) -> float:
    """What all lines pay at least at K x D prices, made wherever; ``closed`` lines are left undone."""
    lines = market.lines

    def part(_: int, first: int, last: int) -> float:
        return float(orders_exact(
            price, market.days, market.lag, first, last, lines.ptr, lines.tech, lines.work, lines.next, lines.start,
            lines.weight, lines.due, lines.least_finish, closed,
        ))  # fmt: skip

    return in_parts(market.threads, len(lines), part)


def lines_in_one_region(market: Market, price: Floats, chosen: Ints | None = None) -> float:
    """What all lines pay at least at R x K x D prices, each in the cheapest of all regions, transport counted.

    With ``chosen`` (L), each in that region: no less, and worked out at once, whereas all regions take long where there
    are many.
    """
    lines = market.lines
    if not market.regions:
        return float((lines.weight * np.maximum(0, market.days - lines.due)).sum())
    least_from = np.minimum.accumulate(price[:, :, ::-1], axis=2)[:, :, ::-1].copy()
    bound_to, near = np.where(lines.begun, lines.home, -1), np.maximum(lines.home, 0)
    if chosen is not None:
        bound_to = near = chosen

    def part(_: int, first: int, last: int) -> float:
        return float(cheapest_anywhere(
            price, least_from, market.days, market.lag, first, last, lines.ptr, lines.tech, lines.work, lines.next,
            lines.start, lines.weight, lines.due, lines.least_finish, bound_to, near, lines.material, lines.finishing,
            market.partition.apart, market.can,
        ))  # fmt: skip

    return in_parts(market.threads, len(lines), part)


def bound_in_one_region(
    market: Market, prices: Sequence[Floats], taken: Sequence[Sequence[float]], chosen: Ints
) -> Bound:
    """The best bound on plans that make each line within one region, of those that several R x K x D prices prove.

    ``taken`` is what each region's hours fetch at each of the prices; ``chosen`` (L) the region of each line. Prices at
    which even these regions' costs prove nothing are not put to all regions.
    """
    best = Bound(0.0, ONE_REGION)
    for price, fetched in zip(prices, taken, strict=True):
        if proved(lines_in_one_region(market, price, chosen), fetched, ONE_REGION).weighted_tardiness > 0.0:
            found = proved(lines_in_one_region(market, price), fetched, ONE_REGION)
            best = max(best, found, key=lambda bound: bound.weighted_tardiness)
    return best


def proved(paid: float, taken: Sequence[float], method: str) -> Bound:
    """The bound from what lines pay and what each region's hours fetch; never below zero."""
    sold = sum(taken)
    value = paid - sold - 1e-9 * (abs(paid) + sum(abs(each) for each in taken))
    return Bound(round(max(0.0, value), 6), method)
