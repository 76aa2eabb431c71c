"""Error bars against what is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwanda.factory.impact.bootstrap import geometric_ratio
from kiwanda.factory.impact.queries import wilson


def lognormal(rng, count, centre=0.0, spread=0.8):
    return np.exp(rng.normal(centre, spread, count)).tolist()


def test_a_hundred_a_side_with_a_spread_of_0_8_give_about_0_80_to_1_25():
    rng = np.random.default_rng(1)
    widths = []
    for _ in range(40):
        first, second = lognormal(rng, 100), lognormal(rng, 100)
        ratio = geometric_ratio(first, range(100), second, range(100), resamples=500)
        widths.append((np.log(ratio.value / ratio.low), np.log(ratio.high / ratio.value)))
    below, above = np.mean(widths, axis=0)
    assert np.exp(-below) == pytest.approx(0.80, abs=0.01)
    assert np.exp(above) == pytest.approx(1.25, abs=0.015)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(2)
    hits = 0
    runs = 300
    for _ in range(runs):
        # Twenty-five workshops of four people who resemble one another, against a hundred strangers; truth: 3 times.
        shared = rng.normal(0, 0.6, 25)
        first = np.exp(np.log(3) + np.repeat(shared, 4) + rng.normal(0, 0.5, 100)).tolist()
        ratio = geometric_ratio(
            first, np.repeat(range(25), 4).tolist(), lognormal(rng, 100), range(100), resamples=200
        )
        hits += ratio.low <= 3 <= ratio.high
    # 95 % of 300 within four standard errors; the few clusters cost about two points.
    assert 0.89 <= hits / runs <= 0.99


def test_people_of_one_workshop_count_for_less_than_strangers():
    rng = np.random.default_rng(3)
    shared = rng.normal(0, 0.8, 20)
    first = np.exp(np.repeat(shared, 10)).tolist()
    second = lognormal(rng, 200)
    together = geometric_ratio(first, np.repeat(range(20), 10).tolist(), second, range(200))
    alone = geometric_ratio(first, range(200), second, range(200))
    assert together.value == alone.value
    assert np.log(together.high / together.low) > 2 * np.log(alone.high / alone.low)


def test_the_same_seed_gives_the_same_figure():
    rng = np.random.default_rng(4)
    data = (lognormal(rng, 30), range(30), lognormal(rng, 30), range(30))
    assert geometric_ratio(*data, seed=5) == geometric_ratio(*data, seed=5) != geometric_ratio(*data, seed=6)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=3, max_size=20), st.floats(0.1, 10))
def test_scaling_one_side_scales_the_figure_and_its_bars(values, factor):
    base = geometric_ratio(values, range(len(values)), values, range(len(values)), resamples=100)
    scaled = geometric_ratio(
        [v * factor for v in values], range(len(values)), values, range(len(values)), resamples=100
    )
    assert base.value == pytest.approx(1)
    assert scaled.value == pytest.approx(factor)
    assert (scaled.low, scaled.high) == pytest.approx((base.low * factor, base.high * factor), rel=1e-6)


@pytest.mark.parametrize(("first", "clusters"), [([], []), ([1.0, 0.0], [1, 2]), ([1.0, 2.0], [1])])
def test_arms_that_cannot_be_compared(first, clusters):
    with pytest.raises(ValueError, match="positive"), np.errstate(divide="ignore"):
        geometric_ratio(first, clusters, [1.0, 2.0], [1, 2])


def test_one_cluster_knows_nothing():
    ratio = geometric_ratio([2.0, 3.0], ["a", "a"], [1.0, 2.0], ["x", "y"])
    assert (ratio.low, ratio.high) == (0.0, float("inf"))


def test_wilson_against_published_values():
    # Newcombe 1998, table I: 81/263 and 0/20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
