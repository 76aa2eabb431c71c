"""Max-min incomes: how well off the worst-off could be if the same pieces were made, and what each is then due.

A linear programme over classes of workshops (equal techniques, like skills, like shares and past income), solved by
HiGHS. Let workshop w have hours H, good standard minutes an hour r[k] for technique k, share s and income so far p; let
the plan make P[j] standard minutes of work of kind j (technique and pay a minute). Then

    maximise t   with   p + sum over j of pay[j] u[w, j] >= t s      for every workshop
                        sum over j of u[w, j] / r[w, k(j)] <= H      for every workshop
                        sum over w of u[w, j] = P[j]                 for every kind of work

Adding up the rows of a class only widens the choice, as does ignoring days, hubs and lot sizes, and each kind pays what
its best-paid operation pays: so t is a *valid upper bound* on the least income by share of any plan that makes the same
pieces. Rows are scaled to about 1; without that simplex stops far from the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Arrays, Floats, Ints
from .passes import Setup

KINDS = 6
"""Most kinds of pay a technique is split into."""
BUCKET = 0.1
"""Width, on a log scale, within which skills and shares count as alike."""
PAST_BUCKET = 0.05
"""Width of income so far by share within which workshops are one class."""
ROUNDS = 4
"""How often those who can have no more are set aside and the rest levelled again."""
LEVEL = 0.998
"""A bound this near the mean leaves nothing to level."""


@dataclass(frozen=True)
class Quotas:
    """What the max-min programme says.

    ``bound`` is the best least standing (income by share) of any plan making these pieces; ``quota`` (W) what each
    workshop is due in minor units, income so far included, when the worst-off are served first, then the next (0 for
    those without hours or technique).
    """

    bound: float
    quota: Floats


@dataclass(frozen=True)
class _Classes:
    of: Ints  # W -> class, -1 for workshops left out
    tech: Ints  # C x width, -1 where there is none
    rate: Floats  # C x width, relative to the first technique
    hours: Floats  # C x periods
    share: Floats
    past: Floats


def max_min(
    setup: Setup, share: Floats, past: Floats, made: Floats, *, weekly: bool = False, bucket: float = BUCKET
) -> Quotas:
    """Level incomes over workshops for given work.

    Parameters
    ----------
    share : ndarray, shape W
        What income is measured against (see :func:`kiwanda.engine.fairness.shares`); 0 leaves a workshop out.
    past : ndarray, shape W
        Income that counts already: to date, and from fixed work.
    made : ndarray, shape O, or O x weeks with ``weekly``
        Pieces of each operation that are shared out. With ``weekly`` the work of a week must be done in that week: a
        closer bound, valid for plans that make the same pieces in the same weeks.
    """
    a = setup.arrays
    able = share > 0
    if not able.any():
        return Quotas(0.0, np.zeros(len(share)))
    pieces = made if made.ndim == 2 else made[:, None]
    pay_all = float((pieces.sum(axis=1) * a.op_pay).sum())
    mean = (float(past[able].sum()) + pay_all) / float(share[able].sum())
    kind_tech, kind_pay, work = _kinds(a, pieces)
    if not len(kind_tech) or mean <= 0:
        return Quotas(float((past[able] / share[able]).min()), np.where(able, past, 0.0))
    classes = _classes(a, share, past, weekly, bucket)
    levels, bound = _solve(classes, kind_tech, kind_pay, work, mean)
    quota = np.where(able, share * levels[classes.of], 0.0)
    return Quotas(min(bound, mean), np.maximum(quota, 0.0))


def _kinds(a: Arrays, pieces: Floats) -> tuple[Ints, Floats, Floats]:
    """Technique and pay a minute of each kind of work, and its standard minutes by period."""
    work = pieces * a.op_minutes[:, None]
    rate = a.op_pay / a.op_minutes
    known = np.zeros(len(a.techniques), bool)
    known[a.cap_tech] = True
    techs: list[int] = []
    pays: list[float] = []
    rows: list[Floats] = []
    for tech in np.flatnonzero(known).tolist():
        mine = np.flatnonzero((a.op_tech == tech) & (work.sum(axis=1) > 0))
        if not len(mine):
            continue
        step = np.round(np.log(np.maximum(rate[mine], 1e-9)) / 0.02).astype(np.int64)
        levels, kind = np.unique(step, return_inverse=True)
        if len(levels) > KINDS:
            cuts = np.quantile(rate[mine], np.linspace(0, 1, KINDS + 1)[1:-1])
            kind = np.searchsorted(cuts, rate[mine])
        for number in np.unique(kind).tolist():
            group = mine[kind == number]
            techs.append(tech)
            pays.append(float(rate[group].max()))
            rows.append(work[group].sum(axis=0))
    return np.array(techs, np.int64), np.array(pays), np.array(rows).reshape(len(techs), pieces.shape[1])


def _classes(a: Arrays, share: Floats, past: Floats, weekly: bool, bucket: float) -> _Classes:
    """Workshops that are alike, added up; hours are widened where skills within a class differ."""
    count = len(a.workshop_ids)
    width = max(1, int(np.diff(a.cap_ptr).max()))
    shop = np.repeat(np.arange(count), np.diff(a.cap_ptr))
    column = np.arange(len(a.cap_tech)) - a.cap_ptr[shop]
    tech = np.full((count, width), -1, np.int64)
    rate = np.zeros((count, width))
    tech[shop, column] = a.cap_tech
    rate[shop, column] = a.cap_rate
    days = np.add.reduceat(a.free, np.arange(0, a.days, 7), axis=1)
    hours = np.minimum(days, a.week_free)
    if not weekly:
        hours = hours.sum(axis=1, keepdims=True)
    able = share > 0
    first = np.maximum(rate[:, :1], 1e-12)
    ratio = np.where(tech >= 0, np.log(np.maximum(rate, 1e-12) / first), 0.0) / bucket
    # Nobody can be owed more than he could have: shares are compared with what an hour of his brings.
    ease = np.log(np.maximum(share, 1e-9) / np.maximum(hours.sum(axis=1) * first[:, 0], 1e-9))[:, None] / bucket
    before = (past / np.maximum(share, 1e-9))[:, None] / PAST_BUCKET
    keys = np.concatenate([tech, np.round(np.clip(np.hstack([ratio, ease, before]), -1e6, 1e6)).astype(np.int64)], 1)
    _, place = np.unique(keys[able], axis=0, return_inverse=True)
    of = np.full(count, -1, np.int64)
    of[able] = place.reshape(-1)
    classes = int(of.max()) + 1
    members = np.bincount(of[able], minlength=classes)
    mean = np.zeros((classes, width))
    np.add.at(mean, of[able], (rate / first)[able])
    mean /= members[:, None]
    set_of = np.full((classes, width), -1, np.int64)
    set_of[of[able]] = tech[able]
    # a: least factor for which a x class skills are at least the workshop's own, so that no choice is lost
    factor = np.max(np.where(tech >= 0, rate / np.maximum(mean[np.maximum(of, 0)], 1e-12), 0.0), axis=1)
    total = np.zeros((classes, hours.shape[1]))
    np.add.at(total, of[able], (hours * factor[:, None])[able])
    return _Classes(
        of=of,
        tech=set_of,
        rate=mean,
        hours=total,
        share=np.bincount(of[able], share[able], classes).astype(np.float64),
        past=np.bincount(of[able], past[able], classes).astype(np.float64),
    )


def _solve(classes: _Classes, kind_tech: Ints, kind_pay: Floats, work: Floats, mean: float) -> tuple[Floats, float]:
    """Levels of the classes (income by share) and the bound, in rounds: the worst-off, then the next."""
    import highspy

    count, periods = classes.hours.shape
    kinds = len(kind_tech)
    # One column for each class, technique slot, kind of that technique and period; the last column is t (of the mean).
    row_class, slot, kind = np.nonzero(classes.tech[:, :, None] == kind_tech[None, None, :])
    period = np.tile(np.arange(periods), len(row_class))
    row_class, slot, kind = np.repeat(row_class, periods), np.repeat(slot, periods), np.repeat(kind, periods)
    worth = (classes.hours[row_class, period] > 0) & (work[kind, period] > 0)
    row_class, slot, kind, period = row_class[worth], slot[worth], kind[worth], period[worth]
    hours = classes.hours[row_class, period]
    cols = np.arange(len(row_class))
    base = hours * classes.rate[row_class, slot]  # standard minutes if all hours went there
    of_work = kind * periods + period
    of_hours = kinds * periods + row_class * periods + period
    of_income = kinds * periods + count * periods + np.arange(count)
    unit = classes.share * mean
    last = len(cols)
    rows = np.concatenate([of_work, of_hours, of_income[row_class], of_income])
    columns = np.concatenate([cols, cols, cols, np.full(count, last)])
    values = np.concatenate(
        [base / work[kind, period], np.ones(last), kind_pay[kind] * base / unit[row_class], -np.ones(count)]
    )
    by_column = np.lexsort((rows, columns))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = last + 1, int(of_income[-1]) + 1
    cost = np.zeros(last + 1)
    cost[last] = -1.0
    lp.col_cost_ = cost
    lp.col_lower_ = np.zeros(last + 1)
    lp.col_upper_ = np.full(last + 1, np.inf)
    reached = np.zeros(kinds * periods, bool)
    reached[of_work] = True
    done = np.where(reached, 1.0, 0.0)
    low = np.concatenate([done, np.full(count * periods, -np.inf), -classes.past / unit])
    # Work whose makers have no free hours left in the period stays out; a whisker of room for rounding.
    room = np.full(count * periods, 1.0 + 1e-6)
    high = np.concatenate([np.where(reached, 1.0, np.inf), room, np.full(count, np.inf)])
    lp.row_lower_, lp.row_upper_ = low, high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(columns[by_column], np.arange(last + 2)).astype(np.int32)
    lp.a_matrix_.index_ = rows[by_column].astype(np.int32)
    lp.a_matrix_.value_ = values[by_column]
    highs = highspy._core._Highs()  # not its subclass Highs, which greets on standard output
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        highs.setOptionValue(option, value)
    highs.passModel(lp)

    levels = np.full(count, mean)
    open_ = np.ones(count, bool)
    bound = mean
    for turn in range(ROUNDS):
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break  # the mean itself is a valid bound, and so is what was found before
        solution = highs.getSolution()
        level = float(np.array(solution.col_value)[last])
        if turn == 0:
            bound = min(mean, level * mean * (1.0 + 1e-6))
        levels[open_] = level * mean
        dual = np.abs(np.array(solution.row_dual)[of_income])
        stuck = open_ & (dual > 1e-7)
        if (level >= LEVEL and turn == 0) or not stuck.any() or (open_ & ~stuck).sum() == 0:
            break
        for number in np.flatnonzero(stuck).tolist():
            row = int(of_income[number])
            highs.changeCoeff(row, last, 0.0)
            highs.changeRowBounds(row, float(level * (1 - 1e-7) - classes.past[number] / unit[number]), np.inf)
        open_ &= ~stuck
    return levels, bound
