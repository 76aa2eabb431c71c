"""Surveys in, figures out, nobody recognisable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import exp

import pytest

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.impact import checks, commands, queries
from kiwanda.factory.impact.commands import AnswerSpec
from kiwanda.factory.impact.errors import ImpactError
from kiwanda.factory.impact.models import Survey, SurveyAnswer
from kiwanda.factory.network.tests.factories import artisan_of, coordinator, make_workshop, make_workshops

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


def officer():
    return actors.staff(new_id(), Role.IMPACT_OFFICER)


def record(answers, **more):
    given = {"name": "Round 1", "taken_on": DAY, "method": "Random sample of 20 workshops, by telephone."}
    return commands.record_survey(actor=officer(), answers=answers, **given | more)


@pytest.fixture
def answers(noon):
    """Twelve workshops at three times the income of twelve neighbours, each 200 hours."""
    partners = [
        AnswerSpec("partner", int(3_000_000 * exp(i / 10)), 200, w.code, "female" if i % 2 else "male")
        for i, w in enumerate(make_workshops(12))
    ]
    others = [AnswerSpec("comparison", int(1_000_000 * exp(i / 10)), 200, gender="female") for i in range(12)]
    return partners + others


def test_a_survey_becomes_a_figure_with_its_n_and_bars(answers):
    survey = record(answers)
    figure = queries.income_multiple(survey.id)
    assert figure.multiple == pytest.approx(3, rel=1e-4)
    assert figure.low < 3 < figure.high
    assert (figure.partners.people, figure.partners.clusters, figure.comparisons.people) == (12, 12, 12)
    assert figure.mean_ratio == pytest.approx(3, rel=1e-4)
    assert figure.method.startswith("Random sample")
    assert queries.income_multiple(survey.id) == figure
    assert list(checks.surveys_are_whole()) == []


def test_people_without_income_are_counted_not_forgotten(answers):
    broke = [replace(answers[0], monthly_income_minor=0), *answers]
    figure = queries.income_multiple(record(broke).id)
    assert (figure.partners.people, figure.partners.without_income) == (13, 1)
    assert figure.multiple == pytest.approx(3, rel=1e-4)
    assert figure.mean_ratio < 3


def test_a_group_too_small_to_hide_in_gets_no_figure(answers):
    survey = record(answers)
    assert queries.income_multiple(survey.id, gender="male") is None
    small = record(answers[:9] + answers[12:], name="Small")
    assert queries.income_multiple(small.id) is None


def test_hours_count(answers):
    longer = [replace(a, hours_month=400) if a.arm == "partner" else a for a in answers]
    assert queries.income_multiple(record(longer).id).multiple == pytest.approx(1.5, rel=1e-4)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"arm": "friends"}, ImpactError.ANSWER_WRONG),
        ({"workshop_code": None}, ImpactError.WORKSHOP_MISSING),
        ({"arm": "comparison"}, ImpactError.WORKSHOP_MISSING),
        ({"workshop_code": "NONE"}, ImpactError.WORKSHOP_UNKNOWN),
        ({"monthly_income_minor": -1}, ImpactError.ANSWER_WRONG),
        ({"monthly_income_minor": 1.5}, ImpactError.ANSWER_WRONG),
        ({"hours_month": 0}, ImpactError.ANSWER_WRONG),
        ({"hours_month": 745}, ImpactError.ANSWER_WRONG),
        ({"gender": "yes"}, ImpactError.ANSWER_WRONG),
        ({"currency": "USD"}, ImpactError.ONE_CURRENCY),
    ],
)
def test_one_wrong_answer_refuses_the_survey_and_is_named(answers, change, error):
    wrong = [*answers[:3], replace(answers[3], **change), *answers[4:]]
    with pytest.raises(Rejected) as refused:
        record(wrong)
    assert refused.value.error is error
    assert "nswer 4" in refused.value.message()
    assert not Survey.objects.exists()
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize("change", [{"name": ""}, {"method": " "}, {"taken_on": date(2100, 1, 1)}])
def test_a_survey_that_cannot_be(answers, change):
    with pytest.raises(Rejected) as refused:
        record(answers, **change)
    assert refused.value.status == 422


def test_a_survey_is_recorded_once_and_not_empty(answers):
    record(answers)
    with pytest.raises(Rejected) as refused:
        record(answers)
    assert refused.value.error is ImpactError.SURVEY_TAKEN
    with pytest.raises(Rejected) as refused:
        record([], name="Empty")
    assert refused.value.error is ImpactError.NO_ANSWERS


def test_an_unknown_survey_is_not_found():
    with pytest.raises(Rejected) as refused:
        queries.income_multiple(new_id())
    assert refused.value.error is CoreError.NOT_FOUND


def test_targets_are_for_staff_and_need_enough_workshops(noon):
    workshop = make_workshop()
    with pytest.raises(Rejected) as refused:
        queries.income_against_target(artisan_of(workshop), DAY, 1)
    assert refused.value.status == 403
    assert queries.income_against_target(coordinator(), DAY, 1) is None


def test_workshops_that_earned_nothing_are_in_the_figure(noon):
    make_workshops(12)
    figure = queries.income_against_target(coordinator(), clock.today() - timedelta(weeks=2), 2)
    assert (figure.workshops, figure.above, figure.share, figure.median_minor) == (12, 0, 0.0, 0.0)
    assert figure.weeks_without_income_share == 1.0
    assert figure.high == pytest.approx(0.2425, abs=1e-4)
