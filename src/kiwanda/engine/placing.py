"""Compiled parts of repair: who feeds whom, and fitting a lot between the lots a workshop already has."""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

from .compiling import compiled


@compiled
def match(transfer, source_hub, source_finish, source_left, demand_hub, demand_start, demand_want, newest, deadline):
    """Feed demands (sorted by start) from sources (sorted by finish), the oldest pieces first or the ``newest``.

    ``source_left`` and ``demand_want`` are reduced in place; ``deadline`` of a source becomes the last day it may
    finish for the demands it feeds. Returns the pieces left wanting and the pieces that change hub.
    """
    missing = 0
    moved = 0
    sources = source_hub.shape[0]
    first = 0
    for d in range(demand_hub.shape[0]):
        h = demand_hub[d]
        while first < sources and source_left[first] == 0:
            first += 1
        i = sources - 1 if newest else first
        while demand_want[d] > 0 and first <= i < sources:
            if source_left[i] > 0 and source_finish[i] + 1 + transfer[source_hub[i], h] <= demand_start[d]:
                taken = min(source_left[i], demand_want[d])
                source_left[i] -= taken
                demand_want[d] -= taken
                if source_hub[i] != h:
                    moved += taken
                deadline[i] = min(deadline[i], demand_start[d] - 1 - transfer[source_hub[i], h])
            i += -1 if newest else 1
        missing += demand_want[d]
    return missing, moved


