"""Routings as planning reads them: the operations of tech packs with their graph, in two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from kiwanda.factory.catalog.models import Operation


class Step(NamedTuple):
    """One operation. ``minutes`` are standard minutes for one good piece; ``after`` the operations it waits for."""

    id: UUID
    code: str
    technique: str
    minutes: float
    piece_rate_minor: int
    currency: str
    min_lot: int
    max_lot: int
    after: tuple[UUID, ...]


def load_routings(tech_pack_ids: Collection[UUID]) -> dict[UUID, list[Step]]:
    """The operations of each tech pack in routing order."""
    wanted = set(tech_pack_ids)
    after: dict[UUID, list[UUID]] = defaultdict(list)
    edges = Operation.after.through.objects.filter(from_operation__tech_pack__in=wanted)
    for step, source in edges.values_list("from_operation_id", "to_operation_id"):
        after[step].append(source)
    routings: dict[UUID, list[Step]] = defaultdict(list)
    rows = Operation.objects.filter(tech_pack__in=wanted).order_by("tech_pack", "sequence")
    for pack, key, code, technique, minutes, rate, currency, low, high in rows.values_list(
        "tech_pack_id", "id", "code", "technique_id", "standard_minutes", "piece_rate_minor", "currency", "min_lot",
        "max_lot",
    ):
        routings[pack].append(
            Step(key, code, technique, float(minutes), rate, currency, low, high, tuple(sorted(after[key])))
        )
    return dict(routings)


def downstream(steps: Sequence[Step]) -> dict[UUID, frozenset[UUID]]:
    """For each operation all operations that come after it, directly or through others."""
    later: dict[UUID, set[UUID]] = {step.id: set() for step in steps}
    for step in reversed(steps):
        for source in step.after:
            later[source] |= {step.id} | later[step.id]
    return {key: frozenset(found) for key, found in later.items()}


def heaviest_chain(steps: Sequence[Step], weights: Mapping[UUID, float]) -> float:
    """The largest sum of ``weights`` along one way through the routing (0 where no weight is above it)."""
    ending: dict[UUID, float] = {}
    for step in steps:
        ending[step.id] = max((ending[source] for source in step.after), default=0.0) + weights.get(step.id, 0.0)
    return max(ending.values(), default=0.0)


def last_operations(steps: Sequence[Step]) -> frozenset[UUID]:
    """The operations nothing follows: their accepted pieces are finished."""
    followed = {source for step in steps for source in step.after}
    return frozenset(step.id for step in steps if step.id not in followed)
