"""Compiled parts of the desk: how long lots can wait, between which days pieces can be made."""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

from .compiling import compiled
from .feeding import feed, feed_late, wasted
from .outlook import FREE_MINUTES, insert
from .placing import (
    AFTER,
    ALIVE,
    ALLOWED,
    CHOICE,
    CRUMB,
    DAY,
    DEMANDS,
    FINAL,
    FINISH,
    FIRST,
    FIRST_END,
    FROM,
    HEAD,
    HOPS,
    HUB,
    IN,
    IN_END,
    INTO_PLAN,
    LATEST,
    LEFT,
    NOTES,
    OP,
    OUT,
    OUT_END,
    PRED,
    QUANTITY,
    READY,
    RELEASE,
    SHOP,
    SOURCES,
    START,
    SUCC,
    TECH,
    TO_GO,
    UTMOST,
    WIDE,
)


@compiled
def refresh(lots, ops, edges, out_edges, firsts, slack, op):
    """Estimate until when each lot of an operation could wait if the others stay: no order later, nobody starved.

    From pieces made so far less pieces begun, day by day, as if all happened in one hub; the exact answer, with the
    transfer days, is :func:`window` once the lot has been taken out.
    """
    days = slack.shape[0] - 5
    lot = ops[op, HEAD]
    while lot >= 0:
        lots[lot, LATEST] = ops[op, ALLOWED]
        lot = lots[lot, AFTER]
    for x in range(ops[op, OUT], ops[op, OUT_END]):
        edge = out_edges[x]
        slack[:] = 0
        for i in range(edges[edge, FIRST], edges[edge, FIRST_END]):
            slack[min(max(firsts[i, DAY], -1) + 1, days)] += firsts[i, LEFT]
        lot = ops[op, HEAD]
        while lot >= 0:
            slack[lots[lot, FINISH] + 1] += lots[lot, QUANTITY]
            lot = lots[lot, AFTER]
        lot = ops[edges[edge, SUCC], HEAD]
        while lot >= 0:
            slack[lots[lot, START]] -= lots[lot, QUANTITY]
            lot = lots[lot, AFTER]
        for t in range(1, days + 1):
            slack[t] += slack[t - 1]
        lot = ops[op, HEAD]
        while lot >= 0:
            t = lots[lot, FINISH] + 1
            while t <= lots[lot, LATEST] and slack[t] >= lots[lot, QUANTITY]:
                t += 1
            lots[lot, LATEST] = min(lots[lot, LATEST], max(t - 2, lots[lot, FINISH]))
            lot = lots[lot, AFTER]


@compiled
def refresh_around(lots, ops, edges, out_edges, firsts, slack, op):
    """The same for an operation and those before it."""
    refresh(lots, ops, edges, out_edges, firsts, slack, op)
    for edge in range(ops[op, IN], ops[op, IN_END]):
        refresh(lots, ops, edges, out_edges, firsts, slack, edges[edge, PRED])


@compiled
def refresh_all(lots, ops, edges, out_edges, firsts, slack):
    """The same for all operations."""
    for op in range(ops.shape[0]):
        refresh(lots, ops, edges, out_edges, firsts, slack, op)


@compiled
def window(s, op, quantity, level):
    """Days per hub between which ``quantity`` more pieces of ``op`` can be made while all others stay.

    Writes ``windows`` at ``level``. False if there are no such days anywhere or the pieces before are missing.
    """
    hubs = s.transfer.shape[0]
    days = s.room.shape[1]
    n, ops, transfer, sources, demands, bucket = s.n, s.ops, s.transfer, s.sources, s.demands, s.bucket
    ready, latest, utmost = s.windows[level, READY], s.windows[level, FINAL], s.windows[level, UTMOST]
    first = n[FROM]
    if ops[op, IN] == ops[op, IN_END]:
        first = max(first, ops[op, RELEASE])
    ready[:] = first
    latest[:] = ops[op, ALLOWED]
    utmost[:] = ops[op, ALLOWED] - (ops[op, TO_GO] - 1)
    for edge in range(ops[op, IN], ops[op, IN_END]):
        if feed_late(s, edge) > 0:
            return False
        total = 0
        count = 0
        for i in range(n[SOURCES]):  # bring those with pieces left to the front
            if sources[i, LEFT] > 0:
                total += sources[i, LEFT]
                for column in range(3):
                    sources[count, column] = sources[i, column]
                count += 1
        if total < quantity:
            return False
        for h in range(hubs):
            low = days
            bucket[:] = 0
            for i in range(count):
                t = min(max(sources[i, DAY] + 1 + transfer[sources[i, HUB], h], 0), days)
                bucket[t] += sources[i, LEFT]
                low = min(low, t)
            there = 0
            for t in range(low, days + 1):
                there += bucket[t]
                if there >= quantity:
                    ready[h] = max(ready[h], t)
                    break
    for x in range(ops[op, OUT], ops[op, OUT_END]):
        if feed(s, s.out_edges[x]) > 0:
            for d in range(n[DEMANDS]):
                if demands[d, LEFT] > 0:
                    for h in range(hubs):
                        latest[h] = min(latest[h], demands[d, DAY] - 1 - transfer[h, demands[d, HUB]])
    some = False
    for h in range(hubs):
        latest[h] = min(latest[h], days - 1)
        utmost[h] = max(min(utmost[h], days - 1), latest[h])
        if ready[h] <= (utmost[h] if n[WIDE] > 0 else latest[h]):
            some = True
    return some


