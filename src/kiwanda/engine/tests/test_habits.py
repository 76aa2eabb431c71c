"""What is learned of workshops lies between what was believed and what was seen, and grows surer with evidence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwanda.engine.confidence import Correction, Curve, learn_correction
from kiwanda.engine.habits import (
    FIRST_LOT,
    KNOWN_PIECES,
    USUAL_DELAYS,
    Share,
    Speed,
    fading,
    first_lot,
    learn_delays,
    learn_share,
    learn_speed,
    pace_of,
    share_prior,
    speed_prior,
)

SETTINGS = settings(deadline=None, max_examples=150, derandomize=True)
SHARES = st.floats(0.02, 0.98)
RATIOS = st.lists(st.floats(-0.6, 0.6), min_size=1, max_size=30)


@SETTINGS
@given(SHARES, st.floats(1.0, 80.0), st.integers(0, 300), st.data())
def test_a_share_lies_between_the_prior_and_what_was_seen(
    mean: float, strength: float, tries: int, data: st.DataObject
) -> None:
    hits = data.draw(st.integers(0, tries))
    prior = Share(mean * strength, (1 - mean) * strength)
    after = learn_share(prior, hits, tries)
    seen = hits / tries if tries else mean
    assert min(mean, seen) - 1e-9 <= after.mean <= max(mean, seen) + 1e-9
    assert after.seen == tries
    low, high = after.interval(0.8)
    assert 0 < low < high < 1
    assert low < after.mean + after.deviation
    assert high > after.mean - after.deviation


@SETTINGS
@given(SHARES, st.integers(5, 50))
def test_a_share_grows_surer_with_evidence_of_the_same_kind(mean: float, tries: int) -> None:
    prior = Share(10 * mean, 10 * (1 - mean))
    few, many = learn_share(prior, tries * mean, tries), learn_share(prior, 10 * tries * mean, 10 * tries)
    assert many.deviation < few.deviation < prior.deviation
    assert np.diff(many.interval()) < np.diff(few.interval()) < np.diff(prior.interval())


@SETTINGS
@given(st.floats(-0.3, 0.3), st.floats(0.08, 0.3), RATIOS)
def test_a_speed_lies_between_the_prior_and_what_was_seen(mean: float, spread: float, ratios: list[float]) -> None:
    prior = Speed(mean, spread)
    after = learn_speed(prior, ratios, np.ones(len(ratios)))
    seen = float(np.mean(np.clip(ratios, mean - math.log(2), mean + math.log(2))))
    assert min(mean, seen) - 1e-9 <= after.log_mean <= max(mean, seen) + 1e-9
    assert after.log_deviation < spread
    more = learn_speed(prior, ratios * 4, np.ones(4 * len(ratios)))
    assert more.log_deviation < after.log_deviation
    low, high = after.interval()
    assert low < after.median < high


@SETTINGS
@given(RATIOS, st.randoms(use_true_random=False))
def test_the_order_of_observations_makes_no_difference(ratios: list[float], mix: object) -> None:
    ages = np.arange(len(ratios)) * 3.0
    place = np.arange(len(ratios))
    np.random.default_rng(1).shuffle(place)
    one = learn_speed(Speed(0.0, 0.15), ratios, fading(ages))
    other = learn_speed(Speed(0.0, 0.15), np.array(ratios)[place], fading(ages[place]))
    assert one.log_mean == pytest.approx(other.log_mean)
    assert one.log_deviation == pytest.approx(other.log_deviation)
    days = [round(10 * ratio) for ratio in ratios]
    left = learn_delays(USUAL_DELAYS, days, fading(ages))
    right = learn_delays(USUAL_DELAYS, [days[at] for at in place], fading(ages[place]))
    assert left.counts == pytest.approx(right.counts)


def test_old_evidence_fades_by_its_half_life() -> None:
    assert fading([0.0, 56.0, 112.0, -5.0]).tolist() == [1.0, 0.5, 0.25, 1.0]
    old = learn_speed(Speed(0.0, 0.15), [0.5] * 5, fading([400.0] * 5))
    fresh = learn_speed(Speed(0.0, 0.15), [0.5] * 5, fading([1.0] * 5))
    assert abs(old.log_mean) < 0.02 < fresh.log_mean


def test_one_bad_week_does_not_ruin_anybody() -> None:
    """A lot at a third of the usual pace, and two of two late, after which the workshop still counts as useful."""
    slow = learn_speed(Speed(0.0, 0.15), [math.log(1 / 3)], [1.0])
    assert slow.median > 0.88
    late = learn_share(Share(18, 2), 0, 2)
    assert late.mean > 0.8


@SETTINGS
@given(st.integers(0, 2**32 - 1), st.floats(0.6, 0.95), st.floats(8.0, 40.0))
def test_the_population_is_found_again(seed: int, mean: float, strength: float) -> None:
    rng = np.random.default_rng(seed)
    tries = rng.integers(5, 60, 400)
    hits = rng.binomial(tries, rng.beta(mean * strength, (1 - mean) * strength, 400))
    prior = share_prior(hits, tries, usual=0.9)
    assert prior.mean == pytest.approx(mean, abs=0.03)
    assert strength / 3 < prior.alpha + prior.beta < min(strength * 4, 60.1)


def test_few_workshops_leave_the_prior_as_it_was() -> None:
    assert share_prior([], [], usual=0.9).mean == pytest.approx(0.9)
    assert share_prior([0] * 7, [50] * 7, usual=0.9).mean == pytest.approx(0.9)
    assert share_prior([0] * 8, [50] * 8, usual=0.9).mean < 0.1
    assert speed_prior([1.0] * 20, [1.0] * 20, [1] * 20) == Speed(0.0, 0.15)
    assert speed_prior([], [], []) == Speed(0.0, 0.15)


def test_the_population_of_speeds_is_found_again() -> None:
    rng = np.random.default_rng(3)
    owners = np.repeat(np.arange(300), 4)
    own = rng.normal(-0.2, 0.25, 300)
    logs = own[owners] + rng.normal(0, 0.35, len(owners))
    prior = speed_prior(logs, np.ones(len(logs)), owners)
    assert prior.log_mean == pytest.approx(-0.2, abs=0.03)
    assert prior.log_deviation == pytest.approx(0.25, abs=0.05)
    # shrinking towards the population is nearer to the truth than everybody's own mean
    means = logs.reshape(300, 4).mean(axis=1)
    learned = np.array([learn_speed(prior, row, np.ones(4)).log_mean for row in logs.reshape(300, 4)])
    assert np.mean((learned - own) ** 2) < 0.9 * np.mean((means - own) ** 2)


def test_the_pace_of_a_lot_is_read_from_its_days() -> None:
    assert pace_of(400.0, 480.0, 1) is None
    ratio, weight = pace_of(4 * 480.0, 480.0, 4) or (0.0, 0.0)
    assert math.exp(ratio) == pytest.approx(4 / 3.5)
    assert 0.9 < weight < 1.0
    rng = np.random.default_rng(5)
    found = []
    for _ in range(4000):  # workshops of speed 0.8, lots of 3 to 8 days: the day a lot ends tells it without bias
        minutes = rng.uniform(3, 8) * 480
        found.append(pace_of(minutes, 480.0, math.ceil(minutes / (0.8 * 480))))
    logs = np.array([row[0] for row in found if row])
    assert math.exp(logs.mean()) == pytest.approx(0.8, abs=0.01)


@SETTINGS
@given(st.lists(st.integers(-60, 90), max_size=40))
def test_delays_are_a_distribution(days: list[int]) -> None:
    after = learn_delays(USUAL_DELAYS, days)
    assert after.chances.sum() == pytest.approx(1.0)
    assert after.share_within(int(after.days[-1])) == pytest.approx(1.0)
    quantiles = [after.quantile(share) for share in (0.1, 0.5, 0.9, 0.999)]
    assert quantiles == sorted(quantiles)
    drawn = after.draw(np.linspace(0, 1, 2000, endpoint=False))
    assert drawn.mean() == pytest.approx(after.mean, abs=0.1)
    assert after.days[0] <= drawn.min()
    assert drawn.max() <= after.days[-1]


def test_first_lots_are_small_and_grow_with_what_was_seen() -> None:
    limits = [first_lot(pieces) for pieces in (0, 5, 10, 30, 100)]
    assert limits == [FIRST_LOT, FIRST_LOT, FIRST_LOT, 60, 200]
    assert first_lot(KNOWN_PIECES) is None
    assert first_lot(0, newcomer=False) is None


def drawn_curves(rng: np.random.Generator, count: int) -> tuple[list[Curve], list[int]]:
    """Curves that believe in too little delay, and what really happens."""
    curves, ends = [], []
    for _ in range(count):
        start = int(rng.integers(5, 30))
        curves.append(Curve(np.sort(start + rng.poisson(1.0, 400)).astype(np.int64)))
        ends.append(start + int(rng.poisson(3.0)))
    return curves, ends


def test_a_correction_makes_the_next_promises_hold_as_often_as_they_say() -> None:
    rng = np.random.default_rng(8)
    before, ends = drawn_curves(rng, 300)
    correction = learn_correction(before, ends)
    after, real = drawn_curves(rng, 2000)
    for level in (0.5, 0.85, 0.95):
        plain = np.mean([end <= curve.day(level) for curve, end in zip(after, real, strict=True)])
        fixed = np.mean(
            [end <= Curve(curve.days, correction).day(level) for curve, end in zip(after, real, strict=True)]
        )
        assert plain < level - 0.1
        assert fixed >= level - 0.04
    assert Correction.from_dict(correction.to_dict()) == correction
    assert learn_correction(before[:20], ends[:20]).shifts == ()
    assert learn_correction(before[:20], ends[:20]).reach == 1.0
    assert correction.reach == 0.95
    never = learn_correction(before, [end if n % 5 else 365 for n, end in enumerate(ends)])
    assert never.reach == 0.7
    assert max(days for _, days in never.shifts) == 28


@SETTINGS
@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=50),
    st.lists(st.integers(-5, 15), min_size=3, max_size=3),
    st.lists(st.floats(0.01, 0.99), min_size=2, max_size=2),
)
def test_the_day_never_falls_when_the_confidence_rises(days: list[int], shifts: list[int], levels: list[float]) -> None:
    low, high = sorted(levels)
    correction = Correction(tuple(zip((0.5, 0.8, 0.95), shifts, strict=True)), 100)
    for curve in (Curve(np.sort(np.array(days))), Curve(np.sort(np.array(days)), correction)):
        assert curve.day(low) <= curve.day(high)
