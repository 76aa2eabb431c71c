"""The routing as a graph: which operations follow which. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from kiwanda.core.errors import Invalid
from kiwanda.factory.catalog.errors import CatalogError


def topological(after: Mapping[str, Sequence[str]]) -> list[str]:
    """Codes in an order in which each comes after all it follows.

    ``after`` maps every operation's code to the codes it follows, in the designer's order; that order is kept wherever
    the graph allows. Refuses unknown codes and circles (the circle is named) and, since one operation must yield the
    finished piece, routings with several ends.
    """
    followers: dict[str, list[str]] = {code: [] for code in after}
    for code, sources in after.items():
        for source in sources:
            if source not in after:
                raise Invalid(CatalogError.UNKNOWN_AFTER, field="after", code=code, after=source)
            followers[source].append(code)
    rank = {code: index for index, code in enumerate(after)}
    waiting = {code: len(set(sources)) for code, sources in after.items()}
    ready = [rank[code] for code, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    codes = list(after)
    order: list[str] = []
    while ready:
        code = codes[heapq.heappop(ready)]
        order.append(code)
        for follower in set(followers[code]):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heapq.heappush(ready, rank[follower])
    if len(order) < len(after):
        raise Invalid(CatalogError.CYCLE, field="after", codes=" → ".join(_circle(after, set(order))))
    ends = [code for code in order if not followers[code]]
    if len(ends) > 1:
        raise Invalid(CatalogError.SEVERAL_ENDS, field="after", codes=", ".join(ends))
    return order


def _circle(after: Mapping[str, Sequence[str]], done: set[str]) -> list[str]:
    """One circle among the operations that could not be ordered, first code repeated at the end."""
    code = next(code for code in after if code not in done)
    path: list[str] = []
    while code not in path:
        path.append(code)
        code = next(source for source in after[code] if source not in done)
    circle = [*path[path.index(code):], code]
    circle.reverse()
    return circle
