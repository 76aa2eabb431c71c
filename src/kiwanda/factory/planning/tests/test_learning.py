"""What planning learns of workshops, and what it does with it."""

from __future__ import annotations

import math
from datetime import date, timedelta
from uuid import UUID

import pytest

from kiwanda.core import clock
from kiwanda.engine.habits import FIRST_LOT
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.planning import learning
from kiwanda.factory.planning.capacity import load_capacity
from kiwanda.factory.planning.evidence import Answer, Delivery, OpenDays, paces
from kiwanda.factory.planning.learned_figures import figures
from kiwanda.factory.planning.learning import gather
from kiwanda.factory.planning.problem import load_question
from kiwanda.factory.planning.tests.factories import make_bench, make_production_order, make_two_step_style

TODAY = date(2026, 11, 23)  # a Monday


def shop(number: int) -> UUID:
    return UUID(int=number)


def delivery(number: int, begun: date, heard: date, **changes: object) -> Delivery:
    base = Delivery(shop(number), "cast", 10.0, 48, 0, begun, heard + timedelta(days=1), heard, True, False)
    return base._replace(**changes)


def every_day(number_of_days: int = 120, minutes: float = 480.0) -> OpenDays:
    return OpenDays(
        TODAY - timedelta(days=number_of_days),
        list(range(number_of_days + 2)),
        [minutes * day for day in range(number_of_days + 2)],
        frozenset(),
        1.0,
    )


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def test_the_pace_of_a_spell_counts_every_lot_in_it_once() -> None:
    rows = [
        delivery(1, day(20), day(17), accepted=96),  # 960 minutes in four days that overlap with …
        delivery(1, day(18), day(15), accepted=96),  # … 960 more: one spell of six days
        delivery(1, day(9), day(9)),  # one day says nothing
        delivery(1, day(6), day(3), first=False),  # waited for parts
    ]
    found = list(paces(rows, {(shop(1), "cast"): 0.8}, every_day()))
    assert [(technique, heard) for technique, heard, _, _ in found] == [("cast", day(15))]
    ratio, weight = found[0][2:]
    assert ratio == pytest.approx(math.log(1920 / 0.8 / (480 * 5.5)))
    assert 0.9 < weight < 1


def test_days_off_are_not_held_against_anybody() -> None:
    away = every_day()._replace(off=frozenset({day(18), day(17)}))
    assert every_day().between(day(20), day(15)) == (6, 6 * 480)
    assert away.between(day(20), day(15)) == (4, 4 * 480)
    assert away._replace(factor=0.5).between(day(16), day(15)) == (2, 480)
    assert away.between(day(15), day(20)) == (0, 0.0)


def test_old_evidence_counts_less_and_newcomers_count_as_the_others_do() -> None:
    answers = [Answer(shop(n), True, day(1 + k), 0.3) for n in range(20) for k in range(12)]
    answers += [Answer(shop(50), False, day(1 + k), 1.0) for k in range(12)]
    answers += [Answer(shop(51), False, day(110 - k), 1.0) for k in range(12)]
    known = gather(TODAY, answers, [], {}, {})
    good, bad, once_bad, new = (known.acceptance(shop(n), 0.9).mean for n in (0, 50, 51, 99))
    assert bad < once_bad < new < good
    assert known.acceptance(shop(99), 0.9).seen == 0
    # registered and network's own figure, half each
    assert new == pytest.approx((0.9 + known.acceptance_prior.mean) / 2)
    assert 1.0 < known.asking_days < 1.6


def test_learning_moves_speed_within_bounds_and_leaves_one_bad_week_alone() -> None:
    slow = [delivery(1, day(10), day(3), accepted=48)]  # a day's work in eight days
    known = gather(TODAY, [], slow, {(shop(1), "cast"): 1.0}, {shop(1): every_day()})
    assert 0.85 < known.speed(shop(1), "cast", 1.0) < 1.0
    always = [delivery(1, day(9 + 8 * k), day(2 + 8 * k), accepted=48) for k in range(12)]
    known = gather(TODAY, [], always, {(shop(1), "cast"): 1.0}, {shop(1): every_day()})
    assert learning.SLOWEST <= known.speed(shop(1), "cast", 1.0) < 0.7
    assert known.speed(shop(1), "bead", 1.0) == 1.0, "another technique is another matter"
    assert known.pace(shop(1), "cast").interval()[1] < 1.0


