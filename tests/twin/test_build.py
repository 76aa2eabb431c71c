"""A small factory built and played by commands alone: its books hold, its days are honest, it lives on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum

from kiwanda import ports
from kiwanda.core import append_only, audit, clock
from kiwanda.core.commands import load_commands
from kiwanda.core.errors import Rejected
from kiwanda.core.models import Event, ParkedEvent
from kiwanda.core.reactions import load_reactions
from kiwanda.factory.catalog.models import Style
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.network.models import Artisan, Workshop
from kiwanda.factory.network.tests.factories import finance_maker
from kiwanda.factory.planning.models import PlanRun
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.settlement import ledger, reconciling
from kiwanda.factory.settlement.commands import import_rail_statement
from kiwanda.factory.settlement.models import Earning, FxRate, Payout, PayoutAttempt, RailPost
from kiwanda.factory.settlement.reconciling import Kind
from kiwanda.factory.supply.models import Issue
from kiwanda.twin import build, day, mpesa
from kiwanda.twin.models import Play

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # a Friday evening in Nairobi
DAYS, WORKSHOPS = 10, 60

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def factory(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[build.Built]:
    """Built once for the module, committed (payouts want their own transactions); emptied afterwards."""
    load_commands()
    load_reactions()
    # Its own M-Pesa, with more faults than an ordinary week has: few people are paid in ten days.
    patch = pytest.MonkeyPatch()
    patch.setenv("KIWANDA_MPESA_FAULTS", "0.35")
    mpesa.lay_out()
    ports._make.cache_clear()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        shares: list[float] = []
        with clock.at(NOW):
            built = build.build_demo(
                lambda share, _: shares.append(share),
                days=DAYS,
                seed=5,
                workshops=WORKSHOPS,
                order_share=0.08,
                plan_seconds=0.3,
            )
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
    yield built
    patch.undo()
    mpesa.books_path().unlink()
    ports._make.cache_clear()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for lift in (append_only.remove, append_only.install):
            with connection.schema_editor() as editor:
                for table in append_only.APPEND_ONLY_TABLES:
                    lift(editor, table)
            if lift is append_only.remove:
                call_command("flush", verbosity=0, interactive=False)


def test_the_books_hold(factory: build.Built) -> None:
    problems = {finding.check.name: finding.problems for finding in audit.run_audit() if not finding.holds}
    assert not problems
    assert not ParkedEvent.objects.exists()


def test_everything_has_happened(factory: build.Built) -> None:
    assert Workshop.objects.count() == WORKSHOPS
    assert Style.objects.filter(state="released").count() == 30
    kinds = Counter(OrderLine.objects.values_list("state", flat=True))
    assert kinds["ignored"] > 0, "codes that are not ours are kept in sight"
    assert kinds["in_production"] + kinds["open"] > 5
    assert PlanRun.objects.filter(state="published").count() == 1
    assert Offer.objects.filter(state="accepted").count() > 30
    assert Issue.objects.exists()
    assert HandIn.objects.filter(state="inspected").exists()
    assert Earning.objects.exists()
    assert Payout.objects.exists()
    rework, rejected = Inspection.objects.aggregate(a=Sum("rework_quantity"), b=Sum("rejected_quantity")).values()
    judged = Inspection.objects.aggregate(n=Sum("quantity"))["n"]
    assert 0.005 < (rework + rejected) / judged < 0.2


def test_offers_meet_all_kinds_of_answers(factory: build.Built) -> None:
    states = Counter(Offer.objects.values_list("state", flat=True))
    assert states["accepted"] > states["declined"] > 0
    assert states["expired"] > 0


def test_nothing_was_painted_on(factory: build.Built) -> None:
    """Every row of work has its events, by actors of the right kind, within the played days."""
    accepted = Event.objects.filter(type="dispatch.OfferAccepted")
    assert accepted.count() == WorkOrder.objects.count()
    assert Event.objects.filter(type="quality.InspectionRecorded").count() == Inspection.objects.count()
    kinds = Counter(accepted.values_list("actor_kind", flat=True))
    assert kinds["artisan"] > 0.8 * kinds.total()
    assert set(accepted.values_list("actor_id", flat=True)) <= set(
        Artisan.objects.values_list("id", flat=True)
    ) | set(Event.objects.filter(actor_kind="staff").values_list("actor_id", flat=True))
    late = Event.objects.filter(at__gt=NOW)
    assert not late.exists()
    assert Event.objects.order_by("at").first().at >= NOW - timedelta(days=DAYS + 1)


def test_few_commands_were_refused(factory: build.Built) -> None:
    refused = sum(factory.refused.values())
    assert refused < 0.05 * factory.commands, factory.refused


def test_ledger_and_mpesa_agree_on_the_float(factory: build.Built) -> None:
    """Whatever was not brought in yet or differs openly is all that lies between the two."""
    local = mpesa.paying()
    assert local is not None
    with clock.at(NOW):
        import_rail_statement(
            actor=finance_maker(), filename="all.csv", content=local.books.statement_csv(until=NOW.timestamp() + 1)
        )
    found = reconciling.reconcile(finance_maker(), "daraja")
    assert found.balance_minor == local.books.float_minor()
    kinds = Counter(item.kind for item in found.differences)
    assert kinds[Kind.MONEY_IN], "the last days are left for people to look into"
    open_minor = sum(item.unbooked_minor for item in found.differences)
    open_minor += sum(item.amount_minor for item in found.differences if item.kind is Kind.REVERSED)
    assert ledger.balance_minor(ledger.float_at("daraja")) + open_minor == local.books.float_minor()
    on_its_way = sum(item.amount_minor for item in found.differences if item.kind is Kind.MONEY_IN)
    assert ledger.balance_minor("bank:KES") >= on_its_way, "the bank sends no more than it has"


def test_mpesa_was_as_it_is_and_nobody_was_paid_twice(factory: build.Built) -> None:
    local = mpesa.paying()
    assert local is not None
    attempts = dict(PayoutAttempt.objects.values_list("pk", "payout_id"))
    paid = [attempts[UUID(originator)] for originator, row in local.books.paid().items() if row["state"] == "paid"]
    assert paid and len(paid) == len(set(paid))
    ended = Counter(PayoutAttempt.objects.values_list("state", flat=True))
    assert ended["paid"] and ended.total() > ended["paid"], "some attempts met a fault"
    assert RailPost.objects.filter(state="handled", outcome="paid").exists(), "results came by post"
    assert FxRate.objects.filter(base="USD", quote="KES").exists()


def test_building_again_changes_nothing(factory: build.Built) -> None:
    before = Event.objects.count()
    with clock.at(NOW):
        build.build_demo(days=DAYS, seed=5, workshops=WORKSHOPS)
    assert Event.objects.count() == before


def test_a_real_factory_is_left_alone(factory: build.Built) -> None:
    play = Play.objects.get()
    Play.objects.all().delete()
    try:
        with pytest.raises(Rejected) as refused:
            build.build_demo(days=3, workshops=20)
        assert refused.value.code == "twin.not_empty"
        with pytest.raises(Rejected) as refused:
            day.advance_day()
        assert refused.value.code == "twin.not_a_demo"
    finally:
        play.save(force_insert=True)


def test_the_factory_lives_on(factory: build.Built) -> None:
    """Three more days: pieces get finished, the clock moves, the books still hold."""
    before = Inspection.objects.count()
    with clock.at(NOW):
        day.advance_day(days=3)
    clock.forget_cache()
    assert Play.objects.get().played_until == NOW + timedelta(days=3)
    assert Inspection.objects.count() > before
    assert Piece.objects.exists()
    test_the_books_hold(factory)
