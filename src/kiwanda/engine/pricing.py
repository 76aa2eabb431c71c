"""Compiled evaluations of the pool-price dual. Imported only when something is to be solved.

Orders and workshops meet only in the capacity of a technique on a day. Put a price on each good standard minute
(K techniques x D days) and they part: every order picks the cheapest days for its work and its completion, every
workshop sells its hours where they fetch most. What the orders pay less what the workshops take is, at any prices, a
lower bound on the weighted tardiness of any plan.
"""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

import numpy as np

from .compiling import compiled

FAR = 1e290


@compiled
def orders_exact(
    price,
    days,
    lag,
    first,
    last,
    node_ptr,
    node_tech,
    node_work,
    node_next,
    node_from,
    weight,
    due,
    least_finish,
    closed,
):
    """Sum over orders [first, last) of the cheapest completion: late days by weight plus the work at the prices."""
    total = 0.0
    widest = 1
    for order in range(first, last):
        widest = max(widest, node_ptr[order + 1] - node_ptr[order])
    cost = np.empty((widest, days))
    goal = np.empty(days)
    for order in range(first, last):
        w = weight[order]
        best = w * max(0, days - due[order])
        if not closed[order]:
            a, b = node_ptr[order], node_ptr[order + 1]
            goal[:] = 0.0
            cost[: b - a] = 0.0
            for n in range(a, b):
                low = FAR
                into = node_next[n]
                for t in range(days):
                    if t >= node_from[n]:
                        value = cost[n - a, t] + node_work[n] * price[node_tech[n], t]
                        low = min(low, value)
                    if into < 0:
                        goal[t] += low
                    elif t + lag < days:
                        cost[into - a, t + lag] += low
                if into >= 0:
                    for t in range(min(lag, days)):
                        cost[into - a, t] = FAR
            for t in range(days):
                best = min(best, w * max(0, max(t, least_finish[order]) - due[order]) + goal[t])
        total += best
    return total


@compiled
def orders_smooth(
    price, days, lag, soft, first, last, node_ptr, node_tech, node_work, node_next, node_from, weight, due,
    least_finish, closed, demand, mean_day, done_share,
):  # fmt: skip
    """The same with every minimum softened by ``soft`` days; adds the expected work to ``demand`` (K x D).

    ``mean_day`` gets the expected day of each node's work, ``done_share`` the probability that the order is made.
    """
    total = 0.0
    widest = 1
    for order in range(first, last):
        widest = max(widest, node_ptr[order + 1] - node_ptr[order])
    cost = np.empty((widest, days))
    chosen = np.empty((widest, days))  # probability that of the days up to t it is day t
    pull = np.empty((widest, days))  # derivative of the total by "done by day t"
    goal = np.empty(days)
    pick = np.empty(days)
    for order in range(first, last):
        w = weight[order]
        never = w * max(0, days - due[order])
        a, b = node_ptr[order], node_ptr[order + 1]
        if closed[order] or w <= 0.0:
            total += never
            done_share[order] = 0.0
            continue
        g = soft * w
        h = 3.0 * g
        goal[:] = 0.0
        cost[: b - a] = 0.0
        pull[: b - a] = 0.0
        for n in range(a, b):
            i = n - a
            into = node_next[n]
            value = FAR  # softened least cost of doing it by day t
            for t in range(days):
                if t < node_from[n] or cost[i, t] >= FAR:
                    chosen[i, t] = 0.0
                else:
                    c = cost[i, t] + node_work[n] * price[node_tech[n], t]
                    gap = c - value
                    if gap >= h:
                        chosen[i, t] = 0.0
                    elif gap <= -h:
                        chosen[i, t] = 1.0
                        value = c
                    else:  # a parabola joins the two branches of the minimum: no exponentials in this loop
                        chosen[i, t] = 0.5 - 0.5 * gap / h
                        value = 0.5 * (c + value) - 0.25 * (gap * gap + h * h) / h
                if into < 0:
                    goal[t] += value
                elif t + lag < days:
                    cost[into - a, t + lag] += value
            if into >= 0:
                for t in range(min(lag, days)):
                    cost[into - a, t] = FAR
        best = never
        for t in range(days):
            pick[t] = w * max(0, max(t, least_finish[order]) - due[order]) + goal[t]
            best = min(best, pick[t])
        norm = np.exp(-(never - best) / g)
        for t in range(days):
            gap = (pick[t] - best) / g
            pick[t] = np.exp(-gap) if gap < 50.0 else 0.0
            norm += pick[t]
        total += best - g * np.log(norm)
        share = 0.0
        for t in range(days):
            pick[t] /= norm
            share += pick[t]
        done_share[order] = share
        for n in range(b - 1, a - 1, -1):
            i = n - a
            into = node_next[n]
            if into < 0:
                for t in range(days):
                    pull[i, t] += pick[t]
            centre = 0.0
            weightsum = 0.0
            mass = 0.0
            for t in range(days - 1, -1, -1):
                mass += pull[i, t]
                use = mass * chosen[i, t]
                mass -= use
                pull[i, t] = use  # from here on: probability that the work is done on day t
                if use > 0.0:
                    demand[node_tech[n], t] += node_work[n] * use
                    centre += use * t
                    weightsum += use
            mean_day[n] = centre / weightsum if weightsum > 1e-12 else days
            # an operation must be done lag days before the one it feeds
            for m in range(a, n):
                if node_next[m] == n:
                    for t in range(lag, days):
                        pull[m - a, t - lag] += pull[i, t]
    return total


