"""Compiled parts of the coordination: what a line would cost in a region at its prices, and who goes where.

The same dual as :mod:`kiwanda.engine.pricing`, with a price for each region, technique and day: every line picks the
region, the days of its work and its completion that are cheapest together. ``out`` days pass before a line's kits reach
a region, ``back`` days before its pieces are where they must end.
"""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

import numpy as np

from ..compiling import compiled

FAR = 1e290
NO_LEVEL = 2**62


@compiled
def count_nodes(order_ptr, left):
    """Nodes of each order: an operation has one in each layer of pieces (see ``kiwanda.engine.bound.Nodes``)."""
    orders = order_ptr.shape[0] - 1
    counts = np.zeros(orders, np.int64)
    for order in range(orders):
        a, b = order_ptr[order], order_ptr[order + 1]
        below = 0
        while True:
            level = NO_LEVEL
            for o in range(a, b):
                if left[o] > below:
                    level = min(level, left[o])
            if level == NO_LEVEL:
                break
            for o in range(a, b):
                if left[o] >= level:
                    counts[order] += 1
            below = level
    return counts


@compiled
def fill_nodes(order_ptr, left, feeds, is_first, release, minutes, ptr, op, work, follower, start):
    """Write the nodes counted before: their operation, minutes, the node they feed (-1: none) and first day
    (-1: not a first operation)."""
    place = np.full(left.shape[0], -1, np.int64)
    for order in range(order_ptr.shape[0] - 1):
        a, b = order_ptr[order], order_ptr[order + 1]
        n = ptr[order]
        below = 0
        while n < ptr[order + 1]:
            level = NO_LEVEL
            for o in range(a, b):
                if left[o] > below:
                    level = min(level, left[o])
            began = n
            for o in range(a, b):
                place[o] = -1
                if left[o] >= level:
                    place[o] = n
                    n += 1
            n = began
            for o in range(a, b):
                if place[o] >= 0:
                    op[n] = o
                    work[n] = (level - below) * minutes[o]
                    follower[n] = place[feeds[o]] if feeds[o] >= 0 else -1
                    start[n] = release[order] if is_first[o] else -1
                    n += 1
            below = level


@compiled
def bids_smooth(
    price, days, lag, soft, first, last, node_ptr, node_tech, node_work, node_next, node_from, weight, due,
    least_finish, cand_ptr, cand_region, cand_out, cand_back, can, shift_cost, demand,
):  # fmt: skip
    """Softened sum over lines [first, last) of the cheapest candidate region (or never); work goes to ``demand``.

    ``can`` (R x K) says which techniques a region has; ``shift_cost`` is the cost of a day of transport, in weighted
    days, so that nothing travels for nothing.
    """
    total = 0.0
    widest = 1
    most = 1
    for order in range(first, last):
        widest = max(widest, node_ptr[order + 1] - node_ptr[order])
        most = max(most, cand_ptr[order + 1] - cand_ptr[order])
    cost = np.empty((widest, days))
    chosen = np.empty((most, widest, days))
    pull = np.empty((widest, days))
    goal = np.empty(days)
    pick = np.empty((most, days))
    offer = np.empty(most)
    for order in range(first, last):
        w = weight[order]
        never = w * max(0, days - due[order])
        if w <= 0.0:
            continue
        a, b = node_ptr[order], node_ptr[order + 1]
        c0, c1 = cand_ptr[order], cand_ptr[order + 1]
        g = soft * w
        h = 3.0 * g
        lowest = never
        for c in range(c0, c1):
            j = c - c0
            r = cand_region[c]
            offer[j] = FAR
            able = True
            for n in range(a, b):
                able = able and can[r, node_tech[n]]
            if not able:
                continue
            goal[:] = 0.0
            cost[: b - a] = 0.0
            for n in range(a, b):
                i = n - a
                into = node_next[n]
                value = FAR
                begin = node_from[n] + cand_out[c] if node_from[n] >= 0 else 0
                for t in range(days):
                    if t < begin or cost[i, t] >= FAR:
                        chosen[j, i, t] = 0.0
                    else:
                        x = cost[i, t] + node_work[n] * price[r, node_tech[n], t]
                        gap = x - value
                        if gap >= h:
                            chosen[j, i, t] = 0.0
                        elif gap <= -h:
                            chosen[j, i, t] = 1.0
                            value = x
                        else:
                            chosen[j, i, t] = 0.5 - 0.5 * gap / h
                            value = 0.5 * (x + value) - 0.25 * (gap * gap + h * h) / h
                    if into < 0:
                        goal[t] += value
                    elif t + lag < days:
                        cost[into - a, t + lag] += value
                if into >= 0:
                    for t in range(min(lag, days)):
                        cost[into - a, t] = FAR
            best = FAR
            for t in range(days):
                pick[j, t] = w * max(0, max(t + cand_back[c], least_finish[order]) - due[order]) + goal[t]
                best = min(best, pick[j, t])
            if best >= FAR:
                continue
            norm = 0.0
            for t in range(days):
                gap = (pick[j, t] - best) / g
                pick[j, t] = np.exp(-gap) if gap < 50.0 else 0.0
                norm += pick[j, t]
            for t in range(days):
                pick[j, t] /= norm
            offer[j] = best - g * np.log(norm) + w * shift_cost * (cand_out[c] + cand_back[c])
            lowest = min(lowest, offer[j])
        norm = np.exp(-(never - lowest) / g)
        for j in range(c1 - c0):
            gap = (offer[j] - lowest) / g
            offer[j] = np.exp(-gap) if gap < 50.0 else 0.0
            norm += offer[j]
        total += lowest - g * np.log(norm)
        for c in range(c0, c1):
            j = c - c0
            share = offer[j] / norm
            if share < 1e-4:
                continue
            r = cand_region[c]
            pull[: b - a] = 0.0
            for n in range(b - 1, a - 1, -1):
                i = n - a
                if node_next[n] < 0:
                    for t in range(days):
                        pull[i, t] += share * pick[j, t]
                mass = 0.0
                for t in range(days - 1, -1, -1):
                    mass += pull[i, t]
                    use = mass * chosen[j, i, t]
                    mass -= use
                    pull[i, t] = use
                    if use > 0.0:
                        demand[r, node_tech[n], t] += node_work[n] * use
                for m in range(a, n):
                    if node_next[m] == n:
                        for t in range(lag, days):
                            pull[m - a, t - lag] += pull[i, t]
    return total


