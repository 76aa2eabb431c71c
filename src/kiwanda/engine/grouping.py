"""Compiled: rows by the group they belong to, in time proportional to their number."""

# A compiled kernel takes plain arrays.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

import numpy as np

from .compiling import compiled


@compiled
def grouped(group, count):
    """Places of the rows of each of ``count`` groups, ascending, and where each group begins (count + 1 pointers).

    Rows of groups below 0 are left out.
    """
    pointers = np.zeros(count + 1, np.int64)
    for i in range(group.shape[0]):
        if group[i] >= 0:
            pointers[group[i] + 1] += 1
    for g in range(count):
        pointers[g + 1] += pointers[g]
    fill = pointers[:-1].copy()
    rows = np.empty(pointers[count], np.int64)
    for i in range(group.shape[0]):
        if group[i] >= 0:
            rows[fill[group[i]]] = i
            fill[group[i]] += 1
    return rows, pointers


@compiled
def worked(shop, day, minutes, free, week_free):
    """Take minutes (row by row) from what workshops have free by day and by week, which are changed."""
    for i in range(shop.shape[0]):
        free[shop[i], day[i]] -= minutes[i]
        week_free[shop[i], day[i] // 7] -= minutes[i]