@compiled
def shops_exact(price, days, cap_ptr, cap_tech, cap_rate, free, week_free):
    """What workshops can take at most for their hours, each week under its cap."""
    total = 0.0
    value = np.empty(7)
    for w in range(cap_ptr.shape[0] - 1):
        if cap_ptr[w] == cap_ptr[w + 1]:
            continue
        for start in range(0, days, 7):
            n = min(7, days - start)
            hours = 0.0
            earned = 0.0
            for i in range(n):
                best = 0.0
                for c in range(cap_ptr[w], cap_ptr[w + 1]):
                    best = max(best, cap_rate[c] * price[cap_tech[c], start + i])
                value[i] = best
                hours += free[w, start + i]
                earned += best * free[w, start + i]
            cap = week_free[w, start // 7]
            if hours <= cap:
                total += earned
            else:
                order = np.argsort(-value[:n])
                left = cap
                for i in order:
                    used = min(left, free[w, start + i])
                    total += used * value[i]
                    left -= used
    return total


@compiled
def shops_smooth(price, days, soft, tech, rate, hours, supply):
    """The same for groups of workshops (G x M techniques, G x D hours), softened; adds sold minutes to ``supply``."""
    total = 0.0
    width = tech.shape[1]
    part = np.empty(width)
    for g in range(tech.shape[0]):
        if tech[g, 0] < 0:
            continue
        single = width == 1 or tech[g, 1] < 0
        for t in range(days):
            h = hours[g, t]
            if h <= 0.0:
                continue
            if single:
                total += h * rate[g, 0] * price[tech[g, 0], t]
                supply[tech[g, 0], t] += h * rate[g, 0]
                continue
            best = 0.0
            for j in range(width):
                if tech[g, j] < 0:
                    break
                best = max(best, rate[g, j] * price[tech[g, j], t])
            norm = 0.0
            for j in range(width):
                if tech[g, j] < 0:
                    break
                gap = (best - rate[g, j] * price[tech[g, j], t]) / soft
                part[j] = np.exp(-gap) if gap < 50.0 else 0.0
                norm += part[j]
            total += h * (best + soft * np.log(norm))
            for j in range(width):
                if tech[g, j] < 0:
                    break
                supply[tech[g, j], t] += h * rate[g, j] * part[j] / norm
    return total
