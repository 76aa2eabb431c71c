"""Hints to the dispatcher, compiled: which lot of the plan in force a workshop should take up now.

A hint is a lot of the published plan: workshop, operation, pieces, day. A workshop takes up its hinted lot before
anything else as soon as its day and its pieces have come, and begins nothing on its own that would run into it. The
hints of a workshop stand in the order of their days at ``ptr[w]:ptr[w+1]``; ``following[w]`` is the next one not yet
dealt with, ``held[o]`` counts the pieces of an operation that hints still speak for, and which others leave alone.
Hinted lots are taken up in the order of the plan in force (``turn``), so that each draws the pieces it drew there.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

from .compiling import compiled

PATIENCE = 3
"""Days after which a lot that could not begin as published is given up."""


@compiled
def give_up(w, t, ptr, following, op, quantity, day, held):
    """Let go of hints that are too late; True if one is due today or was due in the last days."""
    n = following[w]
    while n < ptr[w + 1] and day[n] + PATIENCE < t:
        held[op[n]] -= quantity[n]
        n += 1
    following[w] = n
    return n < ptr[w + 1] and day[n] <= t


@compiled
def due_hint(w, h, t, rest, ptr, following, op, quantity, day, rate, left, kit, present, in_ptr, op_min, op_minutes):
    """The first hint of workshop w (at hub h) that is due and can be taken up now, or -1."""
    for n in range(following[w], ptr[w + 1]):
        if day[n] > t:
            break
        o = op[n]
        q = quantity[n]
        if q > left[o] or (q < op_min[o] and q < left[o]) or q * op_minutes[o] / rate[n] > rest:
            continue
        here = left[o]
        if in_ptr[o] == in_ptr[o + 1]:
            here = kit[o]
        for e in range(in_ptr[o], in_ptr[o + 1]):
            here = min(here, present[e, h])
        if here >= q:
            return n
    return -1


@compiled
def minutes_before(w, t, can, limit, ptr, following, day, free):
    """Minutes workshop w has before its next hinted lot should begin, today's ``can`` included; at most ``limit``."""
    n = following[w]
    while n < ptr[w + 1] and day[n] <= t:
        n += 1
    if n == ptr[w + 1]:
        return limit
    total = can
    for d in range(t + 1, day[n]):
        total += free[w, d]
        if total >= limit:
            break
    return min(limit, total)


@compiled
def take_up(w, n, following, op, quantity, held):
    """Note that hint n is taken up: it and those before it no longer hold pieces."""
    for m in range(following[w], n + 1):
        held[op[m]] -= quantity[m]
    following[w] = n + 1
