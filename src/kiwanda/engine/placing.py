"""Compiled parts of the desk: which hours are free, putting lots in and taking them out again.

What belongs together stands in one table, a column for each name below: a state of few arrays is quick to compile and
to hand from function to function.
"""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

from typing import Any, NamedTuple

from .compiling import compiled

COUNT, ROWS, NOTES, TOUCHED, LIMIT, WORK, BUDGET, DEPTH, BASE, FIRM, FROM, WIDE, SOURCES, DEMANDS, FLOWS = range(15)
"""``n``: lots and rows in use, journal entries, lots touched by the repair under way and how many it may touch,
searches for one place spent and allowed, lots that may make room one for the other, first lot of the repair's own,
first day that may still change, first day for new lots, whether later steps may move too; sources, demands and flows of
the edge looked at last."""
OP, SHOP, QUANTITY, START, FINISH, LATEST, AFTER, BEFORE, ROW, LENGTH, ALIVE, HOPS, CHOICE = range(13)
"""``lots``: what, where, how many, from when to when, until when it could wait, neighbours in the list of its
operation, its rows in ``row_day``, whether it counts, how far it is from free hours,
in how many ways."""
ORDER, TECH, LEAST, MOST, TO_GO, IN, IN_END, OUT, OUT_END, RELEASE, ALLOWED, HEAD, SIZE = range(13)
"""``ops``: its order, technique, lot sizes, steps to the end, edges in and out, first and last day, its lots."""
MINUTES, PAY = range(2)
"""``op_values``."""
PRED, SUCC, FIRST, FIRST_END = range(4)
"""``edges``: operations at both ends, pieces made already (rows of ``firsts``)."""
HUB, DAY, LEFT, LOT, CHAIN, SEEN, VIA, SKIP, LINE = range(9)
"""``sources`` (day of finish), ``demands`` (day of start) and, up to ``LEFT``, ``firsts``; then what matching notes:
the last of its flows, when it was seen and from where, the next that may have some left, and who waits to be looked
at."""
HOME, QUEUED, BANNED = range(3)
"""``shops``: hub, lots in its queue, not to be asked."""
EARNED, ENTITLED = range(2)
"""``shop_values``."""
READY, FINAL, UTMOST = range(3)
"""``windows``: by level and hub the first day, the last while all others stay, the last if later steps move too."""
WHO, ONE, OTHER, SINCE, UNTIL = range(5)
"""``found``: candidates by level: row of ``able``, the lots that would make room, first and last day."""
CRUMB = 1e-6
"""Minutes too few to be worth a row."""
OUT_OF_PLAN, INTO_PLAN = 0, 1


class State(NamedTuple):
    """The arrays of a :class:`kiwanda.engine.desk.Desk`; days, minutes and pieces throughout.

    ``able[able_ptr[k]:able_ptr[k+1]]`` are the workshops with technique k and their largest lot, ``rates`` their good
    standard minutes per minute. ``spare`` is what a workshop can give in each week. ``queue`` holds the lots of each
    workshop by start day.
    """

    n: Any
    lots: Any
    row_day: Any
    row_minutes: Any
    ops: Any
    op_values: Any
    edges: Any
    out_edges: Any
    firsts: Any
    transfer: Any
    shops: Any
    shop_values: Any
    able_ptr: Any
    able: Any
    rates: Any
    queue: Any
    room: Any
    week_room: Any
    spare: Any
    journal: Any
    bucket: Any
    sources: Any
    demands: Any
    flows: Any
    windows: Any
    found: Any
    scores: Any
    gaps: Any
    agenda: Any
    index: Any
    index_ptr: Any
    index_count: Any
    able_at: Any
    memo: Any