@compiled
def fit(
    w, minutes, earliest, latest, most_shifts, days, room, week_room, queue_ptr, queue, lot_start, deadline,
    row_ptr, row_count, row_day, row_minutes,
    out_lot, out_count, out_day, out_minutes, there, weekly,
):  # fmt: skip
    """Put a new lot of ``minutes`` into workshop ``w`` from day ``earliest`` on and push its later lots back.

    Lots that begin on or after ``earliest`` follow the new one in their order, none before its own start day and none
    past its deadline. ``room`` and ``week_room`` are what is still free. Writes the changed lots (-1 for the new one)
    with their rows; returns how many, or -1 if it does not fit by ``latest`` or more than ``most_shifts`` would change.
    """
    first, last = queue_ptr[w], queue_ptr[w + 1]
    weeks = weekly.shape[0]
    for t in range(earliest, days):
        there[t] = room[w, t]
    for k in range(weeks):
        weekly[k] = week_room[w, k]
    begin = last
    for i in range(last - 1, first - 1 if most_shifts > 0 else last - 1, -1):
        lot = queue[i]
        if lot_start[lot] < earliest:
            break
        begin = i
        for r in range(row_ptr[lot], row_ptr[lot] + row_count[lot]):
            there[row_day[r]] += row_minutes[r]
            weekly[row_day[r] // 7] += row_minutes[r]
    rows = 0
    left = minutes
    t = earliest
    finish = -1
    while left > 1e-9:
        if t > latest or t >= days:
            return -1
        used = min(there[t], weekly[t // 7], left)
        if used > 1e-6:
            there[t] -= used
            weekly[t // 7] -= used
            left -= used
            out_day[rows] = t
            out_minutes[rows] = used
            rows += 1
            finish = t
            if left <= 1e-6:
                out_minutes[rows - 1] += left
                left = 0.0
        if left > 0.0:
            t += 1
    out_lot[0] = -1
    out_count[0] = rows
    changed = 1
    edge = finish
    for i in range(begin, last):
        lot = queue[i]
        if lot_start[lot] > edge and lot_start[lot] // 7 > edge // 7:
            break
        left = 0.0
        for r in range(row_ptr[lot], row_ptr[lot] + row_count[lot]):
            left += row_minutes[r]
        began = rows
        t = lot_start[lot]
        while left > 1e-9:
            if t > deadline[lot] or t >= days:
                return -1
            used = min(there[t], weekly[t // 7], left)
            if used > 1e-6:
                there[t] -= used
                weekly[t // 7] -= used
                left -= used
                if rows >= out_day.shape[0]:
                    return -1
                out_day[rows] = t
                out_minutes[rows] = used
                rows += 1
                if left <= 1e-6:
                    out_minutes[rows - 1] += left
                    left = 0.0
            if left > 0.0:
                t += 1
        if rows == began:  # a lot without minutes stays where it is
            continue
        same = rows - began == row_count[lot]
        if same:
            for r in range(row_count[lot]):
                here = row_ptr[lot] + r
                if row_day[here] != out_day[began + r] or abs(row_minutes[here] - out_minutes[began + r]) > 1e-6:
                    same = False
                    break
        edge = max(edge, out_day[rows - 1])
        if same:
            rows = began
            continue
        if changed > most_shifts:
            return -1
        out_lot[changed] = lot
        out_count[changed] = rows - began
        changed += 1
    return changed


@compiled
def holds(w, minutes, first, latest, extra, room, week_room, row_ptr, row_count, row_day, row_minutes):
    """Whether ``minutes`` fit into the free hours of ``w`` in [first, latest], those of lot ``extra`` (-1: none) added.

    Nothing else moves.
    """
    row = 0
    last = 0
    if extra >= 0:
        row = row_ptr[extra]
        last = row + row_count[extra]
    week = -1
    weekly = 0.0
    left = minutes
    for t in range(first, latest + 1):
        if t // 7 != week:
            week = t // 7
            weekly = week_room[w, week]
            for r in range(row, last):
                if row_day[r] // 7 == week:
                    weekly += row_minutes[r]
        there = room[w, t]
        for r in range(row, last):
            if row_day[r] == t:
                there += row_minutes[r]
        used = min(there, weekly)
        if used > 1e-6:
            left -= used
            weekly -= used
            if left <= 1e-6:
                return True
    return False


@compiled
def find(
    shops, rates, work, ready, latest, most_shifts, hub, days, room, week_room, queue_ptr, queue, lot_start,
    deadline, row_ptr, row_count, row_day, row_minutes, out_lot, out_count, out_day, out_minutes, there, weekly,
):  # fmt: skip
    """First of ``shops`` (in the order they should be asked) where ``work`` standard minutes fit without making
    anything later: in free hours, or else moving up to ``most_shifts`` lots.

    ``ready`` and ``latest`` are days per hub. Returns its place in ``shops`` (-1: none) and the shifts allowed.
    """
    for x in range(shops.shape[0]):
        w = shops[x]
        first = ready[hub[w]]
        if holds(
            w, work / rates[x], first, latest[hub[w]], -1, room, week_room, row_ptr, row_count, row_day, row_minutes
        ):
            return x, 0
    if most_shifts > 0:
        for x in range(shops.shape[0]):
            w = shops[x]
            changed = fit(
                w, work / rates[x], ready[hub[w]], latest[hub[w]], most_shifts, days, room, week_room, queue_ptr, queue,
                lot_start, deadline, row_ptr, row_count, row_day, row_minutes, out_lot, out_count, out_day, out_minutes,
                there, weekly,
            )  # fmt: skip
            if changed > 0:
                return x, most_shifts
    return -1, 0


@compiled
def bumps(
    shops, rates, work, ready, latest, hub, room, week_room, queue_ptr, queue, lot_start, deadline, row_ptr, row_count,
    row_day, row_minutes, best_place, best_lot, best_gain,
):  # fmt: skip
    """Lots that could make room: taken out, ``work`` fits where they were, and they could go elsewhere.

    The most promising are those with most days to spare: an order finished long before its due day can give way to one
    that cannot. Fills the three ``best`` arrays, best first; returns how many.
    """
    most = best_lot.shape[0]
    found = 0
    for x in range(shops.shape[0]):
        w = shops[x]
        first, last = ready[hub[w]], latest[hub[w]]
        for i in range(queue_ptr[w], queue_ptr[w + 1]):
            lot = queue[i]
            if lot_start[lot] < first:
                continue
            if lot_start[lot] > last:
                break
            gain = deadline[lot] - last
            if gain <= 0 or (found == most and gain <= best_gain[most - 1]):
                continue
            if not holds(
                w, work / rates[x], first, last, lot, room, week_room, row_ptr, row_count, row_day, row_minutes
            ):
                continue
            place = found if found < most else most - 1
            while place > 0 and best_gain[place - 1] < gain:
                if place < most:
                    best_place[place], best_lot[place], best_gain[place] = (
                        best_place[place - 1], best_lot[place - 1], best_gain[place - 1],
                    )  # fmt: skip
                place -= 1
            best_place[place], best_lot[place], best_gain[place] = x, lot, gain
            found = min(found + 1, most)
    return found
