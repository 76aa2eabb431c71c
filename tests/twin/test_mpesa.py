"""The demo's M-Pesa: which rail is bound, and how its results reach the factory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from kiwanda import ports
from kiwanda.adapters.payments_sandbox import SandboxRail
from kiwanda.core import clock
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement.jobs import read_rail_posts, send_ready_payouts
from kiwanda.factory.settlement.models import Payout, RailPost
from kiwanda.factory.settlement.tests.factories import approved, earn
from kiwanda.twin import jobs, mpesa
from kiwanda.twin.mpesa import LocalMpesa

pytestmark = pytest.mark.django_db


@pytest.fixture
def local(noon, monkeypatch) -> Iterator[LocalMpesa]:
    monkeypatch.setenv("KIWANDA_MPESA_FAULTS", "0.0")
    mpesa.lay_out()
    ports._make.cache_clear()
    found = mpesa.paying()
    assert found is not None
    found.simulator.receive(100_000_00, "Organization Settlement from Bank")
    yield found
    mpesa.books_path().unlink()
    ports._make.cache_clear()


@pytest.fixture
def payout(local) -> Payout:
    bench = make_bench(80)
    earn(10, bench)
    return approved().payouts.get()


def test_without_books_the_sandbox_pays(noon):
    assert mpesa.paying() is None
    assert isinstance(ports.bound("payments"), SandboxRail)
    assert jobs.deliver_mpesa_results() == 0


def test_while_playing_a_payment_is_sent_heard_and_booked_at_once(local, payout):
    begun = clock.now()
    local.let_pass(begun, begun + timedelta(minutes=20))
    payout.refresh_from_db()
    assert payout.state == "paid"
    assert local.books.paid()[str(payout.attempts.get().pk)]["receipt"] == payout.receipt_ref
    assert begun < payout.paid_at < begun + timedelta(minutes=3)


def test_in_a_running_demo_results_are_posted_to_the_factorys_own_address(local, payout, monkeypatch, settings):
    settings.KIWANDA_PUBLIC_URL = "http://127.0.0.1:8300/"
    addresses = []

    def post(url: str, body: bytes) -> bool:
        addresses.append(url)
        return Client().post(urlsplit(url).path, body, content_type="application/json").status_code == 200

    monkeypatch.setattr(mpesa, "deliver_over_http", post)
    send_ready_payouts()
    assert jobs.deliver_mpesa_results() == 0, "M-Pesa takes some seconds"
    with clock.at(clock.now() + timedelta(seconds=30)):
        with local.in_play():
            assert jobs.deliver_mpesa_results() == 0, "the player hears them by itself"
        assert jobs.deliver_mpesa_results() == 1
        assert RailPost.objects.get().state == "received"
        read_rail_posts()
    payout.refresh_from_db()
    assert payout.state == "paid"
    assert addresses[0].startswith("http://127.0.0.1:8300/hooks/pay/daraja/")


def test_a_build_takes_the_place_of_the_books_before(local, monkeypatch):
    monkeypatch.setenv("KIWANDA_BUILDING", "building.sqlite3")
    mpesa.lay_out()
    building = mpesa.books_path()
    new = mpesa.at_hand()
    assert new is not None and new is not local and new.books.float_minor() == 0
    new.simulator.receive(70_00, "Organization Settlement from Bank")
    monkeypatch.delenv("KIWANDA_BUILDING")
    assert mpesa.books_path() != building and mpesa.books_path().exists(), "the running demo keeps its own meanwhile"
    mpesa.take_over(building)
    found = mpesa.at_hand()
    assert found is not None and found.books.float_minor() == 70_00
    assert not building.exists()
