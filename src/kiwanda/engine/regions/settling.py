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
def deadlines(node_ptr, node_next, due, days, lag, deadline):
    """Last day for each node's work so that its line is in time, ``lag`` days a step; within the horizon."""
    for order in range(node_ptr.shape[0] - 1):
        for n in range(node_ptr[order + 1] - 1, node_ptr[order] - 1, -1):
            last = due[order] if node_next[n] < 0 else deadline[node_next[n]] - lag
            deadline[n] = min(last, days - 1)


@compiled
def rehome(
    lines, days, lag, margin, slack, node_ptr, node_tech, node_work, node_next, node_from, weight, deadline, home,
    tardiness, out, back, can, moved, saved,
):  # fmt: skip
    """Offer late ``lines``, in this order, to the region that could make them soonest without making others late.

    ``slack`` (R x K x D) is what a region can make of a technique up to a day, less what its lines need by then: work
    with a deadline fits if from that day on there is slack for it. A line moves if it is then at least ``margin`` days
    less late than in its region's plan, and its work goes from one region's slack to the other's. ``out`` and ``back``
    are days by line and region. ``moved`` gets the new region or -1, ``saved`` the days.
    """
    regions = slack.shape[0]
    kinds = slack.shape[1]
    room = np.empty(slack.shape)  # least slack from a day on
    for r in range(regions):
        for k in range(kinds):
            low = FAR
            for t in range(days - 1, -1, -1):
                low = min(low, slack[r, k, t])
                room[r, k, t] = low
    widest = 1
    for order in lines:
        widest = max(widest, node_ptr[order + 1] - node_ptr[order])
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
            ready[: b - a] = 0
            early = -days  # least days late for time alone, then for hours
            for n in range(a, b):
                able = able and can[r, node_tech[n]]
                if node_from[n] >= 0:
                    ready[n - a] = max(ready[n - a], node_from[n] + out[i, r])
                early = max(early, ready[n - a] - (deadline[n] - back[i, r]))
                if node_next[n] >= 0:
                    ready[node_next[n] - a] = max(ready[node_next[n] - a], ready[n - a] + lag)
            if not able:
                continue
            late = max(0, early)
            while late <= least:
                fits = True
                for n in range(a, b):
                    t = deadline[n] - back[i, r] + late
                    if t >= days or t < 0 or room[r, node_tech[n], t] < node_work[n]:
                        fits = False
                        break
                if fits:
                    break
                late += 1
            far = 0.01 * (out[i, r] + back[i, r])
            if late + far < least or (late <= least and best < 0):
                least = late + far
                best = r
        moved[i] = best
        saved[i] = 0.0
        if best < 0:
            continue
        saved[i] = tardiness[order] - np.floor(least)
        late = int(np.floor(least))
        for side in range(2):
            r = best if side == 0 else home[order]
            for n in range(a, b):
                k = node_tech[n]
                t = deadline[n] - back[i, r] + (late if side == 0 else 0)
                for d in range(max(0, t), days):
                    slack[r, k, d] += -node_work[n] if side == 0 else node_work[n]
                low = FAR
                for d in range(days - 1, -1, -1):
                    low = min(low, slack[r, k, d])
                    room[r, k, d] = low


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
