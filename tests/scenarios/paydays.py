"""Many payouts at once through M-Pesa at its worst, from a seed: ten thousand courses of events in minutes.

A *schedule* is what happens to one payout: the fault that M-Pesa draws for each of its requests, when its results come,
in which order, twice or never, whether the worker dies after asking, when people try again, and how much time passes in
between. A *world* is one pay day whose payouts run through each other, so that many schedules share its queries. Every
world starts from the same approved batch and is rolled back at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from django.db import transaction

from kiwanda.core import clock
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker, make_workshop
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.commands import retry_payout, settle_review
from kiwanda.factory.settlement.commands.record_attempt import record_attempt
from kiwanda.factory.settlement.commands.send_payout import ask
from kiwanda.factory.settlement.models import Payout, RailPost
from kiwanda.factory.settlement.tests.factories import approved, earn, system
from tests.scenarios.mpesa import NOON, RAIL, Factory

#: Seconds that pass between two things that happen.
SPANS = (1, 5, 9, 60, 600, 4 * 3600, 30 * 3600)
STEPS = range(6, 15)


@dataclass(slots=True)
class Told:
    """How many payouts ended how; ``attempts`` in all."""

    ends: dict[str, int] = field(default_factory=dict)
    attempts: int = 0


def prepare(folder: Path, payouts: int) -> None:
    """An approved batch of so many payouts of different sums."""
    RAIL[:] = [Factory(folder).rail]
    with clock.at(NOON):
        bench = make_bench(sum(_pieces(n) for n in range(payouts)))
        for number in range(payouts):
            earn(_pieces(number), bench, make_workshop(techniques=["cast"]))
        approved()


def _pieces(number: int) -> int:
    return 3 + number % 7


def play(folder: Path, seed: int) -> Told:
    """One world: what may never happen is looked for after every step, and the two sets of books at the end.

    Raises :class:`AssertionError` naming the seed.
    """
    with _rolled_back():
        world = World(folder, seed)
        try:
            return world.run()
        except AssertionError as found:
            raise AssertionError(f"seed {seed}: {found}") from found


@contextmanager
def _rolled_back() -> Iterator[None]:
    block = transaction.atomic()
    # Sending insists on being outermost; this block stands for the database of one world.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


class World:
    def __init__(self, folder: Path, seed: int) -> None:
        for name in ("token.json", "balance.json"):
            (folder / name).unlink(missing_ok=True)
        self.random = Random(seed)
        self.factory = Factory(folder, seed, faults=self.random.choice((0.1, 0.5, 1.0)))
        RAIL[:] = [self.factory.rail]
        self.wanted = dict(Payout.objects.values_list("pk", "amount_minor"))
        if self.random.random() < 0.25:
            # The float lasts for some of them only.
            part = self.random.randint(1, max(1, sum(self.wanted.values())))
            with self.factory.books.writing() as books:
                books.execute("UPDATE org SET utility_minor = ?", (part,))
        self.float_at_first = self.factory.books.float_minor()

    def run(self) -> Told:
        for _ in range(self.random.choice(STEPS)):
            happens = self.random.random()
            if happens < 0.25:
                self.a_worker_dies()
            elif happens < 0.4:
                self.people_try_again()
            else:
                self.factory.wait(timedelta(seconds=self.random.choice(SPANS)))
            self.nobody_is_paid_twice()
        return self.end()

    def a_worker_dies(self) -> None:
        """Attempts are on record, their requests left, and nobody was there to hear the answers."""
        ready = list(Payout.objects.filter(state="ready").order_by("pk"))
        for payout in self.random.sample(ready, min(len(ready), self.random.randint(1, 5))):
            with clock.at(self.factory.moment):
                ask(payout, record_attempt(actor=system(), payout_id=payout.pk))

    def people_try_again(self) -> None:
        failed = list(Payout.objects.filter(state="failed").order_by("pk"))
        for payout in self.random.sample(failed, min(len(failed), self.random.randint(1, 9))):
            with clock.at(self.factory.moment):
                retry_payout(actor=finance_maker(), payout_id=payout.pk)

    def nobody_is_paid_twice(self) -> None:
        paid = self.factory.books.paid()
        ours = set()
        for payout in Payout.objects.prefetch_related("attempts"):
            arrived = [str(a.pk) for a in payout.attempts.all() if str(a.pk) in paid]
            ours |= set(arrived)
            assert len(arrived) <= 1, f"{payout.code} was paid {len(arrived)} times"
            assert payout.amount_minor == self.wanted[payout.pk], f"{payout.code} changed its sum"
            if payout.state == "paid":
                assert arrived, f"{payout.code} is paid and M-Pesa knows nothing of it"
                assert paid[arrived[0]]["amount_minor"] == payout.amount_minor
            if payout.state == "failed":
                assert not arrived, f"{payout.code} failed and was paid"
        assert set(paid) == ours, "M-Pesa paid what nobody asked for"
        assert Payout.objects.count() == len(self.wanted), "a payout is lost"

    def end(self) -> Told:
        for hours in (1, 3, 8, 12, 24, 24, 24, 48):
            self.factory.wait(timedelta(hours=hours))
        self.nobody_is_paid_twice()
        states = list(Payout.objects.values_list("state", flat=True))
        assert set(states) <= {"paid", "failed", "review"}, f"after a week there are {set(states)}"
        told = Told({state: states.count(state) for state in sorted(set(states))})
        paid = self.factory.books.paid()
        with clock.at(self.factory.moment):
            for payout in Payout.objects.filter(state="review").prefetch_related("attempts"):
                arrived = next((paid[str(a.pk)] for a in payout.attempts.all() if str(a.pk) in paid), None)
                settle_review(
                    actor=finance_checker(), payout_id=payout.pk, outcome="paid" if arrived else "failed",
                    receipt_ref=arrived["receipt"] if arrived else "", note="By the statement of that week.",
                )  # fmt: skip
        self.nobody_is_paid_twice()
        self.the_books_agree(paid)
        told.attempts = sum(payout.attempts.count() for payout in Payout.objects.all())
        return told

    def the_books_agree(self, paid: dict[str, dict[str, object]]) -> None:
        spent = sum(int(row["amount_minor"]) + int(row["fee_minor"]) for row in paid.values())  # type: ignore[call-overload]
        given_back = sum(int(row["amount_minor"]) for row in paid.values() if row["state"] == "reversed")  # type: ignore[call-overload]
        assert self.factory.books.float_minor() == self.float_at_first - spent + given_back
        booked = -ledger.balance_minor(ledger.float_at("daraja"))
        assert booked == sum(int(row["amount_minor"]) for row in paid.values())  # type: ignore[call-overload]
        assert ledger.balance_minor(ledger.CLEARING_PAYOUTS) == 0, "money is held for no attempt"
        assert not RailPost.objects.filter(state__in=["received", "failed"]).exists()
        assert audit("settlement") == []
