"""Builds the demo: founds the factory on a day some weeks ago and plays it up to now."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from kiwanda.core import actors, clock
from kiwanda.core.errors import Rejected
from kiwanda.factory.network.models import Workshop
from kiwanda.twin import founding
from kiwanda.twin.commands import begin_play
from kiwanda.twin.errors import TwinError
from kiwanda.twin.models import Play
from kiwanda.twin.network import WORKSHOPS, generate
from kiwanda.twin.people import People
from kiwanda.twin.player import Player

#: Told as the demo grows: share done from 0 to 1, and a short sentence.
Progress = Callable[[float, str], None]

#: Part of the source's invoices that the demo plays: six weeks of it take a laptop some three minutes.
ORDER_SHARE = 0.2

#: Share of the whole time that founding takes, for the progress bar.
FOUNDING_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: commands given, and refused ones by name and reason (life: somebody was faster)."""

    days: int
    workshops: int
    commands: int
    refused: dict[str, int]


def build_demo(
    progress: Progress | None = None,
    days: int = 42,
    seed: int = 2026,
    workshops: int = WORKSHOPS,
    order_share: float | None = None,
    plan_seconds: float = 0.3,
) -> Built:
    """Found the factory ``days`` days before now and play every day up to this moment.

    ``workshops`` below 2,300 builds a small factory; orders shrink with it unless ``order_share`` says otherwise.
    An interrupted build goes on where it stopped when called again. Raises ``Rejected`` (``twin.not_empty``) where the
    database holds a real factory.
    """
    with _rare_collection():
        return _build(progress or (lambda share, text: None), days, seed, workshops, order_share, plan_seconds)


#: Names in the tally that are no command given.
NOT_GIVEN = ("refused ", "plan ", "left undone ")


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Millions of short-lived rows, hardly a cycle among them: look for cycles a hundred times less often."""
    before = gc.get_threshold()
    gc.set_threshold(before[0] * 100, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _build(
    tell: Progress, days: int, seed: int, workshops: int, order_share: float | None, plan_seconds: float
) -> Built:
    now = clock.now()
    play = Play.objects.filter(pk=1).first()
    if play is None:
        if Workshop.objects.exists():
            raise Rejected(TwinError.NOT_EMPTY)
        share = order_share if order_share is not None else min(ORDER_SHARE, workshops / WORKSHOPS)
        found_factory(now - timedelta(days=days), now, seed, workshops, share, tell)
    player = Player(plan_seconds)
    player.play_until(
        now, lambda moment, share, text: tell(FOUNDING_SHARE + (1 - FOUNDING_SHARE) * share, f"Playing {text}")
    )
    given = {name: count for name, count in player.tally.items() if not name.startswith(NOT_GIVEN)}
    refused = {name.removeprefix("refused "): n for name, n in player.tally.items() if name.startswith("refused ")}
    tell(1.0, "The factory is running")
    return Built(days, workshops, sum(given.values()), refused)


def found_factory(
    founded_at: datetime, now: datetime, seed: int, workshops: int, order_share: float, tell: Progress
) -> None:
    """Everything that must stand before the first order comes, in one transaction, dated ``founded_at``."""
    people, network = People(seed), generate(seed, workshops)
    founded_on = clock.local_date(founded_at)
    begins_at = clock.local_midnight(founded_on)
    with transaction.atomic(), clock.at(begins_at):
        tell(0.002, "Founding: staff and wages")
        cast = founding.found_staff()
        founding.found_wages(cast, founded_on)
        tell(0.008, "Founding: crafts and materials")
        founding.found_techniques(cast)
        tell(0.012, f"Founding: {workshops:,} workshops")
        founding.found_network(cast, network, founded_on, people)
        tell(0.03, "Founding: the collection")
        founding.found_collection(cast)
        founding.found_sales(cast)
        tell(0.045, "Founding: consents and first material")
        founding.found_consents(cast, network, people, founded_on + timedelta(days=365))
        begin_play(
            actor=actors.system(), seed=seed, workshops=workshops, order_share=order_share,
            built_on=clock.local_date(now), begins_at=begins_at,
        )  # fmt: skip
        weekly = founding.weekly_material(network, clock.local_date(now), order_share)
        founding.receive_lots(cast, founded_on, weekly, founding.FIRST_STOCK_WEEKS, "first")
