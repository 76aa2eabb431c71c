"""The demo's M-Pesa: the local Daraja of ``adapters.daraja.simulator`` with books in the factory's folder.

The factory pays through its real Daraja rail; requests reach the simulator in this process, whichever process that is,
because the books are a file of their own. Results are posted later: while the twin plays they are kept and read at
once, in a running demo the worker posts them over HTTP to the factory's own address (``twin.jobs``).

The books are made when a demo is built. A factory without them (an older demo, a test) pays through the sandbox.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from kiwanda.adapters.daraja import Credentials, DarajaRail, Gateway
from kiwanda.adapters.daraja.simulator import Books, Simulator, SimulatorTransport
from kiwanda.adapters.daraja.simulator.courses import EVERYDAY
from kiwanda.adapters.daraja.simulator.server import deliver_over_http
from kiwanda.core import clock
from kiwanda.factory.settlement import posts
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import Payout
from kiwanda.ports import bound
from kiwanda.twin.phones import secret

#: Part of the payments that meet a fault; KIWANDA_MPESA_FAULTS says otherwise.
FAULT_SHARE = 0.05
SHORTCODE, INITIATOR, PASSWORD = "600992", "testapi", "Safaricom999!*!"
#: Only the path counts: where the factory is served may change between two starts.
POST_URL = "https://factory.invalid/hooks/pay/daraja"
#: Payouts that may still move by themselves.
MOVING = ("ready", "sending", "accepted", "unknown")


class LocalMpesa:
    """The simulator with its books at ``path`` and the rail that pays through it. Times are the factory's clock."""

    def __init__(self, path: Path, *, seed: int = 0, fault_share: float | None = None) -> None:
        share = float(os.environ.get("KIWANDA_MPESA_FAULTS") or FAULT_SHARE) if fault_share is None else fault_share
        self.books = Books(path, float_minor=0)
        self.simulator = Simulator(
            self.books, self._post, shortcode=SHORTCODE, initiator=(INITIATOR, PASSWORD), seed=seed,
            fault_share=share, weights=EVERYDAY, clock=_seconds, private_key=self.books.private_key(),
        )  # fmt: skip
        credentials = Credentials("key", "secret", SHORTCODE, INITIATOR, PASSWORD, self.simulator.certificate)
        gateway = Gateway(
            "https://daraja.invalid", credentials, path.with_name("mpesa-token.json"),
            transport=SimulatorTransport(self.simulator), clock=_seconds,
        )  # fmt: skip
        self.rail = DarajaRail(
            gateway, post_url=POST_URL, secret=secret("mpesa"), state_path=path.with_name("mpesa-balance.json"),
            clock=_seconds,
        )  # fmt: skip
        self._in_play = 0

    @contextmanager
    def in_play(self) -> Iterator[None]:
        """Inside, results are read in this process and the worker's timer delivers nothing."""
        self._in_play += 1
        try:
            yield
        finally:
            self._in_play -= 1

    def let_pass(self, begun: datetime, until: datetime) -> None:
        """Minute by minute from ``begun`` to ``until``: results come, what waits is sent or asked about.

        Ends as soon as nothing is under way any more. Outside any transaction, like every sending.
        """
        moment = begun
        with self.in_play():
            while moment <= until and self._under_way(until):
                with clock.at(moment):
                    self.simulator.deliver()
                    while send_ready_payouts():
                        pass
                moment += timedelta(minutes=1)

    def deliver_over_http(self) -> int:
        """Post what is due to the factory's own address; returns how many posts were taken. Nothing while it plays."""
        return 0 if self._in_play else self.simulator.deliver()

    def _under_way(self, until: datetime) -> bool:
        due = self.simulator.waiting()
        return (due is not None and due <= until.timestamp()) or Payout.objects.filter(state__in=MOVING).exists()

    def _post(self, url: str, body: bytes) -> bool:
        path = urlsplit(url).path
        if not self._in_play:
            return deliver_over_http(f"{settings.KIWANDA_PUBLIC_URL.rstrip('/')}{path}", body)
        address = path.rpartition("/")[2]
        if not self.rail.is_address(address):
            return False
        posts.handle(posts.keep(self.rail.name, address, body))
        return True


def books_path() -> Path:
    """Where the demo's books lie; while a demo is built, beside those of the one that still runs."""
    name = "mpesa-building.sqlite3" if os.environ.get("KIWANDA_BUILDING") else "mpesa.sqlite3"
    return Path(settings.CONFIG.home) / "sandbox" / name


def lay_out() -> None:
    """Begin new, empty books; before anything asks for the rail."""
    path = books_path()
    for old in (*path.parent.glob(f"{path.name}*"), *path.parent.glob("mpesa-*.json")):
        old.unlink()
    _made.cache_clear()
    _made(path)


def take_over(building: Path) -> None:
    """The books of a finished build take the place of the former demo's; ``building`` is where they were made."""
    local = _made(building)
    local.books.close()
    _made.cache_clear()
    for suffix in ("-wal", "-shm"):
        building.with_name(building.name + suffix).unlink(missing_ok=True)
    place = books_path()
    for old in place.parent.glob(f"{place.name}*"):
        old.unlink()
    building.replace(place)


def at_hand() -> LocalMpesa | None:
    """The demo's M-Pesa of this process, None where it has no books."""
    path = books_path()
    return _made(path) if path.exists() else None


def paying() -> LocalMpesa | None:
    """The demo's M-Pesa where it is the rail that pays."""
    found = at_hand()
    return found if found is not None and bound("payments") is found.rail else None


@functools.lru_cache(maxsize=2)
def _made(path: Path) -> LocalMpesa:
    return LocalMpesa(path)


def _seconds() -> float:
    return clock.now().timestamp()
