"""A plan that holds when any Γ workshops of a technique do not show up in a week.

After Bertsimas and Sim (2004): of many uncertain contributions at most Γ fail at once, the worst ones. For the hours of
a technique in a week the robust counterpart is exact and simple: plan no more work than the pool can give without its Γ
largest contributors. :func:`guarded` keeps that reserve in every workshop's week (its last hours, spread over the whole
pool, so that there is somebody with time whoever is missing), cuts the work of an operation into lots that no Γ
workshops could hold all of, and plans for due days somewhat earlier, since who is missing is noticed only after days.

*Who gets work that cannot wait.* Workshops differ in how often they accept and deliver on time. Between the operations
somebody could do, a workshop with a poor record is given the one with slack and a reliable one the critical one: its
record lowers the score of work without slack, and nothing else. Whom to ask next goes by income alone (worst off first,
income to date remembered from run to run, see :mod:`kiwanda.engine.fairness`), so neither a poor record nor none at all
keeps anybody from earning: he earns by work that can bear a delay, and if little of it came his way he is asked the
earlier next time. Where nothing but critical work is left he gets that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .arrays import Arrays, Floats
from .columns import LotColumns
from .passes import Setup

RISK_DAYS = 100.0
"""Days of urgency that work without slack loses for a workshop, by how much likelier than the mean it is to fail."""
NOTICE_DAYS = 2
"""Days by which work is planned to be done before it is due: until it is noticed that somebody does not come."""
MOST_RESERVE = 0.5
"""Most of a workshop's week that is kept free, however small the pool."""


@dataclass(frozen=True)
class Cover:
    """How far a plan is covered: of ``pool_weeks`` with planned work, ``covered`` have hours left for the Γ largest."""

    pool_weeks: int
    covered: int

    @property
    def share(self) -> float:
        return self.covered / self.pool_weeks if self.pool_weeks else 1.0


def unreliability(a: Arrays) -> Floats:
    """Chance that a lot given to a workshop is declined or late; shape W."""
    result: Floats = 1.0 - np.clip(a.acceptance * a.on_time, 0.0, 1.0)
    return result


def week_hours(a: Arrays) -> Floats:
    """Minutes each workshop can still be given in each week; shape W x weeks."""
    daily = np.add.reduceat(a.free, np.arange(0, a.days, 7), axis=1)
    result: Floats = np.minimum(daily, a.week_free)
    return result


def largest(values: Floats, count: int) -> Floats:
    """Sum of the ``count`` largest in each column."""
    if count <= 0 or not len(values):
        return np.zeros(values.shape[1])
    if count >= len(values):
        result: Floats = values.sum(axis=0)
        return result
    result = np.partition(values, len(values) - count, axis=0)[len(values) - count :].sum(axis=0)
    return result


def reserve(a: Arrays, no_shows: int) -> Floats:
    """Part of each technique's hours in a week that its Γ largest contributors make; shape K x weeks.

    A workshop's hours count evenly for its techniques.
    """
    hours = week_hours(a)
    skills = np.diff(a.cap_ptr)
    shop = np.repeat(np.arange(len(skills)), skills)
    result = np.zeros((len(a.techniques), hours.shape[1]))
    for tech in range(len(a.techniques)):
        mine = np.flatnonzero(a.cap_tech == tech)
        given = hours[shop[mine]] * (a.cap_rate[mine] / skills[shop[mine]])[:, None]
        total = given.sum(axis=0)
        result[tech] = largest(given, no_shows) / np.maximum(total, 1e-12)
    return result


def guarded(setup: Setup, no_shows: int) -> Setup:
    """The setup in which a plan is made that bears ``no_shows`` workshops missing from each technique each week."""
    if no_shows <= 0 or not len(setup.arrays.workshop_ids) or not len(setup.arrays.op_order):
        return setup
    a = setup.arrays
    kept = reserve(a, no_shows)
    skills = np.diff(a.cap_ptr)
    shop = np.repeat(np.arange(len(skills)), skills)
    cut = np.zeros((len(skills), kept.shape[1]))
    np.maximum.at(cut, shop, kept[a.cap_tech])
    hours = week_hours(a) * (1.0 - np.minimum(cut, MOST_RESERVE))
    lots = -(-a.op_left // (no_shows + 2))
    chance = unreliability(a)
    safer = replace(
        a, week_free=hours, due=a.due - NOTICE_DAYS, op_max=np.maximum(a.op_min, np.minimum(a.op_max, lots))
    )
    return replace(setup, arrays=safer, risk=RISK_DAYS * np.maximum(0.0, chance - chance.mean()))


def cover(setup: Setup, columns: LotColumns, no_shows: int) -> Cover:
    """How many pool-weeks of a plan leave the others of the pool hours enough for its Γ largest contributions."""
    a = setup.arrays
    hours = week_hours(a)
    count, weeks = hours.shape
    skills = np.diff(a.cap_ptr)
    shop_of = np.repeat(np.arange(count), skills)
    lot = np.repeat(np.arange(len(columns.op)), np.diff(columns.work_ptr))
    who, week = columns.workshop[lot], columns.day // 7
    used = np.bincount(who * weeks + week, columns.minutes, count * weeks).reshape(count, weeks)
    rest = np.maximum(0.0, hours - used)
    tech = a.op_tech[columns.op][lot]
    pools = covered = 0
    for k in range(len(a.techniques)):
        mine = np.flatnonzero(a.cap_tech == k)
        members = shop_of[mine]
        rate = a.cap_rate[mine]
        rows = tech == k
        done = np.bincount(who[rows] * weeks + week[rows], columns.minutes[rows], count * weeks).reshape(count, weeks)
        work = done[members] * rate[:, None]
        spare = rest[members] * rate[:, None]
        for column in np.flatnonzero(work.sum(axis=0) > 0).tolist():
            top = np.argsort(-work[:, column], kind="stable")[:no_shows]
            left = spare[:, column].sum() - spare[top, column].sum()
            pools += 1
            covered += bool(left + 1e-6 >= work[top, column].sum())
    return Cover(pools, covered)


def said_of_cover(found: Cover, no_shows: int) -> str:
    """How far a plan is covered, in words."""
    return (
        f"In {found.covered} of {found.pool_weeks} weeks of a technique the others have hours left for the work of any "
        f"{no_shows} of its workshops."
    )
