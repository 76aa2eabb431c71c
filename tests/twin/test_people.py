"""The twin's people: repeatable, order-free, and their pace is the measured one."""

from __future__ import annotations

import csv
import os
from bisect import bisect_right
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import mean, median

import pytest

from kiwanda.twin import network, people

DAY = date(2026, 6, 1).toordinal()  # outside the planting seasons
NET = network.generate(seed=3, workshops=600)
SHARED = Path(os.environ.get("KIWANDA_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
GARMENT = SHARED / "garment_lines" / "garments_worker_productivity.csv"


def test_decisions_do_not_depend_on_the_order_of_asking() -> None:
    one, other = people.People(5), people.People(5)
    forward = [(w.code, one.answer(w, "offer", DAY), one.absence(w, DAY)) for w in NET.workshops[:80]]
    backward = [(w.code, other.answer(w, "offer", DAY), other.absence(w, DAY)) for w in reversed(NET.workshops[:80])]
    assert forward == backward[::-1]
    assert forward != [(w.code, people.People(6).answer(w, "offer", DAY), None) for w in NET.workshops[:80]]


def test_answers_follow_the_habit_of_the_workshop() -> None:
    crowd = people.People(1)
    keen = [w for w in NET.workshops if w.habit.acceptance > 0.9]
    shy = [w for w in NET.workshops if w.habit.acceptance < 0.78]

    def accepts(workshops: list[network.WorkshopRow], busy: float = 0.0) -> float:
        answers = [crowd.answer(w, f"o{i}", DAY, busy) for w in workshops for i in range(20)]
        return sum(a.action == "accept" for a in answers) / len(answers)

    assert accepts(keen) > 0.85 > 0.8 > accepts(shy)
    assert accepts(keen, busy=20.0) < accepts(keen) - 0.3
    kinds = Counter(crowd.answer(w, "x", DAY).action for w in NET.workshops)
    assert set(kinds) == {"accept", "decline", "counter", "silent"}


def test_feature_phones_answer_later() -> None:
    crowd = people.People(2)

    def hours(*channels: str) -> float:
        answers = [crowd.answer(w, "x", DAY).hours for w in NET.workshops if w.artisans[0].channel in channels]
        return median(h for h in answers if h < 1000)

    assert hours("sms", "ussd") > 1.2 * hours("app", "whatsapp")


def test_absences_last_and_funerals_come_to_a_county() -> None:
    crowd = people.People(4)
    mourners: Counter[tuple[int, int]] = Counter()
    ill = 0
    for workshop in NET.workshops:
        for day in range(DAY, DAY + 30):
            absence = crowd.absence(workshop, day)
            if absence is None:
                continue
            assert absence.reason in ("ill", "family")
            if absence.days_left:
                following = crowd.absence(workshop, day + 1)
                assert following is not None
            ill += absence.reason == "ill"
            if absence.reason == "family":
                mourners[workshop.county_code, day] += 1
    days = len(NET.workshops) * 30
    assert 0.008 < ill / days < 0.025
    assert max(mourners.values()) >= 3, "a funeral takes several workshops of one county at once"


def test_planting_keeps_villages_not_towns() -> None:
    crowd = people.People(4)
    season = date(2026, 4, 1).toordinal()
    away = Counter(
        (w.zone, a.reason if (a := crowd.absence(w, day)) else "")
        for w in NET.workshops
        for day in (season, season + 9)
    )
    assert away["urban", "planting"] == 0
    assert away["rural", "planting"] > 0.05 * away["rural", ""]


@pytest.mark.skipif(not GARMENT.exists(), reason="the garment productivity file of the shared data is not here")
def test_pace_table_is_the_fit_of_the_measured_days() -> None:
    import numpy as np

    with GARMENT.open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["department"].strip() == "finishing"]
    ratios = np.array([float(r["actual_productivity"]) / float(r["targeted_productivity"]) for r in rows])
    table = people.pace_table()
    assert len(ratios) == 506
    assert np.quantile(ratios, table["probabilities"]) == pytest.approx(table["ratios"], abs=6e-4)
    scores: dict[str, list[float]] = {}
    ranks = (np.argsort(np.argsort(ratios)) + 0.5) / len(ratios)
    for row, rank in zip(rows, ranks, strict=True):
        scores.setdefault(row["team"], []).append(people.NormalDist().inv_cdf(float(rank)))
    above = below = 0.0
    for team in scores.values():
        centred = np.array(team) - np.mean(team)
        above += float((centred[1:] * centred[:-1]).sum())
        below += float((centred**2).sum()) * (len(centred) - 1) / len(centred)
    assert above / below == pytest.approx(table["day_to_day_correlation"], abs=0.01)


def test_simulated_pace_has_the_measured_spread_and_memory() -> None:
    crowd = people.People(9)
    series = [[crowd.pace(w.code, day) for day in range(DAY, DAY + 25)] for w in NET.workshops[:200]]
    values = sorted(v for one in series for v in one)
    assert median(values) == pytest.approx(1.0, abs=0.03)
    table = people.pace_table()
    centre = table["ratios"][table["probabilities"].index(0.5)]
    for probability, ratio in zip(table["probabilities"][2:-2], table["ratios"][2:-2], strict=True):
        assert bisect_right(values, ratio / centre) / len(values) == pytest.approx(probability, abs=0.02)
    here = [v for one in series for v in one[:-1]]
    following = [v for one in series for v in one[1:]]
    centred = [(a - mean(here), b - mean(following)) for a, b in zip(here, following, strict=True)]
    correlation = sum(a * b for a, b in centred) / (
        sum(a * a for a, _ in centred) * sum(b * b for _, b in centred)
    ) ** 0.5
    assert correlation == pytest.approx(table["day_to_day_correlation"], abs=0.06)


def test_verdicts_conserve_pieces_and_follow_grade_and_experience() -> None:
    crowd = people.People(11)

    def failing(grade: str, before: int) -> float:
        found = [
            crowd.verdict(w, w.capabilities[0].technique, "h", 80, before)
            for w in NET.workshops
            if w.capabilities[0].grade == grade
        ]
        for verdict in found:
            assert verdict.accepted + verdict.rework + verdict.rejected == 80
            assert sum(n for _, n in verdict.defects) == verdict.rework + verdict.rejected
            assert min(verdict.accepted, verdict.rework, verdict.rejected) >= 0
        return sum(v.rework + v.rejected for v in found) / (80 * len(found))

    assert failing("A", 0) < failing("B", 0) < failing("C", 0)
    assert failing("C", 3_000) < 0.85 * failing("C", 0)
    assert failing("A", 500) < 0.05


def test_defect_codes_fit_the_technique() -> None:
    crowd = people.People(12)
    techniques = {row.code: row.techniques for row in people.DEFECTS}
    for workshop in NET.workshops:
        technique = workshop.capabilities[0].technique
        for code, _ in crowd.verdict(workshop, technique, "z", 60, 0).defects:
            assert technique in techniques[code]


def test_power_cuts_stop_machines_only() -> None:
    crowd = people.People(13)
    days = range(DAY, DAY + 400)
    assert all(crowd.power_share(47, "bead", day) == 1.0 for day in days)
    cut = sum(crowd.power_share(47, "wood_turn", day) < 1.0 for day in days)
    assert 8 <= cut <= 45
