"""Hubs into regions: what lies within about a day's transfer is planned together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Ints
from ..errors import ProblemError
from .problem_arrays import NOWHERE, ProblemArrays

NEAR_DAYS = 1
"""Most days between a region's centre and its other hubs, both ways, when regions are found automatically."""
MOST_WORKSHOPS = 12_000
"""Workshops above which a region found automatically takes no further hub; measured: larger ones plan slower per
workshop (the dispatcher's tables leave the cache), smaller ones lose choice."""


@dataclass(frozen=True)
class Partition:
    """R regions: the region of each hub, the hub each region is measured from, and days between those (R x R)."""

    region_of_hub: Ints
    centres: Ints
    apart: Ints

    @property
    def count(self) -> int:
        return len(self.centres)


def partition(problem: ProblemArrays, regions: int | str = "auto") -> Partition:
    """Group the hubs. The same hubs, distances and workshops give the same regions.

    Parameters
    ----------
    regions : int or "auto"
        So many regions (at most one for each hub); "auto" lets the transfer days decide.

    Raises
    ------
    ProblemError
        For anything else.
    """
    if isinstance(regions, bool) or not (regions == "auto" or (isinstance(regions, int) and regions >= 1)):
        raise ProblemError("regions", f'must be a whole number of at least 1 or "auto", not {regions!r}')
    days = np.maximum(problem.transfer, problem.transfer.T)
    size = np.bincount(problem.hub, minlength=len(problem.hubs)).astype(np.float64)
    if not len(size):  # no hubs, so no workshops: one region in which nothing can be made
        return Partition(np.zeros(0, np.int64), np.full(1, NOWHERE, np.int64), np.zeros((1, 1), np.int64))
    centres = stars(days, size) if regions == "auto" else spread(days, size, min(int(regions), len(size)))
    region = assign(days, size, centres, most=MOST_WORKSHOPS if regions == "auto" else None)
    apart = problem.transfer[np.ix_(centres, centres)].copy()
    np.fill_diagonal(apart, 0)
    return Partition(region, centres, np.ascontiguousarray(apart))


def stars(days: Ints, size: Floats) -> Ints:
    """Centres such that every hub lies within :data:`NEAR_DAYS` of one: largest neighbourhood first.

    A neighbourhood of more than :data:`MOST_WORKSHOPS` gives its nearest hubs up to that number and leaves the rest.
    """
    near = days <= NEAR_DAYS
    np.fill_diagonal(near, True)
    left = np.ones(len(size), bool)
    centres = []
    while left.any():
        reach = (near & left[None, :]) @ size + 1e-9 * size
        reach[~left] = -1.0
        centre = int(np.argmax(reach))
        centres.append(centre)
        mine = np.flatnonzero(near[centre] & left)
        mine = mine[np.lexsort((mine, days[centre, mine], mine != centre))]
        fits = np.cumsum(size[mine]) <= MOST_WORKSHOPS
        fits[0] = True
        left[mine[fits]] = False
    return np.array(centres, np.int64)


def spread(days: Ints, size: Floats, count: int) -> Ints:
    """``count`` centres far from each other: the largest hub, then always the hub furthest from all chosen."""
    centres = [int(np.argmax(size))]
    nearest = days[centres[0]].astype(np.float64)
    while len(centres) < count:
        nearest[centres] = -1.0
        furthest = np.flatnonzero(nearest == nearest.max())
        centre = int(furthest[np.argmax(size[furthest])])
        centres.append(centre)
        nearest = np.minimum(nearest, days[centre])
    return np.array(centres, np.int64)


def assign(days: Ints, size: Floats, centres: Ints, most: float | None = None) -> Ints:
    """Each hub, largest first, to its nearest centre; of those equally near to the one with fewest workshops so far."""
    region = np.full(len(size), -1, np.int64)
    region[centres] = np.arange(len(centres))
    load = size[centres].copy()
    for hub in np.argsort(-size, kind="stable").tolist():
        if region[hub] >= 0:
            continue
        away = days[centres, hub].astype(np.float64)
        if most is not None:  # one that is full only if there is no other within reach
            away[(load + size[hub] > most) & (away <= NEAR_DAYS)] = NEAR_DAYS + 0.5
        closest = np.flatnonzero(away == away.min())
        place = int(closest[np.argmin(load[closest])])
        region[hub] = place
        load[place] += size[hub]
    return region
