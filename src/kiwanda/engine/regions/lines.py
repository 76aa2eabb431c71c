"""Order lines as the coordination sees them: trees of work, where they may be made, and what transport that takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Ints
from .bidding import count_nodes, fill_nodes
from .partition import Partition
from .problem_arrays import NOWHERE, Flags, ProblemArrays, spans

CANDIDATES = 6
"""Regions a line bids to: its own, the nearest, and two drawn from all."""
NEAREST = 4
NEVER = -(10**9)


@dataclass(frozen=True)
class Lines:
    """L lines with their work as nodes (``ptr`` L + 1; see :class:`kiwanda.engine.bound.Nodes`).

    ``start`` of a node is its first day, -1 where it waits for another; ``least_finish`` the last day of work already
    accepted. ``material`` and ``finishing`` are regions (-1: no matter); ``home`` the region the line belongs to before
    any prices, -1 if none; ``begun`` lines stay there.
    """

    orders: Ints
    ptr: Ints
    tech: Ints
    work: Floats
    next: Ints
    start: Ints
    weight: Floats
    due: Ints
    least_finish: Ints
    material: Ints
    finishing: Ints
    home: Ints
    begun: Flags

    def __len__(self) -> int:
        return len(self.orders)

    def take(self, which: Ints) -> Lines:
        """Some of the lines."""
        nodes, ptr = spans(self.ptr, which)
        moved = np.repeat(ptr[:-1] - self.ptr[which], np.diff(ptr))
        follower = self.next[nodes]
        return Lines(
            self.orders[which], ptr, self.tech[nodes], self.work[nodes],
            np.where(follower >= 0, follower + moved, -1), self.start[nodes], self.weight[which], self.due[which],
            self.least_finish[which], self.material[which], self.finishing[which], self.home[which], self.begun[which],
        )  # fmt: skip

    @property
    def line_work(self) -> Floats:
        """Standard minutes left of each line."""
        total = np.zeros(len(self))
        np.add.at(total, np.repeat(np.arange(len(self)), np.diff(self.ptr)), self.work)
        return total

    def away(self, partition: Partition, region: Ints) -> tuple[Ints, Ints]:
        """Days until the kits reach ``region`` (one for each line) and from it to where the pieces must end."""
        apart = partition.apart
        out = np.where(self.material >= 0, apart[np.maximum(self.material, 0), region], 0)
        back = np.where(self.finishing >= 0, apart[region, np.maximum(self.finishing, 0)], 0)
        return out, back


def make_lines(problem: ProblemArrays, partition: Partition) -> Lines:
    """Lay out all lines of the problem.

    A line with pieces already made or accepted belongs to the region where most of those pieces lie, and stays there:
    half-finished work is not sent about.
    """
    p = problem
    left = p.op_left
    feeds = np.full(len(left), -1, np.int64)
    edge_succ = np.repeat(np.arange(len(left)), np.diff(p.in_ptr))
    feeds[p.edge_pred[::-1]] = edge_succ[::-1]
    counts = count_nodes(p.order_ptr, left)
    ptr = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=ptr[1:])
    nodes = int(ptr[-1])
    op, follower, start = (np.empty(nodes, np.int64) for _ in range(3))
    work = np.empty(nodes)
    fill_nodes(
        p.order_ptr, left, feeds, np.diff(p.in_ptr) == 0, p.release, p.op_minutes, ptr, op, work, follower, start
    )
    lines = len(p.order_ids)
    op_order = p.op_order
    least_finish = np.full(lines, NEVER, np.int64)
    np.maximum.at(least_finish, op_order[p.fixed_op], p.fixed_finish)
    material = _region_of(partition, p.material_hub)
    finishing = _region_of(partition, p.finishing_hub)
    home = np.where(finishing >= 0, finishing, material)
    begun = np.zeros(lines, bool)
    if len(p.fixed_op):
        begun[op_order[p.fixed_op]] = True
        where = partition.region_of_hub[p.hub[p.fixed_workshop]]
        keys, place = np.unique(op_order[p.fixed_op] * partition.count + where, return_inverse=True)
        pieces = np.bincount(place.reshape(-1), p.fixed_quantity)
        best = np.lexsort((keys, -pieces, keys // partition.count))  # most pieces first, the lower region of equals
        first = np.unique((keys // partition.count)[best], return_index=True)[1]
        chosen = keys[best][first]
        home[chosen // partition.count] = chosen % partition.count
    return Lines(
        np.arange(lines), ptr, p.op_tech[op], work, follower, start, p.weight, p.due, least_finish, material, finishing,
        home, begun,
    )  # fmt: skip


def _region_of(partition: Partition, hub: Ints) -> Ints:
    if not len(partition.region_of_hub):
        return np.full(len(hub), NOWHERE, np.int64)
    return np.where(hub >= 0, partition.region_of_hub[np.maximum(hub, 0)], NOWHERE)


@dataclass(frozen=True)
class Candidates:
    """Where each line bids: candidates of line l are ``ptr[l]:ptr[l+1]``, with transport days there and back."""

    ptr: Ints
    region: Ints
    out: Ints
    back: Ints


def candidates(lines: Lines, partition: Partition, seed: int, most: int = CANDIDATES) -> Candidates:
    """Few regions have to do for each line, or a million lines would take hours: all if there are not more than
    ``most``, else the nearest (equally near ones drawn) and some from anywhere, so that work can get out of a whole
    overloaded part of the country. Lines without a place of their own draw all of theirs."""
    count, regions = len(lines), partition.count
    rng = np.random.default_rng([seed, 1])
    rows = np.full((count, min(most, regions)), -1, np.int64)
    if regions <= most:
        rows[:] = np.arange(regions)
    else:
        block = max(1, 4_000_000 // regions)
        everywhere = np.arange(regions)
        for low in range(0, count, block):
            part = slice(low, min(count, low + block))
            size = part.stop - low
            away = rng.random((size, regions)) * 0.9
            near, far = lines.material[part], lines.finishing[part]
            away += np.where(near[:, None] >= 0, partition.apart[np.maximum(near, 0)], 0)
            away += np.where(far[:, None] >= 0, partition.apart[:, np.maximum(far, 0)].T, 0)
            away[lines.home[part][:, None] == everywhere] = -1.0
            first = np.argpartition(away, NEAREST - 1, axis=1)[:, :NEAREST]
            anywhere = rng.random((size, regions))
            np.put_along_axis(anywhere, first, 2.0, axis=1)
            others = np.argpartition(anywhere, most - NEAREST - 1, axis=1)[:, : most - NEAREST]
            rows[part] = np.sort(np.concatenate([first, others], axis=1), axis=1)
    stay = lines.begun & (lines.home >= 0)
    rows[stay] = -1
    if rows.size:
        rows[stay, 0] = lines.home[stay]
    kept = rows >= 0
    ptr = np.zeros(count + 1, np.int64)
    np.cumsum(kept.sum(axis=1), out=ptr[1:])
    region = rows[kept]
    line = np.repeat(np.arange(count), np.diff(ptr))
    material, finishing = lines.material[line], lines.finishing[line]
    out = np.where(material >= 0, partition.apart[np.maximum(material, 0), region], 0)
    back = np.where(finishing >= 0, partition.apart[region, np.maximum(finishing, 0)], 0)
    return Candidates(ptr, region, out, back)
