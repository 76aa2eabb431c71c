"""Compiled parts of the desk: which lots could make room for others because they are not far from free hours."""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

from .compiling import compiled
from .placing import (
    ALIVE,
    BANNED,
    BASE,
    CHOICE,
    CRUMB,
    FINISH,
    FIRM,
    HOME,
    HOPS,
    LATEST,
    ONE,
    OP,
    OTHER,
    QUEUED,
    SHOP,
    SINCE,
    START,
    TECH,
    UNTIL,
    WHO,
    give_with,
)

KEPT = 8
"""Candidates kept at a level."""
PAIR_COST = 500
"""What two lots must be more promising than one to be asked to make room before it."""
FREE_MINUTES = 400.0
"""Minutes a week that count as free hours."""
ENOUGH = 6
"""Lots a way to free hours must lead through to be counted on."""
BACK = 3
"""Days before a window a lot may begin that could make room in it."""
LOOK = 60
"""Most lots looked at for each day."""


@compiled
def promising(lots, lot):
    """How likely a lot finds other hours: few hops to free hours first, then in how many ways."""
    return -1000 * lots[lot, HOPS] + min(lots[lot, CHOICE], 900)


@compiled
def outlook(lots, count, ops, techs_ptr, techs, able_ptr, able, rates, room, spare, seen, hops_most):
    """Estimate for every lot how many others must move for it to reach free hours (``HOPS``), in how many ways.

    None if workshops with its technique have free hours while it can wait; else one more than enough lots in its way.
    ``techs[techs_ptr[w]:techs_ptr[w+1]]`` are the techniques of workshop w; ``seen`` (K x D + 1) is scratch.
    """
    days = seen.shape[1] - 1
    for hop in range(hops_most + 1):
        seen[:] = 0
        if hop == 0:
            for k in range(seen.shape[0]):
                for x in range(able_ptr[k], able_ptr[k + 1]):
                    w = able[x, 0]
                    for week in range(spare.shape[1]):
                        if spare[w, week] >= FREE_MINUTES:
                            t = min(7 * week + 6, days - 1)
                            while room[w, t] <= CRUMB and t > 7 * week:
                                t -= 1
                            seen[k, t + 1] += 1
        else:
            for lot in range(count):
                if lots[lot, ALIVE] and lots[lot, HOPS] == hop - 1:
                    w = lots[lot, SHOP]
                    for x in range(techs_ptr[w], techs_ptr[w + 1]):
                        seen[techs[x], lots[lot, START] + 1] += 1
        for k in range(seen.shape[0]):
            for t in range(1, days + 1):
                seen[k, t] += seen[k, t - 1]
        for lot in range(count):
            if lots[lot, ALIVE]:
                if hop == 0:
                    lots[lot, HOPS], lots[lot, CHOICE] = hops_most + 1, 0
                if lots[lot, HOPS] > hop:
                    k = ops[lots[lot, OP], TECH]
                    last = min(max(lots[lot, LATEST], lots[lot, START]), days - 1)
                    ways = seen[k, last + 1] - seen[k, lots[lot, START]]
                    if ways >= (1 if hop == 0 else ENOUGH):
                        lots[lot, HOPS], lots[lot, CHOICE] = hop, ways


@compiled
def insert(index, index_ptr, index_count, lots, techs_ptr, techs, days, lot):
    """Enter a lot in the index: by technique of its workshop and start day, the most promising first."""
    w = lots[lot, SHOP]
    score = promising(lots, lot)
    for x in range(techs_ptr[w], techs_ptr[w + 1]):
        block = techs[x] * days + lots[lot, START]
        begin = index_ptr[block]
        size = index_ptr[block + 1] - begin
        if index_count[block] >= size:  # drop those that count no more; if there are none, the least promising
            kept = 0
            for i in range(index_count[block]):
                if lots[index[begin + i], ALIVE]:
                    index[begin + kept] = index[begin + i]
                    kept += 1
            index_count[block] = min(kept, size - 1)
        place = index_count[block]
        while place > 0 and promising(lots, index[begin + place - 1]) < score:
            index[begin + place] = index[begin + place - 1]
            place -= 1
        index[begin + place] = lot
        index_count[block] += 1


@compiled
def candidates(
    n, lots, row_day, row_minutes, index, index_ptr, index_count, able_at, able, rates, shops, queue, room, week_room,
    ready, latest, found, scores, tech, work, most, asked, left,
):  # fmt: skip
    """Lots in whose hours ``work`` would fit, those most likely to find other hours first; returns how many are kept.

    ``left`` lots may still be touched, the one to be placed and the one to make room included.
    """
    count = 0
    base, firm = n[BASE], n[FIRM]
    days = room.shape[1]
    begin, end = days, -1
    for h in range(ready.shape[0]):
        if ready[h] <= latest[h]:
            begin, end = min(begin, ready[h]), max(end, latest[h])
    for t in range(max(begin - BACK, firm), end + 1):
        block = tech * days + t
        looked = 0
        for i in range(index_ptr[block], index_ptr[block] + index_count[block]):
            one = index[i]
            if not lots[one, ALIVE] or lots[one, START] != t or one >= base:
                continue
            score = promising(lots, one)
            if looked > LOOK or lots[one, HOPS] > left - 2 or (count == KEPT and score <= scores[KEPT - 1]):
                break
            looked += 1
            w = lots[one, SHOP]
            h = shops[w, HOME]
            first, last = ready[h], latest[h]
            if first > last or t > last or lots[one, FINISH] < first or (asked == 0 and shops[w, BANNED] > 0):
                continue
            x = able_at[tech, w]
            if able[x, 1] < most:
                continue
            minutes = work / rates[x]
            other = -1
            if (
                give_with(room, week_room, lots, row_day, row_minutes, w, first, last, one, other, minutes)
                < minutes - CRUMB
            ):
                if left < 4:
                    continue
                place = 0
                while queue[w, place] != one:
                    place += 1
                if place + 1 >= shops[w, QUEUED]:
                    continue
                other = queue[w, place + 1]
                if other >= base or lots[other, START] > last or lots[other, HOPS] > left - 3:
                    continue
                score = min(score, promising(lots, other)) - PAIR_COST
                if count == KEPT and score <= scores[KEPT - 1]:
                    continue
                if (
                    give_with(room, week_room, lots, row_day, row_minutes, w, first, last, one, other, minutes)
                    < minutes - CRUMB
                ):
                    continue
            place = count if count < KEPT else KEPT - 1
            while place > 0 and scores[place - 1] < score:
                scores[place] = scores[place - 1]
                for column in range(5):
                    found[place, column] = found[place - 1, column]
                place -= 1
            scores[place] = score
            found[place, WHO], found[place, ONE], found[place, OTHER] = x, one, other
            found[place, SINCE], found[place, UNTIL] = first, last
            count = min(count + 1, KEPT)
    return count
