"""Pay's screens: a payout's life, what needs a person, the rules, reconciliation, the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.scenarios.mpesa import RAIL, Factory, rail_bound

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.factory.network.commands import change_phone
from kiwanda.factory.network.tests.factories import finance_maker, owner
from kiwanda.factory.production.tests.factories import coordinator
from kiwanda.factory.settlement import rules
from kiwanda.factory.settlement.commands import propose_reversal
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import NumberHold, PayoutReversal, RailLine, Resolution, StandingOrder
from kiwanda.factory.settlement.tests.conftest import rail
from kiwanda.factory.settlement.tests.factories import ready_payout
from kiwanda.surfaces.tower.tests.people import staff_client

__all__ = ["rail", "rail_bound"]
pytestmark = pytest.mark.django_db


def shown(client, name, *args):
    answer = client.get(reverse(f"tower:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def give(client, name, *args, **fields):
    answer = client.post(reverse(f"tower:{name}", args=args), {"command_id": str(new_id()), **fields})
    assert answer.status_code == 302, answer.content[:400]
    return answer


def test_a_payouts_page_tells_its_whole_life(noon, rail):
    rail.answers = ["failed"]
    payout = ready_payout()
    send_ready_payouts()
    maker = staff_client(Role.FINANCE_MAKER)
    page = shown(maker, "payout", payout.pk)
    for words in ("Prepared", "Approved", "The rail is asked to pay", "clearing:payouts", "Give up"):
        assert words in page
    give(maker, "release_payout", payout.pk)
    assert "waits for the next batch" in shown(maker, "payout", payout.pk)
    assert staff_client(Role.COORDINATOR).get(reverse("tower:payout", args=[new_id()])).status_code == 404


def test_a_reversal_goes_from_one_person_to_another(noon, rail):
    payout = ready_payout()
    send_ready_payouts()
    maker, checker = staff_client(Role.FINANCE_MAKER), staff_client(Role.FINANCE_CHECKER)
    give(maker, "propose_reversal", payout.pk, receipt_ref="BACK1", note="Seen in the portal.")
    assert "BACK1" in shown(checker, "pay_attention")
    give(checker, "decide_reversal", PayoutReversal.objects.get().pk, confirmed="1")
    payout.refresh_from_db()
    assert payout.state == "reversed"
    assert "BACK1" not in shown(checker, "pay_attention")


def test_a_changed_number_is_confirmed_on_the_list(noon, rail):
    payout = ready_payout()
    change_phone(actor=coordinator(), artisan_id=owner(payout.workshop).pk, phone="+254711222333")
    checker = staff_client(Role.FINANCE_CHECKER)
    assert payout.workshop.trade_name in shown(checker, "pay_attention")
    hold = NumberHold.objects.get()
    give(checker, "decide_number", hold.pk, confirmed="1", note="")
    hold.refresh_from_db()
    assert hold.state == "held", "a note is needed"
    give(checker, "decide_number", hold.pk, confirmed="1", note="Called her.")
    hold.refresh_from_db()
    assert hold.state == "confirmed"


def test_the_switch_the_limits_and_paying_at_once(noon):
    maker, checker = staff_client(Role.FINANCE_MAKER), staff_client(Role.FINANCE_CHECKER)
    give(maker, "stop_payouts", reason="The portal looks odd.")
    assert "The portal looks odd." in shown(checker, "pay")
    give(checker, "resume_payouts", note="All is well.")
    assert rules.current().sending
    give(checker, "set_pay_limits", payout_minor="1,500.50", batch_minor="", day_minor="x")
    assert rules.current().payout_limit_minor is None, "one wrong amount sets nothing"
    give(checker, "set_pay_limits", payout_minor="1,500.50", batch_minor="", day_minor="90000")
    row = rules.current()
    assert (row.payout_limit_minor, row.batch_limit_minor, row.day_limit_minor) == (1_500_50, None, 90_000_00)
    give(maker, "propose_instant_pay", payout_limit_minor="2000", day_limit_minor="50000")
    order = StandingOrder.objects.get()
    give(checker, "decide_instant_pay", order.pk, "approve")
    order.refresh_from_db()
    assert order.state == "active"
    assert "Pay at once" in shown(maker, "pay_rules")


def test_reconciliation_leads_from_a_statement_to_its_end(rail_bound, tmp_path):
    factory = Factory(tmp_path)
    RAIL.append(factory.rail)
    with clock.at(factory.moment):
        payout = ready_payout()
    factory.work()
    factory.wait(timedelta(hours=3))
    factory.daraja.reverse(str(payout.attempts.get().pk))
    maker, checker = staff_client(Role.FINANCE_MAKER), staff_client(Role.FINANCE_CHECKER)
    with clock.at(factory.moment):
        assert "No statement yet" in shown(maker, "reconcile")
        upload = tmp_path / "statement.csv"
        upload.write_bytes(factory.books.statement_csv())
        with upload.open("rb") as content:
            give(maker, "import_statement", file=content)
        page = shown(checker, "reconcile")
        assert "Taken back by the rail" in page
        assert payout.code in page
        found = RailLine.objects.get(amount_minor=payout.amount_minor)
        give(checker, "reverse_by_line", payout_id=payout.pk, line_id=found.pk, difference="x")
        payout.refresh_from_db()
        assert payout.state == "reversed"
        assert "Everything agrees" in shown(checker, "reconcile")
        assert checker.post(reverse("tower:settle_by_line"), {"payout_id": "x"}).status_code == 404


def test_money_that_came_in_is_booked_as_our_own(rail_bound, tmp_path):
    factory = Factory(tmp_path)
    RAIL.append(factory.rail)
    with clock.at(factory.moment), factory.books.writing() as books:
        factory.daraja._line(books, "TOPUP00001", "", "Completed", paid_in=500_00, reason="Top up from bank")
    checker = staff_client(Role.FINANCE_CHECKER)
    with clock.at(factory.moment):
        upload = tmp_path / "statement.csv"
        upload.write_bytes(factory.books.statement_csv())
        with upload.open("rb") as content:
            give(staff_client(Role.FINANCE_MAKER), "import_statement", file=content)
        page = shown(checker, "reconcile")
        key = page.split('name="key" value="')[1].split('"')[0]
        give(checker, "resolve_difference", key=key, action="explained", note="No.")
        assert not Resolution.objects.exists()
        give(checker, "resolve_difference", key=key, action="top_up", note="Bank slip 12")
        assert Resolution.objects.get().entry.transfers.get().debit.code == "float:daraja"
        assert "Bank slip 12" in shown(checker, "reconcile")


def test_the_ledger_one_account_and_its_files(noon, rail):
    payout = ready_payout()
    client = staff_client(Role.AUDITOR)
    assert "clearing:payouts" in shown(client, "ledger")
    page = shown(client, "ledger_account", f"payable:{payout.workshop.code}")
    assert "clearing:payouts" in page
    for form, words in (("csv", "cost:piecework"), ("beancount", "Expenses:Cost:Piecework")):
        answer = client.get(reverse("tower:ledger_export", args=[form]))
        assert words in b"".join(answer.streaming_content).decode()
    assert client.get("/pay/ledger/accounts/payable:nobody/").status_code == 404


def test_a_proposal_by_another_is_not_confirmed_by_its_maker(noon, rail):
    payout = ready_payout()
    send_ready_payouts()
    row = propose_reversal(actor=finance_maker(), payout_id=payout.pk, receipt_ref="B1", note="Seen.")
    give(staff_client(Role.FINANCE_MAKER), "decide_reversal", row.pk, confirmed="1")
    row.refresh_from_db()
    assert row.state == "proposed"
