"""State tables with compare-and-swap: the only way a thing changes its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models

from kiwanda.core import rows
from kiwanda.core.errors import CoreError, Rejected

M = TypeVar("M", bound=models.Model)


class StateTable:
    """The life of one kind of thing: ``{"sent": {"accepted", "declined"}, "accepted": set()}``.

    ``move`` is ``UPDATE … WHERE id = … AND state = …``: one row, or the change is refused, so that two people (or two
    channels) acting at once can never both win.
    """

    def __init__(self, initial: str, moves: Mapping[str, frozenset[str] | set[str]]) -> None:
        named = set(moves) | {target for targets in moves.values() for target in targets}
        missing = named - set(moves)
        if missing or initial not in moves:
            raise ValueError(f"States without a row in their table: {sorted(missing | ({initial} - set(moves)))}")
        self.initial = initial
        self.moves = {state: frozenset(targets) for state, targets in moves.items()}

    @property
    def states(self) -> list[str]:
        return list(self.moves)

    @property
    def final(self) -> frozenset[str]:
        """States nothing leaves."""
        return frozenset(state for state, targets in self.moves.items() if not targets)

    @property
    def live(self) -> list[str]:
        return [state for state in self.moves if state not in self.final]

    def sources(self, target: str) -> list[str]:
        """States from which ``target`` can be reached in one move."""
        return [state for state, targets in self.moves.items() if target in targets]

    def allows(self, state: str, target: str) -> bool:
        return target in self.moves.get(state, frozenset())

    def move(self, thing: M, target: str, **updates: Any) -> M:
        """Move ``thing`` to ``target`` and set ``updates``, or reject with what state it is in now."""
        state: str = thing.state  # type: ignore[attr-defined]
        if not self.allows(state, target):
            raise Rejected(CoreError.WRONG_STATE, state=state)
        if all(rows.is_plain(value) for value in updates.values()):
            changed = rows.update(type(thing), {"pk": thing.pk, "state": state}, {"state": target, **updates})
        else:
            changed = type(thing)._default_manager.filter(pk=thing.pk, state=state).update(state=target, **updates)
        if changed != 1:
            raise Rejected(CoreError.CHANGED_MEANWHILE)
        thing.state = target  # type: ignore[attr-defined]
        for name, value in updates.items():
            if not isinstance(value, models.expressions.Combinable):
                setattr(thing, name, value)
        return thing
