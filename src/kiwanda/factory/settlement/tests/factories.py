"""Earnings and payouts for tests, built through the commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from kiwanda.core import actors
from kiwanda.core.actors import Actor
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker
from kiwanda.factory.production.tests.factories import Bench, make_bench
from kiwanda.factory.quality.tests.factories import make_accepted
from kiwanda.factory.settlement.commands import approve_payout_batch, create_payout_batch
from kiwanda.factory.settlement.models import Earning, Payout, PayoutBatch
from kiwanda.ports.payments import Capabilities, Outcome, PayoutRequest, RailAnswer

#: What one casting earns: 12 standard minutes at the factories' rate.
CAST_RATE = 42_00


class ScriptedRail:
    """A rail that answers as told and remembers, like a real one, whom it paid.

    ``answers`` are the outcomes of the next submits (paid when it runs out); ``pays`` may be told apart from what is
    answered: ``"unknown+paid"`` pays and drops the acknowledgement. ``interrupt`` is called with ``"before"`` and
    ``"after"`` the payment happened and may raise.
    """

    name = "scripted"
    capabilities = Capabilities()
    smallest_minor = 10_00
    largest_minor = 250_000_00
    unit_minor = 1

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.submitted: list[PayoutRequest] = []
        self.paid: dict[UUID, int] = {}
        self.known: dict[UUID, str] = {}
        self.amount_off = 0
        self.interrupt: Callable[[str], None] = lambda moment: None

    def submit(self, request: PayoutRequest) -> RailAnswer:
        self.submitted.append(request)
        self.interrupt("before")
        if request.attempt_id in self.known:
            return self._told(request.attempt_id)
        said, _, truth = (self.answers.pop(0) if self.answers else "paid").partition("+")
        self.known[request.attempt_id] = truth or said
        if (truth or said) == "paid":
            self.paid[request.attempt_id] = request.amount_minor
        self.interrupt("after")
        return self._answer(request.attempt_id, said)

    def query(self, attempt_id: UUID) -> RailAnswer:
        if attempt_id not in self.known:
            return RailAnswer(Outcome.UNKNOWN, code="not_found")
        return self._told(attempt_id)

    def balance_minor(self) -> int:
        return -sum(self.paid.values())

    def _told(self, attempt_id: UUID) -> RailAnswer:
        return self._answer(attempt_id, self.known[attempt_id])

    def _answer(self, attempt_id: UUID, said: str) -> RailAnswer:
        if said == "paid":
            return RailAnswer(
                Outcome.PAID, receipt_ref=f"R{attempt_id.hex[-12:]}", code="0", message="Paid",
                amount_minor=self.paid[attempt_id] + self.amount_off,
            )
        return RailAnswer(Outcome(said), code=f"code-{said}", message=f"It is {said}.")


def earn(pieces: int = 10, bench: Bench | None = None, workshop: Any = None) -> Earning:
    """``pieces`` castings of one workshop accepted: ``pieces * CAST_RATE`` earned."""
    bench = bench or make_bench(max(40, pieces))
    inspection = make_accepted(bench.work("cast", pieces, workshop), pieces)
    return Earning.objects.get(inspection_id=inspection.pk)


def approved(maker: Actor | None = None, checker: Actor | None = None) -> PayoutBatch:
    """A batch of everything owed, made by one person and approved by another."""
    batch = create_payout_batch(actor=maker or finance_maker())
    return approve_payout_batch(actor=checker or finance_checker(), batch_id=batch.pk, content_hash=batch.content_hash)


def ready_payout(pieces: int = 10, bench: Bench | None = None) -> Payout:
    """One payout, approved and held, waiting to be sent."""
    earn(pieces, bench)
    return approved().payouts.get()


def pay_of(work_order: WorkOrder) -> int:
    """Everything earned on one work order, minor units."""
    return sum(work_order.earnings.values_list("amount_minor", flat=True))


def system() -> Actor:
    return actors.system()
