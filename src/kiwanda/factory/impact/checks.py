"""What ``kiwanda audit`` proves about impact."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q

from kiwanda.core.audit import check
from kiwanda.factory.impact.models import Survey, SurveyAnswer


@check("Every survey has answers in one currency, partners with their workshop and others without")
def surveys_are_whole() -> Iterator[str]:
    counted = Survey.objects.annotate(
        people=Count("answers", distinct=True), currencies=Count("answers__currency", distinct=True)
    )
    for survey in counted.exclude(people__gt=0, currencies=1):
        yield f"{survey.name}: {survey.people} answers in {survey.currencies} currencies"
    wrong = SurveyAnswer.objects.filter(Q(arm="partner", workshop=None) | Q(arm="comparison", workshop__isnull=False))
    for name, answer in wrong.values_list("survey__name", "id"):
        yield f"{name}: answer {answer} stands in the wrong arm"