def test_late_lots_tell_how_late_and_rejects_tell_the_yield() -> None:
    rows = [
        delivery(n, day(30), day(20), due_on=day(24) if n % 4 == 0 else day(20), rejected=6 if n % 2 else 0)
        for n in range(24)
    ]
    known = gather(TODAY, [], rows, {}, {})
    assert known.delays.seen > 0
    assert known.delays.chances[known.delays.days == 4][0] > 0.3
    assert known.on_time(shop(0), 0.9).mean < known.on_time(shop(1), 0.9).mean
    assert known.spoilt(shop(1)).mean > known.spoilt(shop(2)).mean
    assert known.good_share(shop(1), "cast", 0.97).mean < known.good_share(shop(2), "cast", 0.97).mean
    assert known.largest_lot(shop(0), "cast", TODAY) == 96
    assert known.largest_lot(shop(77), "cast", TODAY) == FIRST_LOT
    assert known.largest_lot(shop(77), "cast", TODAY - timedelta(weeks=20)) is None


@pytest.mark.django_db
class TestInTheFactory:
    @pytest.fixture(autouse=True)
    def _factory(self) -> None:
        make_two_step_style()
        self.bench = make_bench(2)
        Workshop.objects.update(joined_on=clock.today() - timedelta(weeks=40))

    def learn(self, monkeypatch: pytest.MonkeyPatch, answers: list[Answer], rows: list[Delivery]) -> None:
        class Past:
            def mark(self, until):
                return (len(answers), len(rows))

            def answers(self, since, until):
                return answers

            def deliveries(self, since, until):
                return rows

        monkeypatch.setattr(learning, "_history", Past())
        monkeypatch.setattr(learning, "_latest", None)

    def test_a_newcomer_gets_small_lots_and_the_file_says_so(self) -> None:
        one, two = self.bench
        Workshop.objects.filter(pk=one.pk).update(joined_on=clock.today() - timedelta(days=10))
        make_production_order("RING", 60)
        asked = load_question(clock.today() + timedelta(days=1), 28, clock.now())
        rows = {row["id"]: row["capabilities"] for row in asked.data["workshops"]}
        assert {row["max_lot"] for row in rows[str(one.id)]} == {FIRST_LOT}
        assert not any("max_lot" in row for row in rows[str(two.id)])

    def test_slow_work_takes_more_planned_minutes_and_pays_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, _ = self.bench
        make_production_order("RING", 60)
        before = load_question(clock.today() + timedelta(days=1), 28, clock.now())
        on = clock.today()
        rows = [
            Delivery(
                one.id, "cast", 12.0, 40, 0, on - timedelta(days=9 + 9 * k), on - timedelta(days=2 + 9 * k),
                on - timedelta(days=2 + 9 * k), True, False,
            )
            for k in range(8)
        ]  # fmt: skip
        self.learn(monkeypatch, [], rows)
        after = load_question(clock.today() + timedelta(days=1), 28, clock.now())

        def speed(asked) -> float:
            row = next(row for row in asked.data["workshops"] if row["id"] == str(one.id))
            return next(skill["speed"] for skill in row["capabilities"] if skill["technique"] == "cast")

        assert speed(after) < 0.8 * speed(before)
        assert after.data["orders"] == before.data["orders"], "minutes and rates of the work itself do not move"

    def test_figures_for_the_workshops_screen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, _ = self.bench
        self.learn(monkeypatch, [Answer(one.id, False, clock.today(), 1.0)] * 5, [])
        rows = figures(one.id, clock.today())
        assert [(row.kind, row.technique) for row in rows] == [
            ("acceptance", ""), ("on_time", ""), ("yield", "bead"), ("speed", "bead"), ("yield", "cast"),
            ("speed", "cast"),
        ]  # fmt: skip
        for row in rows:
            assert row.low < row.value < row.high
        taken = rows[0]
        assert taken.value < taken.registered
        assert taken.seen == pytest.approx(5)
        planned = {row.id: row for row in load_capacity(clock.today(), 7).workshops}[one.id]
        assert planned.acceptance == taken.value

    def test_promises_draw_from_what_was_learned(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, two = self.bench
        self.learn(monkeypatch, [Answer(one.id, False, clock.today(), 1.0)] * 9, [])
        found = learning.outlook(clock.today())
        assert found.workshops[str(one.id)].acceptance < found.workshops[str(two.id)].acceptance
        assert found.usual.acceptance == pytest.approx(0.9)

    def test_the_day_is_worked_out_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, _ = self.bench
        self.learn(monkeypatch, [Answer(one.id, True, clock.today(), 0.1)], [])
        first = learning.seen(clock.today())
        assert learning.seen(clock.today()) is first
        assert learning.seen(clock.today() + timedelta(days=1)) is not first
