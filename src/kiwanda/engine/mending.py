"""The compiled search of repair: place pieces in free hours, in gaps, or in the hours of lots that can wait."""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

import numpy as np

from .arrays import Ints
from .compiling import compiled
from .feeding import wasted
from .matching import sound, window
from .outlook import candidates
from .placing import (
    BANNED,
    BASE,
    BUDGET,
    COUNT,
    CRUMB,
    DEMANDS,
    DEPTH,
    EARNED,
    ENTITLED,
    FINAL,
    FINISH,
    FIRM,
    HOME,
    LEAST,
    LEFT,
    LIMIT,
    LOT,
    MINUTES,
    MOST,
    NOTES,
    ONE,
    OP,
    OTHER,
    OUT,
    OUT_END,
    QUANTITY,
    READY,
    SINCE,
    START,
    TECH,
    TOUCHED,
    UNTIL,
    UTMOST,
    WHO,
    WIDE,
    WORK,
    give,
    put,
    take_out,
    undo,
)

LEVELS = 8
"""Deepest chain looked at; the limit of touched lots ends it earlier."""
WIDTHS = (8, 5, 3, 2, 1, 1, 1, 1)
"""How many candidates are tried, by level."""
MOST_PARTS = 5
"""Most workshops whose gaps are filled with the pieces of one lot."""
QUICK: Ints = np.array([(0, 0, 8, 1), (0, 1, 6, 1), (0, 0, 6, 2), (0, 2, 4, 1)], np.int64)
"""Ways to place pieces in time, tried within about a millisecond: later steps moved as well or not, lots more than must
be, searches for one place, lots that make room one for the other."""
PATIENT: Ints = np.array([(0, 0, 25, 4), (0, 1, 25, 4), (1, 0, 25, 4), (1, 1, 25, 4), (0, 2, 25, 4)], np.int64)
"""The same where that finds nothing, within some ten milliseconds."""
LATE: Ints = np.array([(0, 0, 8, 1), (1, 0, 8, 2), (0, 1, 8, 1), (1, 0, 25, 4)], np.int64)
"""The same where orders may be late."""
DONE, OPEN, NOT = range(3)
MARK, TOUCH, LEN, NEXT, KINDS, TRIES = range(6)
"""``memo``: what a level goes back to, and what it will try next."""


@compiled
def poorest(able_ptr, able, rates, shops, shop_values, room, week_room, spare, ready, latest, tech, work, most, asked):
    """Row of ``able`` of the relatively poorest workshop with free hours enough for ``work``; -1 if there is none."""
    best = -1
    least = 0.0
    for x in range(able_ptr[tech], able_ptr[tech + 1]):
        w = able[x, 0]
        h = shops[w, HOME]
        first, last = ready[h], latest[h]
        if first > last or able[x, 1] < most or (asked == 0 and shops[w, BANNED] > 0):
            continue
        need = shop_values[w, EARNED] / shop_values[w, ENTITLED]
        if best >= 0 and need >= least:
            continue
        minutes = work / rates[x]
        if give(room, week_room, spare, w, first, last, minutes) >= minutes - CRUMB:
            best = x
            least = need
    return best


@compiled
def whole(s, op, quantity, level, asked):
    """Put the pieces into the free hours of the relatively poorest workshop that has enough; True if there is one."""
    work = quantity * s.op_values[op, MINUTES]
    ready, latest = s.windows[level, READY], s.windows[level, FINAL]
    most = 0 if quantity <= s.ops[op, LEAST] else quantity
    best = poorest(
        s.able_ptr, s.able, s.rates, s.shops, s.shop_values, s.room, s.week_room, s.spare, ready, latest,
        s.ops[op, TECH], work, most, asked,
    )  # fmt: skip
    if best < 0:
        return False
    w = s.able[best, 0]
    h = s.shops[w, HOME]
    if put(s, op, quantity, w, work / s.rates[best], ready[h], latest[h]) < 0:
        return False
    s.n[TOUCHED] += 1
    return True


