"""Time studies, rates proposed, reviewed, released, and objections to them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core import actors
from kiwanda.core.actors import Role
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.events import events_about
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog import checks, commands, prices, queries, time_studies
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.models import BenchmarkWage, Operation, PieceRate, TechPack
from kiwanda.factory.catalog.tests.factories import (
    designer,
    impact_officer,
    make_style,
    make_wages,
    operation_spec,
    operations_of,
    release,
    tech_pack_of,
)
from kiwanda.factory.catalog.time_studies import Timed

pytestmark = pytest.mark.django_db


def checker():
    return actors.staff(new_id(), Role.FINANCE_CHECKER)


def make_study(operation, minutes=("9", "9.5", "10", "10.5", "11"), allowance=15, close=True):
    """A study of ``operation`` with one observation a maker."""
    study = commands.open_time_study(
        actor=impact_officer(), operation_id=operation.pk, allowance_percent=allowance
    )
    for value in minutes:
        commands.record_observation(
            actor=impact_officer(), time_study_id=study.pk, workshop_id=new_id(), minutes=Decimal(value)
        )
    return commands.close_time_study(actor=impact_officer(), time_study_id=study.pk) if close else study


def released_at(operation, rate, **more):
    """``rate`` proposed, reviewed and released for ``operation``."""
    proposed = commands.propose_rate(
        actor=designer(), operation_id=operation.pk, piece_rate_minor=rate, reason="Timed again.", **more
    )
    commands.review_rate(actor=checker(), piece_rate_id=proposed.pk, approve=True, note="Fits the study.")
    (rate,) = commands.release_rates(actor=designer(), style_id=operation.tech_pack.style_id)
    return rate


# ── Time studies ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_standard_minutes_are_the_mean_over_makers_times_rating_and_allowance():
    found = time_studies.work_out(
        [
            Timed("a", Decimal(10), 1, 100),
            Timed("a", Decimal(12), 1, 100),
            Timed("b", Decimal(40), 5, 120),
            Timed("c", Decimal(10), 1, 90),
        ],
        20,
    )
    # Makers at 11, 9.6 and 9 minutes: mean 9.8667, a fifth on top.
    assert (found.makers, found.mean_normal, found.standard_minutes) == (3, Decimal("9.87"), Decimal("11.84"))
    assert (found.least, found.most) == (Decimal("9.00"), Decimal("11.00"))
    assert not found.is_enough


def test_an_outlier_is_shown_and_counts_until_a_person_sets_it_aside():
    operation = operations_of(make_style())["bead"]
    study = make_study(operation, ["10", "10.2", "9.8", "10.1", "9.9", "40"], close=False)
    found = queries.findings(study)
    assert [study.observations.order_by("observed_on", "pk")[i].minutes for i in found.outliers] == [Decimal("40.00")]
    assert found.standard_minutes == Decimal("17.25")
    odd = study.observations.get(minutes=40)
    commands.set_aside_observation(actor=impact_officer(), observation_id=odd.pk, reason="The torch went out.")
    closed = commands.close_time_study(actor=impact_officer(), time_study_id=study.pk)
    assert (closed.standard_minutes, closed.maker_count) == (Decimal("11.50"), 5)
    assert study.observations.count() == 6
    with pytest.raises(Rejected) as refused:
        commands.set_aside_observation(actor=impact_officer(), observation_id=odd.pk, reason="Again.")
    assert refused.value.error is CoreError.WRONG_STATE


def test_fewer_than_five_makers_are_no_study():
    operation = operations_of(make_style())["bead"]
    study = make_study(operation, ["9", "10", "11", "10"], close=False)
    same = study.observations.first().workshop_id
    commands.record_observation(actor=impact_officer(), time_study_id=study.pk, workshop_id=same, minutes=10)
    with pytest.raises(Rejected) as refused:
        commands.close_time_study(actor=impact_officer(), time_study_id=study.pk)
    assert refused.value.message() == "A study needs 5 makers; 4 have been timed."


@pytest.mark.parametrize("allowance", [9, 21, 0])
def test_allowances_stay_between_ten_and_twenty_percent(allowance):
    operation = operations_of(make_style())["bead"]
    with pytest.raises(Rejected):
        commands.open_time_study(actor=impact_officer(), operation_id=operation.pk, allowance_percent=allowance)


@given(
    st.lists(
        st.builds(
            Timed, st.integers(1, 8), st.decimals("0.01", "900", places=2), st.integers(1, 50), st.integers(50, 150)
        ),
        min_size=1,
        max_size=40,
    ),
    st.integers(10, 20),
)
def test_standard_minutes_lie_between_the_fastest_and_slowest_maker(observations, allowance):
    found = time_studies.work_out(observations, allowance)
    factor = Decimal(100 + allowance) / 100
    slack = Decimal("0.02")
    assert found.least * factor - slack <= found.standard_minutes <= found.most * factor + slack
    assert found.standard_minutes > 0
    assert found == time_studies.work_out(observations, allowance)


# ── Rates ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reviewed_rate_comes_with_a_new_revision_that_differs_in_nothing_else():
    style = make_style(operations=[operation_spec("cast"), operation_spec("bead", after=["cast"])])
    first, old = tech_pack_of(style), operations_of(style)["bead"]
    study = make_study(old)
    rate = released_at(
        old, 4200, time_study_id=study.pk, material_costs_minor=20, tools_minor=30, on_costs_minor=50
    )
    second, new = tech_pack_of(style), operations_of(style)
    first.refresh_from_db()
    assert (first.state, second.revision) == ("superseded", first.revision + 1)
    assert (new["bead"].piece_rate_minor, new["bead"].standard_minutes) == (4200, Decimal("11.50"))
    assert (new["bead"].costs_minor, new["bead"].on_costs_minor, new["bead"].floor_minor) == (100, 50, 4028)
    assert new["cast"].piece_rate_minor == 3500
    assert list(new["bead"].after.all()) == [new["cast"]]
    assert second.bill_of_materials.count() == first.bill_of_materials.count() == 1
    assert rate.released_operation == new["bead"]
    old.refresh_from_db()
    assert old.piece_rate_minor == 3500
    event = events_about(rate.pk).get(type="catalog.RateReleased")
    assert (event.data["old_rate_minor"], event.data["piece_rate_minor"]) == (3500, 4200)
    assert not [*checks.rates_above_floor(), *checks.floors_follow_wages(), *checks.rates_reviewed(),
                *checks.studies_add_up()]


def test_nobody_reviews_her_own_rate_and_nothing_unreviewed_is_released():
    operation = operations_of(make_style())["bead"]
    both = actors.staff(new_id(), Role.IMPACT_OFFICER, Role.FINANCE_CHECKER)
    rate = commands.propose_rate(actor=both, operation_id=operation.pk, piece_rate_minor=3600, reason="More.")
    with pytest.raises(Rejected) as refused:
        commands.review_rate(actor=both, piece_rate_id=rate.pk, approve=True, note="Fine.")
    assert refused.value.error is CatalogError.SAME_PERSON
    with pytest.raises(Rejected) as refused:
        commands.release_rates(actor=designer(), style_id=operation.tech_pack.style_id)
    assert refused.value.error is CatalogError.NO_RATE_DUE
    with pytest.raises(IntegrityError), transaction.atomic():
        PieceRate.objects.filter(pk=rate.pk).update(reviewed_by=both.id)
    with pytest.raises(Rejected) as refused:
        commands.propose_rate(actor=designer(), operation_id=operation.pk, piece_rate_minor=3700, reason="More.")
    assert refused.value.error is CatalogError.RATE_UNDER_WAY


def test_a_rate_below_the_floor_of_its_day_is_refused_when_proposed_and_when_released(noon):
    operation = operations_of(make_style())["bead"]
    with pytest.raises(Rejected) as refused:
        commands.propose_rate(actor=designer(), operation_id=operation.pk, piece_rate_minor=3415, reason="Less.")
    assert refused.value.error is CatalogError.BELOW_PAY_FLOOR
    rate = commands.propose_rate(actor=designer(), operation_id=operation.pk, piece_rate_minor=3416, reason="Less.")
    commands.review_rate(actor=checker(), piece_rate_id=rate.pk, approve=True, note="At the floor.")
    commands.set_benchmark_wage(
        actor=impact_officer(), kind="living", zone="urban", valid_from=noon.date(), monthly_minor=3_600_000,
        source="a new figure",
    )
    with pytest.raises(Rejected) as refused:
        commands.release_rates(actor=designer(), style_id=operation.tech_pack.style_id)
    assert refused.value.error is CatalogError.BELOW_PAY_FLOOR
    rate.refresh_from_db()
    assert rate.state == "reviewed"


def test_a_rate_waits_for_its_day(noon):
    operation = operations_of(make_style())["bead"]
    rate = commands.propose_rate(
        actor=designer(), operation_id=operation.pk, piece_rate_minor=4000, reason="Next month.",
        valid_from=noon.date() + timedelta(days=1),
    )
    commands.review_rate(actor=checker(), piece_rate_id=rate.pk, approve=True, note="Good.")
    with pytest.raises(Rejected) as refused:
        commands.release_rates(actor=designer(), style_id=operation.tech_pack.style_id)
    assert refused.value.error is CatalogError.NO_RATE_DUE


def test_fewer_minutes_need_a_time_study():
    operation = operations_of(make_style())["bead"]
    with pytest.raises(Rejected) as refused:
        commands.propose_rate(
            actor=designer(), operation_id=operation.pk, piece_rate_minor=3500, standard_minutes=8, reason="Quick."
        )
    assert refused.value.error is CatalogError.NOT_THE_STUDY
    study = make_study(operation, ["6", "7", "8", "7", "7"])
    rate = commands.propose_rate(
        actor=designer(), operation_id=operation.pk, piece_rate_minor=2800, time_study_id=study.pk, reason="Timed."
    )
    assert (rate.standard_minutes, rate.floor_minor) == (Decimal("8.05"), 2750)


def test_a_study_of_another_operation_proves_nothing():
    rows = operations_of(make_style(operations=[operation_spec("cast"), operation_spec("bead", after=["cast"])]))
    study = make_study(rows["cast"])
    with pytest.raises(Rejected) as refused:
        commands.propose_rate(
            actor=designer(), operation_id=rows["bead"].pk, piece_rate_minor=4200, time_study_id=study.pk, reason="x"
        )
    assert refused.value.error is CatalogError.STUDY_OF_ANOTHER


def test_a_new_revision_does_not_lower_a_rate_behind_the_review():
    style = make_style(operations=[operation_spec(piece_rate_minor=4000)])
    pack = commands.draft_tech_pack(
        actor=designer(), style_id=style.id, operations=[operation_spec(piece_rate_minor=3500)]
    )
    with pytest.raises(Rejected) as refused:
        release(pack)
    assert refused.value.error is CatalogError.RATE_NEEDS_REVIEW
    rate = released_at(pack.operations.get(), 3600)
    assert rate.released_operation.tech_pack_id == pack.pk
    release(pack)
    assert operations_of(style)["bead"].piece_rate_minor == 3600


# ── What the database itself refuses ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change", [{"piece_rate_minor": 9000}, {"standard_minutes": 1}, {"costs_minor": 5}, {"floor_minor": 1}]
)
def test_the_database_keeps_a_released_operation_as_it_is(change):
    row = operations_of(make_style())["bead"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.filter(pk=row.pk).update(**change)
    assert Operation.objects.filter(pk=row.pk).update(min_lot=2) == 1


def test_the_database_releases_no_operation_without_its_floor():
    style = make_style(released=False)
    pack = style.tech_packs.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        TechPack.objects.filter(pk=pack.pk).update(state="released")
    with pytest.raises(IntegrityError), transaction.atomic():
        pack.operations.update(floor_minor=9_999_999)
    release(pack)
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.create(
            tech_pack=pack, code="late", sequence=9, name_en="Late", name_sw="Late", technique_id="bead",
            standard_minutes=1, piece_rate_minor=1,
        )


def test_the_audit_finds_a_floor_that_no_wage_gives():
    style = make_style(released=False)
    pack = style.tech_packs.get()
    make_wages()
    pack.operations.update(floor_minor=1)
    TechPack.objects.filter(pk=pack.pk).update(state="released")
    assert list(checks.rates_above_floor()) != []
    other = make_style()
    assert list(checks.floors_follow_wages()) == []
    # A wage that no command recorded does not make a floor.
    BenchmarkWage.objects.update(monthly_minor=1)
    assert list(checks.floors_follow_wages()) == []
    assert other.state == "released"


# ── Wages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_wage_is_lowered_by_another_person_with_a_reason_only():
    make_wages()
    lower = {"kind": "living", "zone": "urban", "valid_from": date(2026, 1, 1), "monthly_minor": 3_000_000,
             "source": "a correction"}
    with pytest.raises(Rejected) as refused:
        commands.set_benchmark_wage(actor=impact_officer(), **lower)
    assert refused.value.error is CatalogError.WAGE_LOWERED
    both = actors.staff(new_id(), Role.IMPACT_OFFICER, Role.FINANCE_CHECKER)
    commands.set_benchmark_wage(actor=both, **lower | {"monthly_minor": 3_700_000})
    with pytest.raises(Rejected) as refused:
        commands.lower_benchmark_wage(actor=both, reason="I mistyped.", **lower)
    assert refused.value.error is CatalogError.SAME_PERSON
    commands.lower_benchmark_wage(actor=checker(), reason="The study was withdrawn.", **lower)
    assert queries.wages_in_force(date(2026, 2, 1))[0].monthly_minor == 3_053_100
    with pytest.raises(Rejected) as refused:
        commands.lower_benchmark_wage(actor=checker(), reason="Again.", **lower)
    assert refused.value.error is CatalogError.WAGE_NOT_LOWER


# ── Appeals and how a price is made ─────────────────────────────────────────────────────────────────────────────────


def test_an_appeal_is_answered_with_reasons_by_somebody_who_had_no_part(noon):
    operation = operations_of(make_style())["bead"]
    maker = actors.artisan(new_id(), new_id())
    appeal = commands.appeal_rate(actor=maker, operation_id=operation.pk, reason="It takes me a quarter of an hour.")
    assert appeal.answer_by == date(2026, 12, 7)
    with pytest.raises(Rejected) as refused:
        commands.appeal_rate(actor=maker, operation_id=operation.pk, reason="Still.")
    assert refused.value.error is CatalogError.APPEAL_OPEN
    assert queries.rate_appeals(actors.artisan(new_id(), new_id())).count() == 0
    judge = checker()
    TechPack.objects.filter(pk=operation.tech_pack_id).update(released_by=judge.id)
    with pytest.raises(Rejected) as refused:
        commands.answer_rate_appeal(actor=judge, rate_appeal_id=appeal.pk, granted=True, answer="Yes.")
    assert refused.value.error is CatalogError.HAD_A_PART
    with pytest.raises(Rejected):
        commands.answer_rate_appeal(actor=checker(), rate_appeal_id=appeal.pk, granted=False, answer=" ")
    answered = commands.answer_rate_appeal(
        actor=checker(), rate_appeal_id=appeal.pk, granted=True, answer="Five makers are timed again on Friday."
    )
    assert answered.state == "granted"
    assert events_about(appeal.pk).last().data["in_time"] is True
    commands.appeal_rate(actor=maker, operation_id=operation.pk, reason="And again.")


def test_a_price_adds_up_in_both_languages(noon):
    style = make_style(operations=[operation_spec(minutes=10, piece_rate_minor=3600, costs_minor=85)])
    row = operations_of(style)["bead"]
    made = prices.price_made(row, noon.date())
    assert made is not None
    assert made.labour_minor + made.material_minor + made.tools_minor + made.on_costs_minor == made.floor_minor == 3501
    assert made.above_minor == 99
    english, swahili = made.sentences(), made.sentences("sw")
    assert len(english) == len(swahili) == 6
    assert "10 standard minutes" in english[0] and "dakika 10" in swahili[0]
    assert "35,518" in english[1] and "Anker" in swahili[1] and "mjini" in swahili[1]
    assert not any("{" in line for line in english + swahili)


@given(
    minutes=st.decimals("0.01", "2000", places=2), costs=st.integers(0, 100_000), wage=st.integers(1, 9_000_000),
    over=st.integers(0, 5000),
)
def test_parts_of_a_price_always_sum_to_its_floor(minutes, costs, wage, over):
    BenchmarkWage.objects.all().delete()
    BenchmarkWage.objects.create(
        kind="living", zone="urban", valid_from=date(2024, 1, 1), monthly_minor=wage, source="s"
    )
    row = Operation(
        standard_minutes=minutes, costs_minor=costs, material_costs_minor=costs // 3, tools_minor=costs // 4,
        currency="KES", piece_rate_minor=1,
    )
    made = prices.price_made(row, date(2026, 1, 1))
    assert made is not None
    assert made.labour_minor + made.material_minor + made.tools_minor + made.on_costs_minor == made.floor_minor
    assert made.floor_minor == queries.operation_floor_minor(row, date(2026, 1, 1))
    row.piece_rate_minor = made.floor_minor + over
    assert len(prices.price_made(row, date(2026, 1, 1)).sentences("sw")) >= 5
