"""A factory and a local Daraja, with the time between them turned by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from kiwanda import ports
from kiwanda.adapters.daraja import Credentials, DarajaRail, Gateway
from kiwanda.adapters.daraja.simulator import Books, Course, Simulator, SimulatorTransport
from kiwanda.adapters.daraja.simulator.courses import FAULTS
from kiwanda.core import clock
from kiwanda.factory.settlement.jobs import query_waiting_payouts, read_rail_posts, send_ready_payouts

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FLOAT = 2_000_000_00
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Drawn:
    """The course of each request by the order in which they come: from one seed always the same, whatever their ids."""

    def __init__(self, seed: int, share: float) -> None:
        self.random, self.share = Random(seed), share
        self.known: dict[str, Course] = {}

    def get(self, originator_id: str, otherwise: Course) -> Course:
        if originator_id not in self.known:
            faulty = self.random.random() < self.share
            self.known[originator_id] = self.random.choice(FAULTS) if faulty else Course.PAID
        return self.known[originator_id]


class Factory:
    """A factory, its Daraja, and the time between them."""

    def __init__(self, folder: Path, seed: int = 0, faults: float = 0.0, books: Path | None = None) -> None:
        """``books``: a file in which Daraja's books outlive this process."""
        self.moment = NOON
        #: Posts get lost on their way to us.
        self.deaf = False
        self.client = Client()
        self.books = Books(books, FLOAT)
        self.daraja = Simulator(
            self.books, self._post, clock=lambda: self.moment.timestamp(), private_key=RSA_KEY,
        )  # fmt: skip
        self.daraja.courses = Drawn(seed, faults)  # type: ignore[assignment]
        credentials = Credentials("key", "secret", "600992", "testapi", "Safaricom999!*!", self.daraja.certificate)
        gateway = Gateway(
            "https://daraja.test",
            credentials,
            folder / "token.json",
            transport=SimulatorTransport(self.daraja),
            clock=lambda: self.moment.timestamp(),
        )
        self.rail = DarajaRail(
            gateway,
            post_url="https://factory.test/hooks/pay/daraja",
            secret="an unguessable secret",
            state_path=folder / "balance.json",
            clock=lambda: self.moment.timestamp(),
        )

    def _post(self, url: str, body: bytes) -> bool:
        if self.deaf:
            return True
        with clock.at(self.moment):
            answer = self.client.post(urlsplit(url).path, body, content_type="application/json")
        return answer.status_code == 200

    def work(self) -> None:
        """What the worker does in a round."""
        with clock.at(self.moment):
            read_rail_posts()
            send_ready_payouts()
            query_waiting_payouts()
            read_rail_posts()

    def wait(self, span: timedelta) -> None:
        """Time passes; posts come when they are due and are read before the worker's next round."""
        end = self.moment + span
        while True:
            due = self.daraja.waiting()
            if due is None or due > end.timestamp():
                break
            self.moment = max(self.moment, datetime.fromtimestamp(due, UTC) + timedelta(seconds=1))
            self.daraja.deliver()
            with clock.at(self.moment):
                read_rail_posts()
        self.moment = max(self.moment, end)
        self.daraja.deliver()
        self.work()


FACTORIES: list[Path] = []
RAIL: list[DarajaRail] = []


@contextmanager
def rails_bound() -> Iterator[None]:
    """The payment rail is the Daraja rail of the factory made last."""
    bound = ports.bound
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ports, "bound", lambda port: RAIL[-1] if port == "payments" else bound(port))
        patch.setattr("kiwanda.surfaces.rails.views.bound", lambda port: RAIL[-1])
        yield
    RAIL.clear()


@pytest.fixture
def rail_bound(tmp_path: Path) -> Iterator[None]:
    FACTORIES.append(tmp_path)
    with rails_bound():
        yield
    FACTORIES.pop()


class Always:
    """Every request takes one course."""

    def __init__(self, course: Course) -> None:
        self.course = course

    def get(self, originator_id: str, otherwise: Course) -> Course:
        return self.course
