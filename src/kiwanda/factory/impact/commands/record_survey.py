from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields
from kiwanda.factory.impact.errors import ImpactError
from kiwanda.factory.impact.events import SurveyRecorded
from kiwanda.factory.impact.models import Survey, SurveyAnswer
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.registration import GENDERS

ARMS = ("partner", "comparison")
MOST_HOURS = 500


@dataclass(frozen=True, slots=True)
class AnswerSpec:
    """One person's month, without a name: net income in minor units, hours worked for it.

    ``workshop_code`` for a partner, None for somebody of the comparison group (the waiting list, neighbours).
    """

    arm: str
    monthly_income_minor: int
    hours_month: int
    workshop_code: str | None = None
    gender: str = "undisclosed"
    currency: str = "KES"


@command(roles={Role.IMPACT_OFFICER})
def record_survey(ctx: Context, *, name: str, taken_on: date, method: str, answers: list[AnswerSpec]) -> Survey:
    """One round of questions, whole, once. ``method`` says who was asked and how, and stands beside every figure."""
    name = fields.text("name", name, 80)
    if Survey.objects.filter(name=name).exists():
        raise Rejected(ImpactError.SURVEY_TAKEN, field="name", name=name)
    if fields.day("taken_on", taken_on) > ctx.today:
        raise Invalid(CoreError.MALFORMED, field="taken_on", reason="it is in the future")
    survey = Survey(name=name, taken_on=taken_on, method=fields.text("method", method, 5000))
    rows = _answers(survey, answers)
    survey.save()
    SurveyAnswer.objects.bulk_create(rows, batch_size=500)
    partners = sum(row.arm == "partner" for row in rows)
    ctx.emit(
        SurveyRecorded(
            survey_id=survey.id, taken_on=taken_on, partners=partners, comparisons=len(rows) - partners
        )
    )
    return survey


def _answers(survey: Survey, answers: Sequence[AnswerSpec]) -> list[SurveyAnswer]:
    if not answers:
        raise Invalid(ImpactError.NO_ANSWERS, field="answers")
    codes = dict(Workshop.objects.values_list("code", "id"))
    rows = []
    for number, answer in enumerate(answers, start=1):
        if answer.currency != answers[0].currency:
            raise Invalid(ImpactError.ONE_CURRENCY, field="answers", number=number, currency=answer.currency)
        try:
            row = SurveyAnswer(
                survey=survey,
                workshop_id=_workshop(number, answer, codes),
                arm=fields.choice("arm", answer.arm, ARMS),
                gender=fields.choice("gender", answer.gender, GENDERS),
                monthly_income_minor=require_range(
                    "monthly_income_minor", answer.monthly_income_minor, 0, LARGEST_MINOR
                ),
                hours_month=require_range("hours_month", answer.hours_month, 1, MOST_HOURS),
                currency=fields.currency("currency", answer.currency),
            )
        except Invalid as wrong:
            if isinstance(wrong.error, ImpactError):
                raise
            raise Invalid(
                ImpactError.ANSWER_WRONG, field="answers", number=number, reason=wrong.message()
            ) from None
        rows.append(row)
    return rows


def _workshop(number: int, answer: AnswerSpec, codes: dict[str, UUID]) -> UUID | None:
    if answer.arm in ARMS and (answer.arm == "partner") != bool(answer.workshop_code):
        raise Invalid(ImpactError.WORKSHOP_MISSING, field="answers", number=number)
    if not answer.workshop_code:
        return None
    if answer.workshop_code not in codes:
        raise Invalid(ImpactError.WORKSHOP_UNKNOWN, field="answers", number=number, code=answer.workshop_code)
    return codes[answer.workshop_code]
