"""Compiled parts of the desk: which lots of a step feed which of the next; exact.

Pieces that lie at a hub are there for every later day and, once the transfer days have passed, at every other hub; so
who draws first matters only between hubs. Lots are therefore served by simple rules, and only where those leave
somebody wanting while pieces lie about is a chain of exchanges looked for (an augmenting path, the shortest first). As
lots that can be served form a matroid, serving them by start day leaves those wanting that begin *latest*; and letting
sources give by finish day, the newest first, leaves the *oldest* pieces over.
"""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

from .compiling import compiled
from .placing import (
    AFTER,
    CHAIN,
    DAY,
    DEMANDS,
    FINISH,
    FIRST,
    FIRST_END,
    FLOWS,
    HEAD,
    HOME,
    HUB,
    LEFT,
    LINE,
    LOT,
    PRED,
    QUANTITY,
    SEEN,
    SHOP,
    SKIP,
    SOURCES,
    START,
    SUCC,
    VIA,
)

GIVER, TAKER, PIECES, NEXT = range(4)
"""``flows``: source, demand, pieces, the next one in the chain of the source (or of the demand)."""


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
    n[FLOWS] = 0
    for i in range(n[SOURCES]):
        sources[i, CHAIN], sources[i, SEEN], sources[i, SKIP] = -1, 0, i - 1
    for d in range(n[DEMANDS]):
        demands[d, CHAIN], demands[d, SEEN], demands[d, SKIP] = -1, 0, d + 1


@compiled
def flow(n, flows, table, at, giver, taker, pieces):
    """Note who gives to whom, in the chain of row ``at`` of ``table``."""
    new = n[FLOWS]
    flows[new, GIVER], flows[new, TAKER], flows[new, PIECES] = giver, taker, pieces
    flows[new, NEXT] = table[at, CHAIN]
    table[at, CHAIN] = new
    n[FLOWS] = new + 1


@compiled
def served(n, transfer, sources, demands, flows):
    """Serve the listed demands, the earliest first; the pieces wanting, which are those begun latest.

    Reduces ``LEFT`` on both sides; chains of ``flows`` hang on the sources.
    """
    missing = 0
    last = 0
    free = 0
    stamp = 0
    for d in range(n[DEMANDS]):
        h, start, want = demands[d, HUB], demands[d, DAY], demands[d, LEFT]
        while last < n[SOURCES] and sources[last, DAY] + 1 <= start:
            free += sources[last, LEFT]
            last += 1
        i = last - 1
        while want > 0 and i >= 0 and free > 0:
            if sources[i, LEFT] == 0:  # step over all that have nothing left
                j = sources[i, SKIP]
                if j >= 0 and sources[j, LEFT] == 0:
                    sources[i, SKIP] = sources[j, SKIP]
                i = j
                continue
            if sources[i, DAY] + 1 + transfer[sources[i, HUB], h] <= start and n[FLOWS] < flows.shape[0]:
                taken = min(sources[i, LEFT], want)
                sources[i, LEFT] -= taken
                want -= taken
                free -= taken
                flow(n, flows, sources, i, i, d, taken)
            i -= 1
        while want > 0 and free > 0:
            stamp += 1
            taken = exchanged(n, transfer, sources, demands, flows, d, want, stamp)
            if taken == 0:
                break
            want -= taken
            free -= taken
        demands[d, LEFT] = want
        missing += want
    return missing


@compiled
def exchanged(n, transfer, sources, demands, flows, wanting, want, stamp):
    """Serve a demand with pieces given to others that can take different ones; how many it gets by one such chain."""
    demands[wanting, SEEN] = stamp
    demands[0, LINE] = wanting
    line = 1
    at = 0
    while at < line:
        d = demands[at, LINE]
        at += 1
        h, start = demands[d, HUB], demands[d, DAY]
        for i in range(n[SOURCES]):
            if sources[i, DAY] + 1 > start:
                break
            if sources[i, SEEN] == stamp or sources[i, DAY] + 1 + transfer[sources[i, HUB], h] > start:
                continue
            sources[i, SEEN], sources[i, VIA] = stamp, d
            if sources[i, LEFT] > 0:
                taken = min(want, sources[i, LEFT])
                steps = 1
                j = i
                while sources[j, VIA] != wanting:
                    f = demands[sources[j, VIA], VIA]
                    taken = min(taken, flows[f, PIECES])
                    j = flows[f, GIVER]
                    steps += 1
                if n[FLOWS] + steps > flows.shape[0]:
                    return 0
                sources[i, LEFT] -= taken
                j = i
                while True:
                    taker = sources[j, VIA]
                    flow(n, flows, sources, j, j, taker, taken)
                    if taker == wanting:
                        return taken
                    f = demands[taker, VIA]
                    flows[f, PIECES] -= taken
                    j = flows[f, GIVER]
            f = sources[i, CHAIN]
            while f >= 0:
                other = flows[f, TAKER]
                if flows[f, PIECES] > 0 and demands[other, SEEN] != stamp:
                    demands[other, SEEN], demands[other, VIA] = stamp, f
                    demands[line, LINE] = other
                    line += 1
                f = flows[f, NEXT]
    return 0


