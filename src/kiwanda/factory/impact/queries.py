"""Figures about people. Every one carries how many it rests on; none is given about groups too small to hide in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate
from numpy.typing import NDArray

from kiwanda.core.actors import Actor
from kiwanda.core.clock import FACTORY_ZONE, local_midnight
from kiwanda.core.errors import CoreError, Forbidden, NotFound
from kiwanda.factory.impact.bootstrap import geometric_ratio
from kiwanda.factory.impact.models import Survey, SurveyAnswer
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.queries import workshops
from kiwanda.factory.settlement.models import Earning

#: Below this many workshops, or people to compare with, a figure says little and might point at somebody.
SMALLEST_GROUP = 10


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison: people, clusters, median net income an hour (minor units), people without income."""

    people: int
    clusters: int
    median_hourly_minor: float
    without_income: int


@dataclass(frozen=True, slots=True)
class IncomeMultiple:
    """Net hourly income of partners over that of the comparison group: ratio of geometric means, 95 % interval.

    People without any income have no logarithm: they are left out of ``multiple`` and counted in their arm;
    ``mean_ratio`` (of arithmetic means) includes them. Cross-sectional: it does not say what caused the difference.
    """

    survey: str
    taken_on: date
    method: str
    currency: str
    partners: Arm
    comparisons: Arm
    multiple: float
    low: float
    high: float
    mean_ratio: float


def surveys() -> QuerySet[Survey]:
    """Recorded surveys, newest first. Answers of single people are shown to nobody."""
    return Survey.objects.order_by("-taken_on")


def income_multiple(survey_id: UUID, *, gender: str | None = None, seed: int = 0) -> IncomeMultiple | None:
    """The income multiple of one survey, of one ``gender`` where asked; None when a group is too small to publish."""
    survey = Survey.objects.filter(pk=survey_id).first()
    if survey is None:
        raise NotFound(CoreError.NOT_FOUND, what="survey")
    answers = SurveyAnswer.objects.filter(survey=survey)
    if gender is not None:
        answers = answers.filter(gender=gender)
    rows = list(answers.order_by("id"))
    partners = [row for row in rows if row.arm == "partner"]
    others = [row for row in rows if row.arm == "comparison"]
    earning = [[row for row in arm if row.monthly_income_minor > 0] for arm in (partners, others)]
    if any(len(set(_clusters(arm))) < SMALLEST_GROUP for arm in earning):
        return None
    ratio = geometric_ratio(
        _hourly(earning[0]), _clusters(earning[0]), _hourly(earning[1]), _clusters(earning[1]), seed=seed
    )
    return IncomeMultiple(
        survey=survey.name,
        taken_on=survey.taken_on,
        method=survey.method,
        currency=rows[0].currency,
        partners=_arm(partners),
        comparisons=_arm(others),
        multiple=ratio.value,
        low=ratio.low,
        high=ratio.high,
        mean_ratio=float(np.mean(_hourly(partners)) / np.mean(_hourly(others))),
    )


def _hourly(rows: Sequence[SurveyAnswer]) -> list[float]:
    return [row.monthly_income_minor / row.hours_month for row in rows]


def _clusters(rows: Sequence[SurveyAnswer]) -> list[UUID]:
    """People of one workshop belong together; everybody else stands alone."""
    return [row.workshop_id or row.id for row in rows]


def _arm(rows: Sequence[SurveyAnswer]) -> Arm:
    return Arm(
        people=len(rows),
        clusters=len(set(_clusters(rows))),
        median_hourly_minor=float(np.median(_hourly(rows))),
        without_income=sum(row.monthly_income_minor == 0 for row in rows),
    )


def weekly_income(shops: Sequence[Workshop], first: date, weeks: int) -> NDArray[np.int64]:
    """Earnings of each workshop in each of ``weeks`` weeks from the day ``first``; shape (workshops, weeks), minor
    units. One query. What is earned counts, paid or not yet.
    """
    income = np.zeros((len(shops), weeks), dtype=np.int64)
    index = {shop.pk: row for row, shop in enumerate(shops)}
    last = first + timedelta(weeks=weeks)
    days = (
        Earning.objects.filter(earned_at__gte=local_midnight(first), earned_at__lt=local_midnight(last))
        .annotate(day=TruncDate("earned_at", tzinfo=FACTORY_ZONE))
        .order_by()
        .values("workshop_id", "day")
        .annotate(total=Sum("amount_minor"))
        .values_list("workshop_id", "day", "total")
    )
    for workshop_id, day, total in days.iterator():
        row = index.get(workshop_id)
        if row is not None:
            income[row, (day - first).days // 7] += total
    return income


@dataclass(frozen=True, slots=True)
class IncomeAgainstTarget:
    """Mean weekly income of workshops against what each aims to earn here, over whole weeks.

    ``share`` of ``workshops`` reach their target; ``low`` and ``high`` bound it at 95 % (Wilson's interval: how far it
    would move if other workshops of the same kind had been looked at). Income in minor units a week.
    """

    first: date
    weeks: int
    workshops: int
    above: int
    share: float
    low: float
    high: float
    tenth_percentile_minor: float
    median_minor: float
    weeks_without_income_share: float


def income_against_target(actor: Actor, first: date, weeks: int) -> IncomeAgainstTarget | None:
    """How many active workshops with a target reach it on average; None when too few have one. Staff only."""
    if not (actor.is_staff or actor.kind == "system"):
        raise Forbidden(CoreError.NOT_ALLOWED)
    shops = list(workshops(actor).filter(state="active", target_weekly_income_minor__gt=0, currency="KES"))
    if len(shops) < SMALLEST_GROUP or weeks < 1:
        return None
    income = weekly_income(shops, first, weeks)
    means = income.mean(axis=1)
    targets = np.array([shop.target_weekly_income_minor for shop in shops])
    above = int((means >= targets).sum())
    low, high = wilson(above, len(shops))
    return IncomeAgainstTarget(
        first=first,
        weeks=weeks,
        workshops=len(shops),
        above=above,
        share=above / len(shops),
        low=low,
        high=high,
        tenth_percentile_minor=float(np.percentile(means, 10)),
        median_minor=float(np.median(means)),
        weeks_without_income_share=float((income == 0).mean()),
    )


def wilson(hits: int, count: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's score interval of a share; right for small counts and for shares near 0 and 1."""
    share = hits / count
    scale = 1 + z * z / count
    centre = (share + z * z / (2 * count)) / scale
    reach = z * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5 / scale
    return (0.0 if hits == 0 else centre - reach), (1.0 if hits == count else centre + reach)