@compiled
def cheapest_in(price, days, lag, a, b, node_tech, node_work, node_next, node_from, weight, due, least_finish, out,
                back, cost, goal, by_day):  # fmt: skip
    """Least cost of one line in one region (K x D ``price``), its completion day; ``by_day`` keeps the nodes' costs."""
    goal[:] = 0.0
    cost[: b - a] = 0.0
    for n in range(a, b):
        low = FAR
        into = node_next[n]
        begin = node_from[n] + out if node_from[n] >= 0 else 0
        for t in range(days):
            if t >= begin:
                low = min(low, cost[n - a, t] + node_work[n] * price[node_tech[n], t])
            by_day[n - a, t] = low
            if into < 0:
                goal[t] += low
            elif t + lag < days:
                cost[into - a, t + lag] += low
        if into >= 0:
            for t in range(min(lag, days)):
                cost[into - a, t] = FAR
    best = FAR
    day = days
    for t in range(days):
        value = weight * max(0, max(t + back, least_finish) - due) + goal[t]
        if value < best:
            best = value
            day = t
    return best, day


@compiled
def bids_exact(
    price, days, lag, first, last, node_ptr, node_tech, node_work, node_next, node_from, weight, due, least_finish,
    cand_ptr, cand_region, cand_out, cand_back, can, shift_cost, bid, node_day, node_place,
):  # fmt: skip
    """Cost of each candidate in ``bid`` (FAR: cannot be made there) and, in ``node_day``, the days of its work.

    The days of candidate c's nodes start at ``node_place[c]``.
    """
    widest = 1
    for order in range(first, last):
        widest = max(widest, node_ptr[order + 1] - node_ptr[order])
    cost = np.empty((widest, days))
    by_day = np.empty((widest, days))
    goal = np.empty(days)
    latest = np.empty(widest, np.int64)
    for order in range(first, last):
        a, b = node_ptr[order], node_ptr[order + 1]
        for c in range(cand_ptr[order], cand_ptr[order + 1]):
            r = cand_region[c]
            bid[c] = FAR
            able = True
            for n in range(a, b):
                able = able and can[r, node_tech[n]]
            if not able:
                continue
            best, day = cheapest_in(
                price[r], days, lag, a, b, node_tech, node_work, node_next, node_from, weight[order], due[order],
                least_finish[order], cand_out[c], cand_back[c], cost, goal, by_day,
            )  # fmt: skip
            if best >= FAR:
                continue
            bid[c] = best + weight[order] * shift_cost * (cand_out[c] + cand_back[c])
            latest[: b - a] = day
            for n in range(b - 1, a - 1, -1):
                t = latest[n - a]
                while t > 0 and by_day[n - a, t - 1] <= by_day[n - a, t]:
                    t -= 1
                node_day[node_place[c] + n - a] = t
                for m in range(a, n):
                    if node_next[m] == n:
                        latest[m - a] = t - lag


@compiled
def cheapest_anywhere(
    price, least_from, days, lag, first, last, node_ptr, node_tech, node_work, node_next, node_from, weight, due,
    least_finish, bound_to, first_try, out_of, back_of, apart, can,
):  # fmt: skip
    """Exact sum over lines [first, last) of the least cost over *all* regions, or of never making it.

    ``least_from`` (R x K x D) is the least price from a day on: with it most regions are ruled out before their days
    are looked at. ``bound_to`` is the region a begun line stays in (-1: any), ``out_of`` and ``back_of`` the region its
    kits lie in and its pieces must end in (-1: no matter). ``first_try`` is a region likely to be
    cheap, so that others are ruled out sooner.
    """
    total = 0.0
    widest = 1
    for order in range(first, last):
        widest = max(widest, node_ptr[order + 1] - node_ptr[order])
    cost = np.empty((widest, days))
    by_day = np.empty((widest, days))
    goal = np.empty(days)
    for order in range(first, last):
        w = weight[order]
        a, b = node_ptr[order], node_ptr[order + 1]
        best = w * max(0, days - due[order])
        for turn in range(-1, price.shape[0]):
            r = first_try[order] if turn < 0 else turn
            if turn == first_try[order] or (bound_to[order] >= 0 and bound_to[order] != r):
                continue
            out = apart[out_of[order], r] if out_of[order] >= 0 else 0
            back = apart[r, back_of[order]] if back_of[order] >= 0 else 0
            quick = w * max(0, least_finish[order] - due[order])
            able = True
            for n in range(a, b):
                begin = node_from[n] + out if node_from[n] >= 0 else 0
                if begin >= days or not can[r, node_tech[n]]:
                    able = False
                    break
                quick += node_work[n] * least_from[r, node_tech[n], begin]
            if not able or quick >= best:
                continue
            value, _ = cheapest_in(
                price[r], days, lag, a, b, node_tech, node_work, node_next, node_from, w, due[order],
                least_finish[order], out, back, cost, goal, by_day,
            )  # fmt: skip
            best = min(best, value)
        total += best
    return total