@compiled
def use(room, week_room, spare, lots, row_day, row_minutes, lot, sign):
    """Add the minutes of a lot to what is free (1) or take them (-1)."""
    w = lots[lot, SHOP]
    last = -1
    for r in range(lots[lot, ROW], lots[lot, ROW] + lots[lot, LENGTH]):
        k = row_day[r] // 7
        room[w, row_day[r]] += row_minutes[r] * sign
        week_room[w, k] += row_minutes[r] * sign
        last = k
    if last >= 0:
        for k in range(row_day[lots[lot, ROW]] // 7, last + 1):
            total = 0.0
            for t in range(7 * k, min(7 * k + 7, room.shape[1])):
                total += max(0.0, room[w, t])
            spare[w, k] = max(0.0, min(total, week_room[w, k]))


@compiled
def enlist(s, lot):
    """Enter a lot in the list of its operation and in the queue of its workshop."""
    lots, ops, queue = s.lots, s.ops, s.queue
    op, w = lots[lot, OP], lots[lot, SHOP]
    head = ops[op, HEAD]
    lots[lot, AFTER], lots[lot, BEFORE], lots[lot, ALIVE] = head, -1, 1
    if head >= 0:
        lots[head, BEFORE] = lot
    ops[op, HEAD] = lot
    ops[op, SIZE] += 1
    place = s.shops[w, QUEUED]
    while place > 0 and lots[queue[w, place - 1], START] > lots[lot, START]:
        queue[w, place] = queue[w, place - 1]
        place -= 1
    queue[w, place] = lot
    s.shops[w, QUEUED] += 1
    s.shop_values[w, EARNED] += lots[lot, QUANTITY] * s.op_values[op, PAY]
    use(s.room, s.week_room, s.spare, lots, s.row_day, s.row_minutes, lot, -1.0)


@compiled
def delist(s, lot):
    """Take a lot out of both."""
    lots, ops, queue = s.lots, s.ops, s.queue
    op, w = lots[lot, OP], lots[lot, SHOP]
    before, after = lots[lot, BEFORE], lots[lot, AFTER]
    if before >= 0:
        lots[before, AFTER] = after
    else:
        ops[op, HEAD] = after
    if after >= 0:
        lots[after, BEFORE] = before
    ops[op, SIZE] -= 1
    place = 0
    while queue[w, place] != lot:
        place += 1
    s.shops[w, QUEUED] -= 1
    for i in range(place, s.shops[w, QUEUED]):
        queue[w, i] = queue[w, i + 1]
    lots[lot, ALIVE] = 0
    s.shop_values[w, EARNED] -= lots[lot, QUANTITY] * s.op_values[op, PAY]
    use(s.room, s.week_room, s.spare, lots, s.row_day, s.row_minutes, lot, 1.0)


@compiled
def take_out(s, lot):
    """Remove a lot and note it."""
    delist(s, lot)
    s.journal[s.n[NOTES], 0], s.journal[s.n[NOTES], 1] = OUT_OF_PLAN, lot
    s.n[NOTES] += 1


@compiled
def undo(s, mark):
    """Take back every change since the journal held ``mark`` entries, the last first."""
    while s.n[NOTES] > mark:
        s.n[NOTES] -= 1
        lot = s.journal[s.n[NOTES], 1]
        if s.journal[s.n[NOTES], 0] == OUT_OF_PLAN:
            enlist(s, lot)
        else:
            delist(s, lot)
            s.n[COUNT] -= 1
            s.n[ROWS] = s.lots[lot, ROW]


@compiled
def put(s, op, quantity, w, minutes, first, last):
    """Put a new lot into the free hours of a workshop, from ``first`` on; its number, or -1 if not done by ``last``."""
    if s.shops[w, QUEUED] >= s.queue.shape[1]:
        return -1
    lot = s.n[COUNT]
    began = s.n[ROWS]
    row = began
    left = minutes
    week = -1
    weekly = 0.0
    for t in range(first, last + 1):
        if t // 7 != week:
            week = t // 7
            weekly = s.week_room[w, week]
        used = min(s.room[w, t], weekly, left)
        if used > CRUMB:
            weekly -= used
            left -= used
            s.row_day[row] = t
            s.row_minutes[row] = used
            row += 1
            if left <= CRUMB:
                s.row_minutes[row - 1] += left
                left = 0.0
                break
    if left > 0.0 or row == began:
        return -1
    lots = s.lots
    lots[lot, OP], lots[lot, SHOP], lots[lot, QUANTITY] = op, w, quantity
    lots[lot, START], lots[lot, FINISH] = s.row_day[began], s.row_day[row - 1]
    lots[lot, ROW], lots[lot, LENGTH] = began, row - began
    lots[lot, LATEST] = lots[lot, FINISH]
    s.n[COUNT] += 1
    s.n[ROWS] = row
    enlist(s, lot)
    s.journal[s.n[NOTES], 0], s.journal[s.n[NOTES], 1] = INTO_PLAN, lot
    s.n[NOTES] += 1
    return lot


@compiled
def give(room, week_room, spare, w, first, last, enough):
    """Minutes of workshop ``w`` free in [first, last]; counts no further than ``enough``."""
    total = 0.0
    for k in range(first // 7, last // 7 + 1):
        total += spare[w, k]
    if total < enough - CRUMB:
        return total  # too little, however it lies
    total = 0.0
    for k in range(first // 7, last // 7 + 1):
        if spare[w, k] <= CRUMB:
            continue
        weekly = week_room[w, k]
        for t in range(max(first, 7 * k), min(last, 7 * k + 6) + 1):
            used = min(room[w, t], weekly)
            if used > CRUMB:
                weekly -= used
                total += used
                if total >= enough - CRUMB:
                    return total
    return total


@compiled
def give_with(room, week_room, lots, row_day, row_minutes, w, first, last, one, other, enough):
    """The same with the minutes of lots ``one`` and ``other`` (-1: none) of that workshop added."""
    total = 0.0
    for k in range(first // 7, last // 7 + 1):
        weekly = week_room[w, k]
        for lot in (one, other):
            if lot >= 0:
                for r in range(lots[lot, ROW], lots[lot, ROW] + lots[lot, LENGTH]):
                    if row_day[r] // 7 == k:
                        weekly += row_minutes[r]
        for t in range(max(first, 7 * k), min(last, 7 * k + 6) + 1):
            there = room[w, t]
            for lot in (one, other):
                if lot >= 0:
                    for r in range(lots[lot, ROW], lots[lot, ROW] + lots[lot, LENGTH]):
                        if row_day[r] == t:
                            there += row_minutes[r]
            used = min(there, weekly)
            if used > CRUMB:
                weekly -= used
                total += used
                if total >= enough - CRUMB:
                    return total
    return total
