"""Compiled parts of the desk: who feeds whom, how long lots can wait, between which days pieces can be made."""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

from .compiling import compiled
from .placing import (
    AFTER,
    ALLOWED,
    DAY,
    DEMANDS,
    FINAL,
    FINISH,
    FIRST,
    FIRST_END,
    FLOWS,
    FROM,
    HEAD,
    HOME,
    HUB,
    IN,
    IN_END,
    LATEST,
    LEFT,
    LOT,
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
    TO_GO,
    UTMOST,
    WIDE,
)


@compiled
def listed(n, lots, ops, edges, firsts, shops, bucket, sources, demands, edge):
    """List what feeds an edge by finish day and who draws from it by start day."""
    days = bucket.shape[0] - 5
    bucket[:] = 0
    before, after = edges[edge, PRED], edges[edge, SUCC]
    for i in range(edges[edge, FIRST], edges[edge, FIRST_END]):
        bucket[min(max(firsts[i, DAY], -1), days) + 2] += 1
    lot = ops[before, HEAD]
    while lot >= 0:
        bucket[lots[lot, FINISH] + 2] += 1
        lot = lots[lot, AFTER]
    for t in range(1, days + 4):
        bucket[t] += bucket[t - 1]
    n[SOURCES] = bucket[days + 3]
    for i in range(edges[edge, FIRST], edges[edge, FIRST_END]):
        key = min(max(firsts[i, DAY], -1), days) + 1
        place = bucket[key]
        bucket[key] += 1
        sources[place, HUB], sources[place, DAY] = firsts[i, HUB], firsts[i, DAY]
        sources[place, LEFT], sources[place, LOT] = firsts[i, LEFT], -1
    lot = ops[before, HEAD]
    while lot >= 0:
        key = lots[lot, FINISH] + 1
        place = bucket[key]
        bucket[key] += 1
        sources[place, HUB], sources[place, DAY] = shops[lots[lot, SHOP], HOME], lots[lot, FINISH]
        sources[place, LEFT], sources[place, LOT] = lots[lot, QUANTITY], lot
        lot = lots[lot, AFTER]
    bucket[:] = 0
    lot = ops[after, HEAD]
    while lot >= 0:
        bucket[lots[lot, START] + 2] += 1
        lot = lots[lot, AFTER]
    for t in range(1, days + 4):
        bucket[t] += bucket[t - 1]
    n[DEMANDS] = bucket[days + 3]
    lot = ops[after, HEAD]
    while lot >= 0:
        key = lots[lot, START] + 1
        place = bucket[key]
        bucket[key] += 1
        demands[place, HUB], demands[place, DAY] = shops[lots[lot, SHOP], HOME], lots[lot, START]
        demands[place, LEFT], demands[place, LOT] = lots[lot, QUANTITY], lot
        lot = lots[lot, AFTER]


@compiled
def matched(n, transfer, sources, demands, flows, newest):
    """Feed the listed demands from the listed sources, the oldest pieces first or the ``newest``.

    Reduces ``LEFT`` on both sides and lists who feeds whom in ``flows`` (source, demand, pieces). Returns the pieces
    left wanting.
    """
    missing = 0
    count = n[SOURCES]
    first = 0
    last = 0
    known = 0
    for d in range(n[DEMANDS]):
        h, start, want = demands[d, HUB], demands[d, DAY], demands[d, LEFT]
        while first < count and sources[first, LEFT] == 0:
            first += 1
        while last < count and sources[last, DAY] + 1 <= start:
            last += 1
        i = last - 1 if newest else first
        while want > 0 and first <= i < last:
            if sources[i, LEFT] > 0 and sources[i, DAY] + 1 + transfer[sources[i, HUB], h] <= start:
                taken = min(sources[i, LEFT], want)
                sources[i, LEFT] -= taken
                want -= taken
                flows[known, 0], flows[known, 1], flows[known, 2] = i, d, taken
                known += 1
            i += -1 if newest else 1
        demands[d, LEFT] = want
        missing += want
    n[FLOWS] = known
    return missing


