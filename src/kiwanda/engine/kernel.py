"""The dispatcher's inner loop, compiled by Numba. Import it only when something is to be solved: Numba takes a second.

One pass walks the days. Each day the open operations are ranked by urgency; workshops are asked in the order of income
earned so far against what they are entitled to, poorest first; each takes, of the operations it can do and whose pieces
have reached its hub, the most urgent, in a lot the size of which follows the slack: small when time is short, so that
many hands finish it together, large when there is time.

Pieces are not sent anywhere in advance. A finished lot is a *batch* lying at its hub; it counts as present at another
hub once the transfer days have passed, and is drawn from there when a workshop takes it (the plan knows early enough to
send it). For an assembly the pieces present are the fewest over its components.
"""

# A compiled kernel takes plain arrays and is one loop on purpose.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

import numpy as np

from .compiling import compiled
from .hints import due_hint, give_up, minutes_before, take_up
from .pieces import add_batch, draw
from .sizing import hours_ahead, lot_size


@compiled
def dispatch(
    days, week_cap, transfer, near, near_count, hub, free, week_free, cap_ptr, cap_tech, cap_rate, cap_max,
    order_ptr, release, due, weight, op_order, op_tech, op_minutes, op_pay, op_min, op_max, op_left, op_open,
    in_ptr, edge_pred, edge_succ, out_ptr, out_edges,
    first_edge, first_hub, first_quantity, first_day, first_source, owed,
    op_due, price, income, entitled, tie, risk,
    hint_ptr, hint_op, hint_quantity, hint_day, hint_rate, hint_turn,
    beta, clip, kappa, lot_low, lot_high, lot_grow, local_bonus, price_power, look, local_first, day_end, finish_pull,
    size,
):  # fmt: skip
    """One pass. See :func:`kiwanda.engine.passes.run_pass` for the arguments; returns lots, minutes and links."""
    shops = hub.shape[0]
    operations = op_order.shape[0]
    edges = edge_pred.shape[0]
    hubs = transfer.shape[0]
    crafts = price.shape[0]
    left = op_left.copy()
    kit = np.zeros(operations, np.int64)
    present = np.zeros((edges, hubs), np.int64)  # pieces that have had time to reach the hub
    lying = np.zeros((edges, hubs), np.int64)  # pieces lying at the hub itself
    debt = owed.copy()
    orders = order_ptr.shape[0] - 1

    # Room for everything: growing arrays as we go would have Numba count references in the innermost loop
    ins = 0
    outs = 0
    for o in range(operations):
        ins = max(ins, in_ptr[o + 1] - in_ptr[o])
        outs = max(outs, out_ptr[o + 1] - out_ptr[o])
    most_batches = first_edge.shape[0] + size * outs
    most_links = size * ins + most_batches
    full = False
    op_done = np.zeros(operations, np.int64)
    last_day = np.full(orders, -1, np.int64)
    # Lots
    lot_op = np.empty(size, np.int64)
    lot_shop = np.empty(size, np.int64)
    lot_quantity = np.empty(size, np.int64)
    lot_start = np.empty(size, np.int64)
    lot_finish = np.empty(size, np.int64)
    lots = 0
    # Minutes worked
    work_lot = np.empty(size + shops * days, np.int64)
    work_day = np.empty(size + shops * days, np.int64)
    work_minutes = np.empty(size + shops * days, np.float64)
    works = 0
    # Which lot drew how many pieces from which
    link_lot = np.empty(most_links, np.int64)
    link_source = np.empty(most_links, np.int64)
    link_hub = np.empty(most_links, np.int64)
    link_edge = np.empty(most_links, np.int64)
    link_quantity = np.empty(most_links, np.int64)
    links = 0
    # Batches: per edge a list in order of arrival, per day a list of what reaches a further ring of hubs that day
    batch_edge = np.empty(most_batches, np.int64)
    batch_hub = np.empty(most_batches, np.int64)
    batch_left = np.empty(most_batches, np.int64)
    batch_day = np.empty(most_batches, np.int64)
    batch_source = np.empty(most_batches, np.int64)
    batch_ring = np.empty(most_batches, np.int64)
    batch_next = np.empty(most_batches, np.int64)
    batch_later = np.empty(most_batches, np.int64)
    batches = 0
    head = np.full(edges, -1, np.int64)
    tail = np.full(edges, -1, np.int64)
    arriving = np.full(days, -1, np.int64)

    for i in range(first_edge.shape[0]):
        if first_quantity[i] > 0 and first_day[i] < days:
            add_batch(
                batches, first_edge[i], first_hub[i], first_quantity[i], first_day[i], first_source[i],
                max(0, first_day[i]), batch_edge, batch_hub, batch_left, batch_day, batch_source, batch_ring,
                batch_next, batch_later, head, tail, arriving,
            )  # fmt: skip
            batches += 1

    # Orders by the day their first operations may start
    kit_next = np.full(operations, -1, np.int64)
    kit_day = np.full(days, -1, np.int64)
    for o in range(operations):
        if op_open[o] and left[o] > 0 and in_ptr[o] == in_ptr[o + 1] and release[op_order[o]] < days:
            kit_next[o] = kit_day[release[op_order[o]]]
            kit_day[release[op_order[o]]] = o

    remaining = np.zeros(orders)
    for o in range(operations):
        remaining[op_order[o]] += op_minutes[o] * left[o]
    whole = np.maximum(remaining, 1e-9)

    current = np.full(shops, -1, np.int64)
    current_minutes = np.zeros(shops)
    week_used = np.zeros(shops)
    day_used = np.zeros(shops)
    earned = income.copy()
    active = np.empty(operations, np.int64)
    is_active = np.zeros(operations, np.bool_)
    actives = 0
    priority = np.empty(operations)
    tight = np.zeros(operations)  # what a day of risk counts: most where no day may be lost, 0 with a week of slack
    held = np.zeros(operations, np.int64)
    for n in range(hint_op.shape[0]):
        held[hint_op[n]] += hint_quantity[n]
    following_hint = hint_ptr[:-1].copy()
    hinted = hint_op.shape[0] > 0
    queue = np.empty(operations, np.int64)
    queue_ptr = np.zeros(crafts + 1, np.int64)
    reach = np.zeros((crafts, hubs), np.int64)
    need = np.empty(shops)
    asked = np.empty(shops, np.int64)
    week_total, usual = hours_ahead(free, week_free, days)
    log_rate = np.log(cap_rate)
    log_price = np.zeros(crafts)
    for t in range(days):
        week = t // 7
        if t % 7 == 0:
            week_used[:] = 0.0
        o = kit_day[t]
        while o >= 0:
            kit[o] = left[o]
            if not is_active[o]:
                is_active[o] = True
                active[actives] = o
                actives += 1
            o = kit_next[o]
        b = arriving[t]
        while b >= 0:
            following = batch_later[b]
            if batch_left[b] > 0:
                e = batch_edge[b]
                g = batch_hub[b]
                ring = batch_ring[b]
                if ring < 0:
                    ring = 0
                    lying[e, g] += batch_left[b]
                    o = edge_succ[e]
                    if op_open[o] and left[o] > 0 and not is_active[o]:
                        is_active[o] = True
                        active[actives] = o
                        actives += 1
                # A made lot with an early finish has had time for several rings already.
                while ring < near_count[g] and batch_day[b] + near[g, ring] <= t:
                    for h in range(hubs):
                        if transfer[g, h] == near[g, ring]:
                            present[e, h] += batch_left[b]
                    ring += 1
                batch_ring[b] = ring
                if ring < near_count[g]:
                    day = batch_day[b] + near[g, ring]
                    if day < days:
                        batch_later[b] = arriving[day]
                        arriving[day] = b
            b = following

        # Rank what is open
        kept = 0
        for i in range(actives):
            o = active[i]
            if left[o] > 0:
                active[kept] = o
                kept += 1
            else:
                is_active[o] = False
        actives = kept
        ranked = np.empty(actives)
        for i in range(actives):
            o = active[i]
            slack = op_due[o] - t
            tight[o] = min(1.0, max(0.0, 1.0 - slack / 7.0)) / kappa
            if clip and slack < 0.0:
                slack = 0.0
            p = -slack / kappa
            if beta > 0.0:
                p += np.log(weight[op_order[o]] + 1e-9) - beta * np.log(remaining[op_order[o]] + 1000.0)
            if finish_pull > 0.0:
                p += finish_pull * (1.0 - remaining[op_order[o]] / whole[op_order[o]])
            priority[o] = p
            ranked[i] = -p
        day_used[:] = 0.0
        by_rank = np.argsort(ranked, kind="mergesort")
        queue_ptr[:] = 0
        for i in range(actives):
            queue_ptr[op_tech[active[i]] + 1] += 1
        for k in range(crafts):
            queue_ptr[k + 1] += queue_ptr[k]
        fill = queue_ptr[:-1].copy()
        for i in range(actives):
            o = active[by_rank[i]]
            queue[fill[op_tech[o]]] = o
            fill[op_tech[o]] += 1
        for k in range(crafts):
            for h in range(hubs):
                reach[k, h] = queue_ptr[k]

        for k in range(crafts):
            log_price[k] = price_power * np.log(price[k, t])
        able = 0
        for w in range(shops):
            wants = hinted and give_up(w, t, hint_ptr, following_hint, hint_op, hint_quantity, hint_day, held)
            if min(free[w, t], week_free[w, week] - week_used[w]) > 1e-6:
                asked[able] = w
                need[able] = earned[w] / entitled[w] + tie[w]
                if wants:
                    need[able] = hint_turn[following_hint[w]] - 1e12  # first, and in the order of the plan in force
                able += 1
        turns = np.argsort(need[:able], kind="mergesort")
        if full:
            break
        for turn in range(able if local_first == 0 else 2 * able):
            # in the first round only pieces lying at the workshop's own hub are offered, if so asked
            local_only = turn < able and local_first == 1
            w = asked[turns[turn % able]]
            h = hub[w]
            can = min(free[w, t], week_free[w, week] - week_used[w])
            if local_first == 1:
                can = min(can, free[w, t] - day_used[w])
            while can > 1e-6:
                if current[w] < 0:
                    best = -1
                    best_score = -1e300
                    best_rate = 0.0
                    best_max = 0
                    # minutes this workshop can still give before the horizon ends
                    rest = can
                    for d in range(t + 1, min(7 * week + 7, days)):
                        rest += free[w, d]
                    rest = min(rest, week_free[w, week] - week_used[w]) + week_total[w, week + 1] - 1e-3
                    hint = -1
                    if hinted:
                        hint = due_hint(
                            w, h, t, rest, hint_ptr, following_hint, hint_op, hint_quantity, hint_day, hint_rate,
                            left, kit, present, in_ptr, op_min, op_minutes,
                        )  # fmt: skip
                    if hint >= 0:
                        best = hint_op[hint]
                        best_rate = hint_rate[hint]
                        best_score = 1e300
                    elif hinted:
                        rest = minutes_before(w, t, can, rest, hint_ptr, following_hint, hint_day, free)
                    for c in range(cap_ptr[w], cap_ptr[w + 1]):
                        k = cap_tech[c]
                        stop = queue_ptr[k + 1]
                        seen = 0
                        i = reach[k, h]
                        plain = log_rate[c] + log_price[k]
                        while i < stop and seen < look:
                            o = queue[i]
                            score = priority[o] + plain
                            if score + local_bonus <= best_score:
                                break
                            score -= risk[w] * tight[o]
                            here = left[o] - held[o]
                            close = True
                            if in_ptr[o] == in_ptr[o + 1]:
                                here = min(here, kit[o])
                            else:
                                for e in range(in_ptr[o], in_ptr[o + 1]):
                                    here = min(here, present[e, h])
                                    close = close and lying[e, h] > 0
                            least = min(op_min[o], left[o])
                            if here < least or here <= 0:
                                if i == reach[k, h]:
                                    reach[k, h] += 1
                                i += 1
                                continue
                            if local_only and not close:
                                i += 1
                                continue
                            seen += 1
                            if close:
                                score += local_bonus
                            if score > best_score and least * op_minutes[o] / cap_rate[c] <= rest:
                                best = o
                                best_score = score
                                best_rate = cap_rate[c]
                                best_max = cap_max[c]
                            i += 1
                    if best < 0:
                        break
                    o = best
                    here = left[o] - held[o]
                    if in_ptr[o] == in_ptr[o + 1]:
                        here = min(here, kit[o])
                    else:
                        for e in range(in_ptr[o], in_ptr[o + 1]):
                            here = min(here, present[e, h])
                    each = op_minutes[o] / best_rate
                    # whoever is little known gets small lots, but never below the operation's smallest
                    q = lot_size(
                        here, left[o], op_min[o], min(op_max[o], max(best_max, op_min[o])), each, op_due[o] - t,
                        usual[w], can, rest, lot_low, lot_high, lot_grow, day_end,
                    )  # fmt: skip
                    if hint >= 0:
                        q = hint_quantity[hint]
                        take_up(w, hint, following_hint, hint_op, hint_quantity, held)
                    if lots >= size:
                        full = True
                        break
                    lot_op[lots] = o
                    lot_shop[lots] = w
                    lot_quantity[lots] = q
                    lot_start[lots] = t
                    lot_finish[lots] = -1
                    left[o] -= q
                    if in_ptr[o] == in_ptr[o + 1]:
                        kit[o] -= q
                    for e in range(in_ptr[o], in_ptr[o + 1]):
                        links = draw(
                            lots, e, h, t, q, links, transfer, present, lying, head, tail, batch_hub, batch_left,
                            batch_day, batch_source, batch_next, link_lot, link_source, link_hub, link_edge,
                            link_quantity,
                        )  # fmt: skip
                    current[w] = lots
                    current_minutes[w] = q * each
                    earned[w] += q * op_pay[o]
                    lots += 1
                n = current[w]
                used = min(can, current_minutes[w])
                work_lot[works] = n
                work_day[works] = t
                work_minutes[works] = used
                works += 1
                can -= used
                day_used[w] += used
                week_used[w] += used
                current_minutes[w] -= used
                if current_minutes[w] <= 1e-9:
                    o = lot_op[n]
                    q = lot_quantity[n]
                    lot_finish[n] = t
                    op_done[o] += q
                    last_day[op_order[o]] = t
                    current[w] = -1
                    remaining[op_order[o]] -= q * op_minutes[o]
                    for x in range(out_ptr[o], out_ptr[o + 1]):
                        e = out_edges[x]
                        repaid = min(debt[e], q)
                        debt[e] -= repaid
                        if q > repaid and t + 1 < days:
                            add_batch(
                                batches, e, h, q - repaid, t + 1, n, t + 1, batch_edge, batch_hub, batch_left,
                                batch_day, batch_source, batch_ring, batch_next, batch_later, head, tail, arriving,
                            )  # fmt: skip
                            batches += 1
    return full, op_done, last_day, (
        lot_op[:lots], lot_shop[:lots], lot_quantity[:lots], lot_start[:lots], lot_finish[:lots],
        work_lot[:works], work_day[:works], work_minutes[:works],
        link_lot[:links], link_source[:links], link_hub[:links], link_edge[:links], link_quantity[:links],
    )  # fmt: skip