@compiled
def sound(s, mark):
    """Whether every edge of the operations changed since ``mark`` is fed as far as there are pieces."""
    for note in range(mark, s.n[NOTES]):
        op = s.lots[s.journal[note, 1], OP]
        for edge in range(s.ops[op, IN], s.ops[op, IN_END]):
            if not seen_before(s, mark, note, s.edges[edge, PRED], op) and wasted(s, edge) > 0:
                return False
        for x in range(s.ops[op, OUT], s.ops[op, OUT_END]):
            edge = s.out_edges[x]
            if not seen_before(s, mark, note, op, s.edges[edge, SUCC]) and wasted(s, edge) > 0:
                return False
    return True


@compiled
def seen_before(s, mark, note, one, other):
    """Whether an entry of the journal before ``note`` is of either operation."""
    for i in range(mark, note):
        op = s.lots[s.journal[i, 1], OP]
        if op in (one, other):
            return True
    return False


@compiled
def up_to_date(s, mark, techs_ptr, techs):
    """Bring the estimates of how long lots can wait and the index up to date with the changes since ``mark``."""
    for note in range(mark, s.n[NOTES]):
        op = s.lots[s.journal[note, 1], OP]
        if not seen_before(s, mark, note, op, op):
            refresh_around(s.lots, s.ops, s.edges, s.out_edges, s.firsts, s.bucket, op)
    for note in range(mark, s.n[NOTES]):
        lot = s.journal[note, 1]
        if s.journal[note, 0] == INTO_PLAN and s.lots[lot, ALIVE]:
            hours_near(s, lot)
            insert(s.index, s.index_ptr, s.index_count, s.lots, techs_ptr, techs, s.room.shape[1], lot)


@compiled
def hours_near(s, lot):
    """Estimate for one lot whether free hours can be reached at once (as :func:`kiwanda.engine.outlook.outlook`)."""
    lots = s.lots
    first, last = lots[lot, START], min(max(lots[lot, LATEST], lots[lot, START]), s.room.shape[1] - 1)
    tech = s.ops[lots[lot, OP], TECH]
    found = 0
    for x in range(s.able_ptr[tech], s.able_ptr[tech + 1]):
        w = s.able[x, 0]
        for week in range(first // 7, last // 7 + 1):
            if s.spare[w, week] >= FREE_MINUTES:
                t = min(7 * week + 6, s.room.shape[1] - 1)
                while s.room[w, t] <= CRUMB and t > 7 * week:
                    t -= 1
                if first <= t <= last:
                    found += 1
    lots[lot, HOPS], lots[lot, CHOICE] = (0, found) if found > 0 else (1, 0)


@compiled
def last_finish(lots, ops, begin, end, day):
    """The day the last lot of operations [begin, end) is done, ``day`` if none is later."""
    for op in range(begin, end):
        lot = ops[op, HEAD]
        while lot >= 0:
            day = max(day, lots[lot, FINISH])
            lot = lots[lot, AFTER]
    return day


@compiled
def find_lot(lots, ops, op, shop, quantity, start):
    """The number of the oldest such lot; -1 if there is none."""
    found = -1
    lot = ops[op, HEAD]
    while lot >= 0:
        same = lots[lot, SHOP] == shop and lots[lot, QUANTITY] == quantity and lots[lot, START] == start
        if same and (found < 0 or lot < found):
            found = lot
        lot = lots[lot, AFTER]
    return found
