"""What is done with money, step by step, for ``killed_money.py``: the deed, and what follows it after a restart."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from kiwanda.adapters.daraja.simulator import Course
from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker, make_workshop
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement.commands import approve_payout_batch, create_payout_batch, import_rail_statement
from kiwanda.factory.settlement.models import Payout, PayoutBatch, RailLine
from kiwanda.factory.settlement.reconciling import reconcile
from kiwanda.factory.settlement.tests.factories import earn
from tests.scenarios.mpesa import RAIL, Always, Factory
from tests.scenarios.paydays import World

if TYPE_CHECKING:
    from tests.scenarios.killed_money import Town


class Restarted(World):
    """A process that opens what the last one left: the database, Daraja's books, the time of day."""

    def __init__(self, town: Town) -> None:
        self.random = Random(0)
        self.noted = town.home / "moment.txt"
        self.factory = Factory(town.home, books=town.books)
        self.factory.daraja.courses = Always(Course.PAID)  # type: ignore[assignment]
        RAIL[:] = [self.factory.rail]
        if self.noted.exists():
            self.factory.moment = datetime.fromisoformat(self.noted.read_text())
        self.wanted = dict(Payout.objects.values_list("pk", "amount_minor"))
        paid = self.factory.books.paid().values()
        spent = sum(row["amount_minor"] + row["fee_minor"] for row in paid)
        self.float_at_first = self.factory.books.float_minor() + spent

    def note(self) -> None:
        self.noted.write_text(self.factory.moment.isoformat())

    def approve(self) -> None:
        """The checker gives her word (again); what is approved already refuses it."""
        batch = PayoutBatch.objects.get()
        with clock.at(self.factory.moment):
            approve_payout_batch(actor=finance_checker(), batch_id=batch.pk, content_hash=batch.content_hash)

    def bring_in(self) -> None:
        with clock.at(self.factory.moment):
            import_rail_statement(
                actor=finance_maker(), filename="statement.csv", content=self.factory.books.statement_csv()
            )


def begin(town: Town) -> None:
    """Three workshops earned, a batch is made."""
    world = Restarted(town)
    with clock.at(world.factory.moment):
        bench = make_bench(80)
        for pieces in (3, 5, 8):
            earn(pieces, bench, make_workshop(techniques=["cast"]))
        create_payout_batch(actor=finance_maker())
    world.note()


def approve(town: Town) -> None:
    Restarted(town).approve()


def send(town: Town) -> None:
    world = Restarted(town)
    world.factory.work()
    world.note()


def hear(town: Town) -> None:
    """M-Pesa's results come and are read."""
    world = Restarted(town)
    world.factory.wait(timedelta(minutes=2))
    world.note()


def lose_the_results(town: Town) -> None:
    """None of the results arrives: only asking finds out."""
    world = Restarted(town)
    world.factory.deaf = True
    world.factory.wait(timedelta(minutes=1))
    world.note()


def ask(town: Town) -> None:
    world = Restarted(town)
    world.factory.wait(timedelta(hours=1))
    world.note()


def bring_in(town: Town) -> None:
    Restarted(town).bring_in()


def all_are_paid(town: Town) -> None:
    """Everybody is paid once, whatever was cut off, and the two sets of books agree."""
    world = Restarted(town)
    with suppress(Rejected):
        world.approve()
    ends = world.end().ends
    assert ends == {"paid": 3}, ends


def none_is_paid_twice(town: Town) -> None:
    """The same, but who died between noting an attempt and asking M-Pesa leaves one payout to people: that it knows
    nothing of the request is no proof.
    """
    world = Restarted(town)
    ends = world.end().ends
    assert ends.get("paid", 0) >= 2 and sum(ends.values()) == 3 and ends.get("review", 0) <= 1, ends


def the_statement_is_in_once(town: Town) -> None:
    world = Restarted(town)
    with suppress(Rejected):
        world.bring_in()
    receipts = list(RailLine.objects.values_list("receipt_ref", "is_fee", "amount_minor"))
    assert receipts and len(receipts) == len(set(receipts)), "a line is kept twice"
    found = reconcile(finance_maker(), "daraja")
    assert (found.matched, found.differences) == (3, ()), found
    assert found.balance_minor == world.factory.books.float_minor()
    assert audit("settlement") == []


@dataclass(frozen=True, slots=True)
class Deed:
    """``before`` makes the state it begins from, out of the one the last deed began from."""

    name: str
    before: Callable[[Town], None] | None
    do: Callable[[Town], None]
    after: Callable[[Town], None]


DEEDS = (
    Deed("approve", None, approve, all_are_paid),
    Deed("send", approve, send, none_is_paid_twice),
    Deed("hear", send, hear, all_are_paid),
    Deed("ask", lose_the_results, ask, all_are_paid),
    Deed("bring_in", ask, bring_in, the_statement_is_in_once),
)