@compiled
def given(n, transfer, sources, demands, flows):
    """Serve the listed demands from the newest pieces that can; the pieces wanting. What is left over is the oldest.

    Reduces ``LEFT`` on both sides; chains of ``flows`` hang on the demands.
    """
    count = n[DEMANDS]
    missing = 0
    for d in range(count):
        missing += demands[d, LEFT]
    first = count
    open_ = 0
    stamp = 0
    for i in range(n[SOURCES] - 1, -1, -1):
        if missing == 0:
            break
        h, ready, left = sources[i, HUB], sources[i, DAY] + 1, sources[i, LEFT]
        while first > 0 and demands[first - 1, DAY] >= ready:
            first -= 1
            open_ += demands[first, LEFT]
        d = first
        while left > 0 and d < count and open_ > 0:
            if demands[d, LEFT] == 0:
                other = demands[d, SKIP]
                if other < count and demands[other, LEFT] == 0:
                    demands[d, SKIP] = demands[other, SKIP]
                d = other
                continue
            if ready + transfer[h, demands[d, HUB]] <= demands[d, DAY] and n[FLOWS] < flows.shape[0]:
                taken = min(left, demands[d, LEFT])
                demands[d, LEFT] -= taken
                left -= taken
                open_ -= taken
                missing -= taken
                flow(n, flows, demands, d, i, d, taken)
            d += 1
        while left > 0 and open_ > 0:
            stamp += 1
            taken = pushed(n, transfer, sources, demands, flows, i, left, stamp)
            if taken == 0:
                break
            left -= taken
            open_ -= taken
            missing -= taken
        sources[i, LEFT] = left
    return missing


@compiled
def pushed(n, transfer, sources, demands, flows, giving, left, stamp):
    """Let a source give to a demand whose giver serves another instead; how many pieces by one such chain."""
    sources[giving, SEEN] = stamp
    sources[0, LINE] = giving
    line = 1
    at = 0
    while at < line:
        i = sources[at, LINE]
        at += 1
        h, ready = sources[i, HUB], sources[i, DAY] + 1
        for d in range(n[DEMANDS] - 1, -1, -1):
            if demands[d, DAY] < ready:
                break
            if demands[d, SEEN] == stamp or ready + transfer[h, demands[d, HUB]] > demands[d, DAY]:
                continue
            demands[d, SEEN], demands[d, VIA] = stamp, i
            if demands[d, LEFT] > 0:
                taken = min(left, demands[d, LEFT])
                steps = 1
                j = d
                while demands[j, VIA] != giving:
                    f = sources[demands[j, VIA], VIA]
                    taken = min(taken, flows[f, PIECES])
                    j = flows[f, TAKER]
                    steps += 1
                if n[FLOWS] + steps > flows.shape[0]:
                    return 0
                demands[d, LEFT] -= taken
                j = d
                while True:
                    giver = demands[j, VIA]
                    flow(n, flows, demands, j, giver, j, taken)
                    if giver == giving:
                        return taken
                    f = sources[giver, VIA]
                    flows[f, PIECES] -= taken
                    j = flows[f, TAKER]
            f = demands[d, CHAIN]
            while f >= 0:
                other = flows[f, GIVER]
                if flows[f, PIECES] > 0 and sources[other, SEEN] != stamp:
                    sources[other, SEEN], sources[other, VIA] = stamp, f
                    sources[line, LINE] = other
                    line += 1
                f = flows[f, NEXT]
    return 0


@compiled
def feed(s, edge):
    """Match an edge; returns the pieces wanting, in lots that begin as late as can be."""
    listed(s.n, s.lots, s.ops, s.edges, s.firsts, s.shops, s.bucket, s.sources, s.demands, edge)
    return served(s.n, s.transfer, s.sources, s.demands, s.flows)


@compiled
def feed_late(s, edge):
    """The same so that the pieces left over are the oldest."""
    listed(s.n, s.lots, s.ops, s.edges, s.firsts, s.shops, s.bucket, s.sources, s.demands, edge)
    return given(s.n, s.transfer, s.sources, s.demands, s.flows)


@compiled
def travels(s, edge):
    """Pieces that change hub on an edge, and the days they all travel."""
    feed(s, edge)
    moved = 0
    days = 0
    for f in range(s.n[FLOWS]):
        one, other = s.sources[s.flows[f, GIVER], HUB], s.demands[s.flows[f, TAKER], HUB]
        if one != other:
            moved += s.flows[f, PIECES]
            days += s.flows[f, PIECES] * s.transfer[one, other]
    return moved, days


@compiled
def wasted(s, edge):
    """Pieces wanting on an edge that ones left over could have met, had they come in time.

    Where there are simply too few pieces (some are still to be placed) the difference does not count.
    """
    missing = feed(s, edge)
    if missing > 0:
        left = 0
        for i in range(s.n[SOURCES]):
            left += s.sources[i, LEFT]
        return min(missing, left)
    return 0
