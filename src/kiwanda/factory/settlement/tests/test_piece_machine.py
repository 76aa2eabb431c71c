"""Pieces under any order of hand-ins, miscounts, verdicts, rework, appeals and closings: none lost, none twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.dispatch.commands import close_work_order
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.tests.factories import artisan_of, make_workshop
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.commands import (
    hand_in,
    issue_components,
    receive_hand_in,
    report_progress,
    settle_discrepancy,
)
from kiwanda.factory.production.models import ComponentIssue, HandIn
from kiwanda.factory.production.queries import components_of
from kiwanda.factory.production.tests.factories import coordinator, inspector, make_bench
from kiwanda.factory.quality.commands import decide_appeal, file_appeal
from kiwanda.factory.quality.models import Appeal, Inspection
from kiwanda.factory.quality.tests.factories import judge
from kiwanda.factory.settlement.models import Earning
from kiwanda.factory.settlement.tests.factories import pay_of

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SEED = st.integers(0, 2**20)


class Pieces(RuleBasedStateMachine):
    """Two castings, one beading and two joinings of one order; whatever a rule may not do must be refused whole."""

    @initialize(days=st.integers(2, 5), seed=SEED)
    def begin(self, days, seed):
        self.block = transaction.atomic()
        self.block.__enter__()
        self.moment = NOON
        with clock.at(self.moment):
            bench = make_bench(40)
            self.work = [
                bench.work("cast", 12),
                bench.work("cast", 8, make_workshop(techniques=["cast"], hub="KSM")),
                bench.work("bead", 16),
                bench.work("join", 10),
                bench.work("join", 6, make_workshop(techniques=["join"])),
            ]
        for day in range(days):
            self.a_whole_day(seed + 10 * day)

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def act(self, command, **arguments):
        """Give a command an hour later; a refusal leaves every row as it was."""
        self.moment += timedelta(hours=1)
        before = self._counts()
        try:
            with clock.at(self.moment), transaction.atomic():
                return command(**arguments)
        except Rejected:
            assert self._counts() == before
            return None

    @rule(seed=SEED)
    def report(self, seed):
        chance = Random(seed)
        for work in self.orders():
            self.act(report_progress, actor=artisan_of(work.workshop), work_order_id=work.pk,
                     made_quantity=chance.randint(0, work.quantity + 1), correction=chance.random() < 0.3)

    @rule(seed=SEED)
    def hand_in_some(self, seed):
        """Mostly what is possible, now and then more."""
        chance = Random(seed)
        for work in self.orders():
            rework = chance.random() < (0.6 if work.rework_quantity else 0.05)
            left = work.rework_quantity if rework else work.quantity - work.handed_in_quantity
            target = None
            if not rework and work.operation.code == "cast" and chance.random() < 0.3:
                target = chance.choice(self.work[3:]).pk
            self.act(hand_in, actor=artisan_of(work.workshop), work_order_id=work.pk, is_rework=rework,
                     quantity=chance.randint(1, max(1, left)) + (chance.random() < 0.1), to_work_order_id=target)

    @rule(seed=SEED)
    def count(self, seed):
        chance = Random(seed)
        for row in HandIn.objects.filter(state__in=["declared", "disputed"]).order_by("pk"):
            off = chance.choice([0, 0, 0, 0, -1, -2, 1])
            self.act(receive_hand_in, actor=coordinator(), hand_in_id=row.pk, counted=max(0, row.quantity + off))

    @rule(seed=SEED)
    def settle(self, seed):
        chance = Random(seed)
        for row in HandIn.objects.filter(state="disputed").order_by("pk"):
            self.act(settle_discrepancy, actor=coordinator(), hand_in_id=row.pk, note="Counted together.",
                     quantity=chance.randint(0, row.quantity + 1))

    @rule(seed=SEED)
    def inspect(self, seed):
        chance = Random(seed)
        for row in HandIn.objects.filter(state="received").order_by("pk"):
            accepted = chance.randint(0, row.received_quantity)
            rejected = chance.randint(0, row.received_quantity - accepted) if chance.random() < 0.6 else 0
            self.act(judge, hand_in=row, accepted=accepted, rejected=rejected,
                     rework=row.received_quantity - accepted - rejected)

    @rule(seed=SEED)
    def appeal(self, seed):
        chance = Random(seed)
        for verdict in Inspection.objects.filter(appeal=None).order_by("pk"):
            if chance.random() < 0.4:
                self.act(file_appeal, actor=artisan_of(verdict.work_order.workshop), inspection_id=verdict.pk,
                         reason="Look again.")
        for row in Appeal.objects.filter(state="open").select_related("inspection").order_by("pk"):
            self.act(decide_appeal, actor=inspector(), appeal_id=row.pk, decision="Seen.",
                     granted_quantity=chance.randint(0, row.inspection.rejected_quantity + 1))

    @rule(by_worker=st.booleans())
    def pass_parts(self, by_worker):
        if by_worker:
            with clock.at(self.moment):
                run_reactions(names={"production.pass_parts_on", "production.give_first_parts"})
        for work in [] if by_worker else self.orders():
            self.act(issue_components, actor=coordinator(), work_order_id=work.pk)

    @rule(seed=SEED)
    def a_whole_day(self, seed):
        self.hand_in_some(seed)
        self.count(seed + 1)
        self.settle(seed + 2)
        self.inspect(seed + 3)
        self.appeal(seed + 4)
        self.pass_parts(seed % 2 == 0)
        if Random(seed).random() < 0.4:
            self.close_one(seed + 5)

    @rule(seed=SEED)
    def close_one(self, seed):
        work = Random(seed).choice([work for work in self.orders() if work.made_quantity] or self.orders())
        self.act(close_work_order, actor=coordinator(), work_order_id=work.pk, reason="Stopped.")

    def orders(self):
        return list(WorkOrder.objects.select_related("workshop", "operation").order_by("pk"))

    @invariant()
    def every_piece_is_in_one_place(self):
        if not hasattr(self, "block"):
            return
        for work in WorkOrder.objects.select_related("operation"):
            pieces = (work.accepted_quantity, work.rejected_quantity, work.short_quantity, work.rework_quantity)
            assert min(pieces) >= 0
            assert work.open_quantity >= work.rework_quantity
            assert sum(pieces[:3]) + work.open_quantity == work.quantity
            assert pay_of(work) == work.accepted_quantity * work.piece_rate_minor

    @invariant()
    def no_part_is_used_twice_or_made_of_nothing(self):
        if not hasattr(self, "block"):
            return
        good: dict = {}
        for work in WorkOrder.objects.all():
            good[work.operation_id] = good.get(work.operation_id, 0) + work.accepted_quantity
        given: dict = {}
        for parts in components_of([work.pk for work in self.work]).values():
            for operation, quantity in parts.items():
                given[operation] = given.get(operation, 0) + quantity
        for operation, quantity in given.items():
            assert quantity <= good[operation]
        for work in self.work[3:]:
            counters = WorkOrder.objects.get(pk=work.pk)
            for operation in work.operation.after.values_list("pk", flat=True):
                assert components_of([work.pk]).get(work.pk, {}).get(operation, 0) >= counters.handed_in_quantity

    @invariant()
    def the_audit_is_clean(self):
        if hasattr(self, "block"):
            assert audit("production", "quality", "settlement", "dispatch") == []

    def _counts(self):
        counters = ("made", "handed_in", "received", "accepted", "rework", "rejected", "short")
        sums = WorkOrder.objects.aggregate(*(Sum(f"{name}_quantity") for name in counters))
        rows = [model.objects.count() for model in (HandIn, Inspection, Appeal, ComponentIssue, Earning)]
        return sums, rows


@pytest.mark.django_db
def test_pieces_under_any_course_of_events():
    run_state_machine_as_test(
        Pieces,
        settings=settings(
            max_examples=6, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