@compiled
def exchanged(n, transfer, sources, demands, flows):
    """Feed demands left wanting with pieces given to others that can take different ones; returns what still wants."""
    missing = 0
    for d in range(n[DEMANDS]):
        if demands[d, LEFT] == 0:
            continue
        h, start = demands[d, HUB], demands[d, DAY]
        for flow in range(n[FLOWS]):
            i, other = flows[flow, 0], flows[flow, 1]
            if flows[flow, 2] == 0 or sources[i, DAY] + 1 + transfer[sources[i, HUB], h] > start:
                continue
            for j in range(n[SOURCES]):
                if sources[j, DAY] + 1 > demands[other, DAY]:
                    break
                if (
                    sources[j, LEFT] > 0
                    and sources[j, DAY] + 1 + transfer[sources[j, HUB], demands[other, HUB]] <= demands[other, DAY]
                ):
                    taken = min(sources[j, LEFT], demands[d, LEFT], flows[flow, 2])
                    if taken == 0:
                        break
                    sources[j, LEFT] -= taken
                    demands[d, LEFT] -= taken
                    flows[flow, 2] -= taken
                    if n[FLOWS] + 2 <= flows.shape[0]:
                        for source, demand in ((j, other), (i, d)):
                            flows[n[FLOWS], 0], flows[n[FLOWS], 1], flows[n[FLOWS], 2] = source, demand, taken
                            n[FLOWS] += 1
            if demands[d, LEFT] == 0:
                break
        missing += demands[d, LEFT]
    return missing


@compiled
def feed(s, edge, expected):
    """Match an edge; returns the pieces wanting. ``expected`` of them may be so without a second look."""
    n = s.n
    listed(n, s.lots, s.ops, s.edges, s.firsts, s.shops, s.bucket, s.sources, s.demands, edge)
    missing = matched(n, s.transfer, s.sources, s.demands, s.flows, False)
    if missing > expected:
        listed(n, s.lots, s.ops, s.edges, s.firsts, s.shops, s.bucket, s.sources, s.demands, edge)
        missing = matched(n, s.transfer, s.sources, s.demands, s.flows, True)
    for _ in range(4):
        if missing <= expected:
            break
        again = exchanged(n, s.transfer, s.sources, s.demands, s.flows)
        if again == missing:
            break
        missing = again
    return missing


@compiled
def travels(s, edge):
    """Pieces that change hub on an edge, and the days they all travel."""
    feed(s, edge, 0)
    moved = 0
    days = 0
    for flow in range(s.n[FLOWS]):
        one, other = s.sources[s.flows[flow, 0], HUB], s.demands[s.flows[flow, 1], HUB]
        if one != other:
            moved += s.flows[flow, 2]
            days += s.flows[flow, 2] * s.transfer[one, other]
    return moved, days


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
        missing = feed(s, edge, 0)
        if missing > 0:
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
        missing = feed(s, s.out_edges[x], quantity)
        if missing > 0:
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
def wasted(s, edge):
    """Pieces wanting on an edge that ones left over could have met, had they come in time.

    Where there are simply too few pieces (some are still to be placed) the difference does not count.
    """
    missing = feed(s, edge, 0)
    if missing > 0:
        left = 0
        for i in range(s.n[SOURCES]):
            left += s.sources[i, LEFT]
        return min(missing, left)
    return 0


@compiled
def sound(s, mark):
    """Whether every edge of the operations changed since ``mark`` is fed as far as there are pieces."""
    for note in range(mark, s.n[NOTES]):
        op = s.lots[s.journal[note, 1], OP]
        for edge in range(s.ops[op, IN], s.ops[op, IN_END]):
            if wasted(s, edge) > 0:
                return False
        for x in range(s.ops[op, OUT], s.ops[op, OUT_END]):
            if wasted(s, s.out_edges[x]) > 0:
                return False
    return True