@compiled
def gaps(
    able_ptr, able, rates, shops, room, week_room, spare, ready, latest, gap, tech, each, least, largest, quantity,
    asked, most,
):  # fmt: skip
    """Find the ``most`` workshops that can take most pieces in their free hours, largest first; returns how many."""
    count = 0
    for x in range(able_ptr[tech], able_ptr[tech + 1]):
        w = able[x, 0]
        h = shops[w, HOME]
        first, last = ready[h], latest[h]
        if first > last or (asked == 0 and shops[w, BANNED] > 0):
            continue
        floor = least if count < most else gap[most - 1, 1] + 1
        total = 0.0
        for k in range(first // 7, last // 7 + 1):
            total += spare[w, k]
        if total * rates[x] < floor * each:
            continue
        wanted = min(quantity, largest, max(able[x, 1], least))
        pieces = min(
            wanted, int(give(room, week_room, spare, w, first, last, wanted * each / rates[x]) * rates[x] / each + 1e-9)
        )
        if pieces < floor:
            continue
        place = count if count < most else most - 1
        while place > 0 and gap[place - 1, 1] < pieces:
            gap[place, 0], gap[place, 1] = gap[place - 1, 0], gap[place - 1, 1]
            place -= 1
        gap[place, 0], gap[place, 1] = x, pieces
        count = min(count + 1, most)
    return count


@compiled
def parts(s, op, quantity, level, most, asked):
    """Fill the gaps of up to ``most`` workshops, the largest first; True if they hold all the pieces."""
    least = s.ops[op, LEAST]
    if quantity < 2 * least:
        return False
    each = s.op_values[op, MINUTES]
    ready, latest, gap = s.windows[level, READY], s.windows[level, FINAL], s.gaps[level]
    count = gaps(
        s.able_ptr, s.able, s.rates, s.shops, s.room, s.week_room, s.spare, ready, latest, gap, s.ops[op, TECH], each,
        least, s.ops[op, MOST], quantity, asked, min(most, MOST_PARTS),
    )  # fmt: skip
    held = 0
    used = 0
    while used < count and held < quantity:
        held += gap[used, 1]
        used += 1
    over = held - quantity
    if over < 0:
        return False
    for i in range(used - 1, -1, -1):  # the surplus comes off the smallest first, none below the smallest lot
        less = min(over, gap[i, 1] - least)
        gap[i, 1] -= less
        over -= less
    if over > 0:
        return False
    mark = s.n[NOTES]
    for i in range(used):
        x = gap[i, 0]
        w = s.able[x, 0]
        h = s.shops[w, HOME]
        if put(s, op, gap[i, 1], w, gap[i, 1] * each / s.rates[x], ready[h], latest[h]) < 0:
            undo(s, mark)
            return False
    s.n[TOUCHED] += used
    return True


@compiled
def starved(s, lot, count, deeper):
    """Put lots of later steps that a lot comes too late for on the agenda; its length then (-1: more than may)."""
    op = s.lots[lot, OP]
    for x in range(s.ops[op, OUT], s.ops[op, OUT_END]):
        edge = s.out_edges[x]
        while wasted(s, edge) > 0:
            chosen = -1
            for d in range(s.n[DEMANDS]):
                if s.demands[d, LEFT] > 0:
                    chosen = s.demands[d, LOT]
            if chosen < 0 or chosen >= s.n[BASE] or s.lots[chosen, START] < s.n[FIRM] or count >= s.agenda.shape[0]:
                return -1
            s.agenda[count, 0], s.agenda[count, 1] = s.lots[chosen, OP], s.lots[chosen, QUANTITY]
            s.agenda[count, 2] = deeper
            count += 1
            take_out(s, chosen)
    return count


@compiled
def enter(s, level, room):
    """Begin with the agenda's item at ``level``: ``DONE`` if it could be placed outright, else how to go on."""
    op, quantity = s.agenda[level, 0], s.agenda[level, 1]
    asked = 0 if s.agenda[level, 0] == s.agenda[0, 0] else 1  # who said no is not asked for this work again
    if not window(s, op, quantity, level):
        return NOT
    if quantity <= s.ops[op, MOST] and whole(s, op, quantity, level, asked):
        return DONE
    if room < 2:
        return NOT
    if parts(s, op, quantity, level, room, asked):
        return DONE
    if quantity > s.ops[op, MOST]:
        return NOT
    return OPEN


@compiled
def ask(s, level, room, wide, asked):
    """List who could make room for the agenda's item at ``level``."""
    op, quantity = s.agenda[level, 0], s.agenda[level, 1]
    most = 0 if quantity <= s.ops[op, LEAST] else quantity
    return candidates(
        s.n, s.lots, s.row_day, s.row_minutes, s.index, s.index_ptr, s.index_count, s.able_at, s.able, s.rates, s.shops,
        s.queue, s.room, s.week_room, s.windows[level, READY], s.windows[level, UTMOST if wide else FINAL],
        s.found[level], s.scores[level], s.ops[op, TECH], quantity * s.op_values[op, MINUTES], most, asked, room,
    )  # fmt: skip


@compiled
def swap(s, level, c, length):
    """Take candidate ``c`` out, put the agenda's item into its hours; the agenda's new length, -1 if it cannot be."""
    op, quantity = s.agenda[level, 0], s.agenda[level, 1]
    x = s.found[level, c, WHO]
    if quantity > max(s.able[x, 1], s.ops[op, LEAST]):  # small first lots also for those who make room
        return -1
    for column in (ONE, OTHER):
        lot = s.found[level, c, column]
        if lot >= 0:
            if length >= s.agenda.shape[0]:
                return -1
            take_out(s, lot)
            s.agenda[length, 0], s.agenda[length, 1] = s.lots[lot, OP], s.lots[lot, QUANTITY]
            s.agenda[length, 2] = s.agenda[level, 2] + 1
            length += 1
    w = s.able[x, 0]
    minutes = quantity * s.op_values[op, MINUTES] / s.rates[x]
    lot = put(s, op, quantity, w, minutes, s.found[level, c, SINCE], s.found[level, c, UNTIL])
    if lot < 0:
        return -1
    s.n[TOUCHED] += 1
    if s.lots[lot, FINISH] > s.windows[level, FINAL, s.shops[w, HOME]]:
        return starved(s, lot, length, s.agenda[level, 2] + 1)
    return length


@compiled
def search(s, length):
    """Work off the agenda of ``length`` items, going back to other choices where one leads nowhere.

    True if all is placed and every step of every order still gets its pieces; else nothing is changed.
    """
    n, memo = s.n, s.memo
    begun = n[NOTES]
    n[BASE] = n[COUNT]
    n[TOUCHED] = 0
    n[WORK] = 0
    level = 0
    fresh = True
    while level >= 0:
        if fresh:
            if level == length:
                if sound(s, begun):
                    return True
                fresh = False
                level -= 1
                continue
            n[WORK] += 1
            memo[level, MARK], memo[level, TOUCH], memo[level, LEN] = n[NOTES], n[TOUCHED], length
            memo[level, NEXT], memo[level, KINDS], memo[level, TRIES] = 0, -1, 0
            room = n[LIMIT] - n[TOUCHED] - (length - level - 1)
            state = NOT
            if room >= 1 and n[WORK] <= n[BUDGET]:
                state = enter(s, level, room)
            if state == DONE:
                memo[level, KINDS] = 2  # nothing else to try here
                level += 1
                continue
            if state == NOT or s.agenda[level, 2] >= n[DEPTH]:
                memo[level, KINDS] = 2
        else:  # what was tried here failed further on
            undo(s, memo[level, MARK])
            n[TOUCHED], length = memo[level, TOUCH], memo[level, LEN]
        moved_on = False
        while not moved_on and memo[level, KINDS] < 2 and n[WORK] <= n[BUDGET]:
            if memo[level, NEXT] >= memo[level, TRIES]:
                memo[level, KINDS] += 1
                memo[level, NEXT] = 0
                if memo[level, KINDS] > n[WIDE]:
                    memo[level, KINDS] = 2
                    break
                room = n[LIMIT] - n[TOUCHED] - (length - level - 1)
                asked = 0 if s.agenda[level, 0] == s.agenda[0, 0] else 1  # who said no is not asked for this work again
                if memo[level, KINDS] == 1:
                    window(s, s.agenda[level, 0], s.agenda[level, 1], level)
                memo[level, TRIES] = min(ask(s, level, room, memo[level, KINDS] == 1, asked), WIDTHS[level])
                continue
            c = memo[level, NEXT]
            memo[level, NEXT] += 1
            after = swap(s, level, c, length)
            if after >= 0 and n[TOUCHED] + after - level - 1 <= n[LIMIT]:
                length = after
                moved_on = True
            else:
                undo(s, memo[level, MARK])
                n[TOUCHED] = memo[level, TOUCH]
        fresh = moved_on
        level += 1 if moved_on else -1
    undo(s, begun)
    return False


@compiled
def ways(s, op, quantity, tried):
    """Try one way after another to place the pieces: rows of ``tried`` say whether later steps may move as well, into
    how many more lots than must be they are cut, how many searches for one place that may take, and how many lots may
    make room one for the other."""
    n = s.n
    fewest = -(-quantity // s.ops[op, MOST])
    for way in range(tried.shape[0]):
        count = fewest + tried[way, 1]
        if (count > 1 and quantity // count < s.ops[op, LEAST]) or count > min(n[LIMIT], LEVELS - 1):
            continue
        n[WIDE], n[BUDGET], n[DEPTH] = tried[way, 0], tried[way, 2], tried[way, 3]
        for part in range(count):
            s.agenda[part, 0] = op
            s.agenda[part, 1] = quantity // count + (1 if part < quantity % count else 0)
            s.agenda[part, 2] = 0
        if search(s, count):
            return True
    return False
