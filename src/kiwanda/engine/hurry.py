"""How a time limit is shared out, so that it holds for everything: search, evening out, the bound, writing the plan."""

from __future__ import annotations

from .search import Candidate

GUIDED_LOTS = 6.5
"""Lots of a guided pass for each of a plain one."""
GUIDED_SPEED = 0.6
"""Time of two guided passes side by side by lot, against a plain one's; as much again where there is one thread."""
WRITE = 0.15
"""Time to write a plan by lot, against a plain pass's."""
EVEN = 0.3
"""Time to even out incomes at least once by lot, against the same."""
FIXED, FIXED_EVEN = 0.02, 0.06
"""Seconds of both that do not depend on the plan."""
LEAST_GUIDE = 0.27
"""Part of a time limit the prices may take at least: passes guided by worse ones are worth little."""


class Clock:
    """The time limit of one solve; without one every reading is None.

    Speeds are taken from the first pass, on the machine as it is now.
    """

    def __init__(self, began: float, seconds: float | None, even: bool, workers: int) -> None:
        self.end = None if seconds is None else began + seconds
        self.seconds = seconds
        self.tail = WRITE + (EVEN if even else 0.0)
        self.fixed = FIXED + (FIXED_EVEN if even else 0.0)
        self.guided = GUIDED_SPEED if workers > 1 else 2.0 * GUIDED_SPEED
        self.a_lot = 0.0
        self.lots = 0

    def learn(self, first: Candidate) -> None:
        """Take the speed from the first pass, which has just ended."""
        self.lots = max(1, len(first.outcome.op))
        self.a_lot = first.seconds / self.lots

    def write_by(self, best: Candidate) -> float | None:
        """When this plan must begin to be written."""
        return None if self.end is None else self.end - FIXED - WRITE * self.a_lot * len(best.outcome.op)

    def hand_over(self, best: Candidate) -> float:
        """Seconds it takes to look at who may be handed lots of this plan."""
        return EVEN * self.a_lot * len(best.outcome.op)

    def search_until(self, best: Candidate) -> float | None:
        """When search must end: one more pass may be under way, then incomes are evened out."""
        if self.end is None:
            return None
        return self.end - self.fixed - (self.tail + 1.0) * self.a_lot * len(best.outcome.op)

    def guided_until(self) -> float | None:
        """When guided passes must begin."""
        if self.end is None:
            return None
        return self.end - self.fixed - (self.tail + self.guided) * self.a_lot * GUIDED_LOTS * self.lots

    def guide_until(self, now: float, share: float) -> float | None:
        """When the guide's prices must be found."""
        last = self.guided_until()
        if self.end is None or last is None or self.seconds is None:
            return None
        return max(min(last, now + share * (self.end - now)), min(now + LEAST_GUIDE * self.seconds, self.end))
