"""From timed makers to standard minutes. Pure arithmetic, exact decimals, no database.

    normal minutes   = observed minutes a piece × rating
    standard minutes = mean over makers of their normal minutes × (1 + allowances)

Every maker counts once, however often she was timed. An observation is an *outlier* when its modified z-score (0.6745 ×
distance from the median, in median absolute deviations) is over 3.5 (Iglewicz and Hoaglin 1993); it is shown, and only
a person may set it aside, with a reason.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

LEAST_MAKERS = 5
LEAST_ALLOWANCE, MOST_ALLOWANCE = 10, 20
_FAR = Decimal("3.5")
_NORMAL = Decimal("0.6745")
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Timed:
    """``minutes`` that ``maker`` took for ``pieces`` pieces, at a pace of ``rating_percent`` of a steady one."""

    maker: Hashable
    minutes: Decimal
    pieces: int
    rating_percent: int

    @property
    def normal_minutes(self) -> Decimal:
        return self.minutes / self.pieces * self.rating_percent / 100


@dataclass(frozen=True, slots=True)
class Findings:
    """What a study says so far, minutes a piece; all None without observations.

    ``spread`` is the coefficient of variation over makers (standard deviation of the sample by mean), None for fewer
    than two; ``outliers`` are positions in the observations given.
    """

    makers: int
    mean_normal: Decimal | None
    least: Decimal | None
    most: Decimal | None
    spread: Decimal | None
    standard_minutes: Decimal | None
    outliers: tuple[int, ...]

    @property
    def is_enough(self) -> bool:
        return self.makers >= LEAST_MAKERS


def work_out(observations: Sequence[Timed], allowance_percent: int) -> Findings:
    """The findings of ``observations`` with allowances of ``allowance_percent``."""
    makers: dict[Hashable, list[Decimal]] = {}
    for row in observations:
        makers.setdefault(row.maker, []).append(row.normal_minutes)
    means = [sum(minutes, Decimal(0)) / len(minutes) for minutes in makers.values()]
    if not means:
        return Findings(0, None, None, None, None, None, ())
    mean = sum(means, Decimal(0)) / len(means)
    spread = None
    if len(means) > 1:
        variance = sum(((value - mean) ** 2 for value in means), Decimal(0)) / (len(means) - 1)
        spread = (variance.sqrt() / mean).quantize(_HUNDREDTH)
    standard = (mean * (100 + allowance_percent) / 100).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return Findings(
        len(means),
        mean.quantize(_HUNDREDTH),
        min(means).quantize(_HUNDREDTH),
        max(means).quantize(_HUNDREDTH),
        spread,
        max(standard, _HUNDREDTH),
        outliers([row.normal_minutes for row in observations]),
    )


def outliers(values: Sequence[Decimal]) -> tuple[int, ...]:
    """Positions of the values that lie far from the others; none among fewer than four."""
    if len(values) < 4:
        return ()
    middle = median(values)
    deviation = median([abs(value - middle) for value in values])
    if deviation == 0:
        # More than half agree to the hundredth: whoever differs by a tenth of it is worth a look.
        return tuple(index for index, value in enumerate(values) if abs(value - middle) > middle / 10)
    return tuple(index for index, value in enumerate(values) if _NORMAL * abs(value - middle) / deviation > _FAR)
