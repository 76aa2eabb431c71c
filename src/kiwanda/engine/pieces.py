"""Pieces between operations, compiled: batches lying at hubs, and drawing lots' pieces from them.

A batch is what one finished (or fixed) lot left of its pieces for one edge of the routing: ``batch_left`` pieces at hub
``batch_hub`` from day ``batch_day`` on. Batches of an edge form a list in order of arrival (``head``, ``tail``,
``batch_next``); ``arriving[t]`` starts the list (``batch_later``) of those that reach a further ring of hubs on day t.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

from .compiling import compiled


@compiled
def add_batch(
    b, e, hub, quantity, since, source, day, batch_edge, batch_hub, batch_left, batch_day, batch_source, batch_ring,
    batch_next, batch_later, head, tail, arriving,
):  # fmt: skip
    """Put batch number b, ``quantity`` pieces for edge e at ``hub``, at the end of the edge's list."""
    batch_edge[b] = e
    batch_hub[b] = hub
    batch_left[b] = quantity
    batch_day[b] = since
    batch_source[b] = source
    batch_ring[b] = -1
    batch_next[b] = -1
    if tail[e] >= 0:
        batch_next[tail[e]] = b
    else:
        head[e] = b
    tail[e] = b
    batch_later[b] = arriving[day]
    arriving[day] = b


@compiled
def draw(
    lot, e, h, t, want, links, transfer, present, lying, head, tail, batch_hub, batch_left, batch_day, batch_source,
    batch_next, link_lot, link_source, link_hub, link_edge, link_quantity,
):  # fmt: skip
    """Draw ``want`` pieces over edge e for a lot at hub h on day t; writes links and returns how many there now are."""
    hubs = transfer.shape[0]
    # first what lies here, then what was sent
    for own in range(0 if lying[e, h] > 0 else 1, 2):
        before = -1
        b = head[e]
        while b >= 0 and want > 0:
            following = batch_next[b]
            g = batch_hub[b]
            if (own == 1 or g == h) and batch_day[b] + transfer[g, h] <= t:
                take = min(want, batch_left[b])
                want -= take
                batch_left[b] -= take
                lying[e, g] -= take
                for other in range(hubs):
                    if batch_day[b] + transfer[g, other] <= t:
                        present[e, other] -= take
                link_lot[links] = lot
                link_source[links] = batch_source[b]
                link_hub[links] = g
                link_edge[links] = e
                link_quantity[links] = take
                links += 1
            if batch_left[b] == 0:
                if before >= 0:
                    batch_next[before] = following
                else:
                    head[e] = following
                if following < 0:
                    tail[e] = before
            else:
                before = b
            b = following
    return links
