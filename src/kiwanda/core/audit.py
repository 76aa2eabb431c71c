"""``kiwanda audit``: every room registers checks over its own tables; together they prove the books.

A check is a function that yields one sentence for each thing that is wrong. No sentence means it holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kiwanda.core.rooms import import_from_rooms

CheckFunction = Callable[[], Iterable[str]]

#: At most so many sentences a check; the rest are counted.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    claim: str
    function: CheckFunction


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's outcome: ``problems`` holds at most :data:`SHOWN` sentences of ``count``."""

    check: Check
    problems: list[str]
    count: int
    seconds: float

    @property
    def holds(self) -> bool:
        return self.count == 0


CHECKS: dict[str, Check] = {}


def check(claim: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check; ``claim`` says what holds when it finds nothing."""

    def register(function: CheckFunction) -> CheckFunction:
        name = f"{function.__module__.split('.')[-2]}.{function.__name__}"
        CHECKS[name] = Check(name, claim, function)
        return function

    return register


def load_checks() -> dict[str, Check]:
    """Import every room's ``checks.py`` and return the registry."""
    import_from_rooms("checks")
    return CHECKS


def run_audit() -> Iterator[Finding]:
    """Run every check, one finding each, in the order of the rooms."""
    for item in load_checks().values():
        started = time.perf_counter()
        shown: list[str] = []
        count = 0
        for problem in item.function():
            count += 1
            if len(shown) < SHOWN:
                shown.append(problem)
        yield Finding(item, shown, count, time.perf_counter() - started)
