"""Which operations stand before and after one. The routing of a released revision never changes, so it is remembered.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from kiwanda.factory.catalog.models import Operation

_Edge = Operation.after.through


@lru_cache(maxsize=8192)
def predecessors(operation_id: UUID) -> tuple[UUID, ...]:
    """Operations whose pieces this one starts from. Ask only for operations under work (a draft's may still change)."""
    edges = _Edge.objects.filter(from_operation_id=operation_id).order_by("to_operation_id")
    return tuple(edges.values_list("to_operation_id", flat=True))


@lru_cache(maxsize=8192)
def successors(operation_id: UUID) -> tuple[UUID, ...]:
    """Operations that start from this one's pieces; none for the last operation."""
    edges = _Edge.objects.filter(to_operation_id=operation_id).order_by("from_operation_id")
    return tuple(edges.values_list("from_operation_id", flat=True))


def is_last(operation_id: UUID) -> bool:
    """True when this operation yields the finished piece."""
    return not successors(operation_id)
