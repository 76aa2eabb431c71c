"""Compiled: lines choose regions in turn, late lines look for room elsewhere, plans are added up by pool."""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

import numpy as np

from ..compiling import compiled
from .bidding import FAR


@compiled
def settle(
    sweeps, order_of, node_ptr, node_tech, node_work, cand_ptr, cand_region, bid, node_day, node_place, supply, level,
    chosen, used,
):  # fmt: skip
    """Give each line one candidate: the least bid plus what overfilling weeks there would cost.

    ``supply`` and ``used`` are R x K x weeks minutes; ``level`` the going price of a minute of each technique (K).
    A week filled to a share f over what the region sells at its prices adds ``f`` times that to each minute. Later
    sweeps let every line choose again.
    """
    for _sweep in range(sweeps):
        for x in range(order_of.shape[0]):
            order = order_of[x]
            a, b = node_ptr[order], node_ptr[order + 1]
            old = chosen[order]
            if old >= 0:
                for n in range(a, b):
                    week = node_day[node_place[old] + n - a] // 7
                    used[cand_region[old], node_tech[n], week] -= node_work[n]
            best = -1
            least = FAR
            for c in range(cand_ptr[order], cand_ptr[order + 1]):
                if bid[c] >= FAR:
                    continue
                value = bid[c]
                r = cand_region[c]
                for n in range(a, b):
                    k = node_tech[n]
                    week = node_day[node_place[c] + n - a] // 7
                    fill = (used[r, k, week] + node_work[n]) / (supply[r, k, week] + 1.0) - 1.0
                    if fill > 0.0:
                        value += node_work[n] * level[k] * min(10.0 * fill, 100.0)
                if value < least:
                    least = value
                    best = c
            chosen[order] = best
            if best >= 0:
                for n in range(a, b):
                    week = node_day[node_place[best] + n - a] // 7
                    used[cand_region[best], node_tech[n], week] += node_work[n]


@compiled
def rehome(
    lines, days, lag, margin, spare, node_ptr, node_tech, node_work, node_next, node_from, weight, due, least_finish,
    home, tardiness, out, back, can, moved, saved,
):  # fmt: skip
    """Offer late ``lines``, in this order, to the region whose spare minutes (R x K x D) finish them soonest.

    A line moves if it is then at least ``margin`` days less late than in its region's plan; the minutes it takes there
    are gone for those after it. ``out`` and ``back`` are days by line and region. ``moved`` gets the new region or -1,
    ``saved`` the days.
    """
    regions = spare.shape[0]
    widest = 1
    for i in range(lines.shape[0]):
        widest = max(widest, node_ptr[lines[i] + 1] - node_ptr[lines[i]])
    ready = np.empty(widest, np.int64)
    for i in range(lines.shape[0]):
        order = lines[i]
        a, b = node_ptr[order], node_ptr[order + 1]
        best = -1
        least = tardiness[order] - margin
        for r in range(regions):
            if r == home[order]:
                continue
            able = True
            for n in range(a, b):
                able = able and can[r, node_tech[n]]
            if not able:
                continue
            finish = -1
            ready[: b - a] = 0
            for n in range(a, b):
                t = ready[n - a]
                if node_from[n] >= 0:
                    t = max(t, node_from[n] + out[i, r])
                need = node_work[n]
                while t < days:
                    need -= spare[r, node_tech[n], t]
                    if need <= 0.0:
                        break
                    t += 1
                finish = max(finish, t)
                if t >= days:
                    break
                if node_next[n] >= 0:
                    ready[node_next[n] - a] = max(ready[node_next[n] - a], t + lag)
            if finish >= days:
                continue
            late = max(0, max(finish + back[i, r], least_finish[order]) - due[order])
            late += 0.01 * (out[i, r] + back[i, r])
            if late < least:
                least = late
                best = r
        moved[i] = best
        saved[i] = 0.0
        if best < 0:
            continue
        saved[i] = tardiness[order] - least
        ready[: b - a] = 0
        for n in range(a, b):
            t = ready[n - a]
            if node_from[n] >= 0:
                t = max(t, node_from[n] + out[i, best])
            need = node_work[n]
            while t < days and need > 0.0:
                taken = min(need, spare[best, node_tech[n], t])
                spare[best, node_tech[n], t] -= taken
                need -= taken
                if need > 0.0:
                    t += 1
            if node_next[n] >= 0:
                ready[node_next[n] - a] = max(ready[node_next[n] - a], t + lag)


@compiled
def tally(
    days, free, week_free, cap_ptr, cap_tech, cap_rate, op_tech, op, workshop, work_count, day, minutes, demand, spare
):  # fmt: skip
    """Good standard minutes a plan uses (``demand``, K x D) and leaves (``spare``); lot i has ``work_count[i]``."""
    left = free.copy()
    week_left = week_free.copy()
    row = 0
    for i in range(op.shape[0]):
        w = workshop[i]
        k = op_tech[op[i]]
        rate = 0.0
        for c in range(cap_ptr[w], cap_ptr[w + 1]):
            if cap_tech[c] == k:
                rate = cap_rate[c]
        for x in range(row, row + work_count[i]):
            demand[k, day[x]] += minutes[x] * rate
            left[w, day[x]] -= minutes[x]
            week_left[w, day[x] // 7] -= minutes[x]
        row += work_count[i]
    for w in range(free.shape[0]):
        able = cap_ptr[w + 1] - cap_ptr[w]
        for begin in range(0, days, 7):
            end = min(days, begin + 7)
            total = 0.0
            for t in range(begin, end):
                total += max(0.0, left[w, t])
            if total <= 0.0 or able == 0:
                continue
            share = min(1.0, max(0.0, week_left[w, begin // 7]) / total) / able
            for t in range(begin, end):
                for c in range(cap_ptr[w], cap_ptr[w + 1]):
                    spare[cap_tech[c], t] += max(0.0, left[w, t]) * share * cap_rate[c]
