"""Plays the factory forward: a timetable of what people do at which hour, on the factory's own clock.

Everything that happens is a command, given by the person whose task it is, at the moment she would give it. The player
reads tables to know what lies on whose desk; it writes nothing but its own ``Play`` row.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from kiwanda.core import clock, reactions
from kiwanda.core.actors import Actor
from kiwanda.core.errors import Rejected
from kiwanda.core.models import User
from kiwanda.factory.network.models import Artisan, Workshop
from kiwanda.twin import mpesa
from kiwanda.twin.cast import STAFF, Cast, artisan_actor
from kiwanda.twin.doors import Doors
from kiwanda.twin.models import Play
from kiwanda.twin.network import Network, WorkshopRow, generate
from kiwanda.twin.people import People

log = structlog.get_logger(__name__)

Step = Callable[["Player"], None]
#: Told after every played hour: moment reached, share done (0 to 1), what happened last.
Progress = Callable[[datetime, float, str], None]


@dataclass(frozen=True, slots=True)
class Maker:
    """A workshop of the twin with its ids in this database."""

    row: WorkshopRow
    workshop_id: UUID
    owner_id: UUID

    @property
    def channel(self) -> str:
        """How the owner is reached."""
        return self.row.artisans[0].channel

    @property
    def actor(self) -> Actor:
        """The owner, coming through the door she is used to."""
        return artisan_actor(self.owner_id, self.workshop_id, self.row.artisans[0].channel)


@functools.lru_cache(maxsize=2)
def _network(seed: int, workshops: int) -> Network:
    return generate(seed, workshops)


class Player:
    """One database's play, loaded; keep it for as long as you play, not longer."""

    def __init__(self, plan_seconds: float = 1.0) -> None:
        #: Engine time for one plan run.
        self.plan_seconds = plan_seconds
        self.play = Play.objects.get(pk=1)
        self.people = People(self.play.seed)
        self.network = _network(self.play.seed, self.play.workshops)
        users = dict(User.objects.filter(username__in=STAFF).values_list("username", "id"))
        self.cast = Cast(users)
        self.makers = self._load_makers()
        self.makers_by_id = {maker.workshop_id: maker for maker in self.makers.values()}
        #: Pieces made so far by work order, written down or not.
        self.hands: dict[str, float] = dict(self.play.hands)
        self.tally: Counter[str] = Counter(self.play.tally)
        self.now = self.play.played_until
        #: Nothing happens after this while playing.
        self.end = self.now
        #: The networks people's phones are in.
        self.doors = Doors(phones=self.play.phones)

    def _load_makers(self) -> dict[str, Maker]:
        rows = {row.code: row for row in self.network.workshops}
        owners = dict(Artisan.objects.filter(role="owner", state="active").values_list("workshop_id", "id"))
        return {
            code: Maker(rows[code], pk, owners[pk])
            for pk, code in Workshop.objects.values_list("id", "code")
            if code in rows and pk in owners
        }

    # -- time --------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The day the play is in (Nairobi)."""
        return clock.local_date(self.now)

    @property
    def day(self) -> int:
        """``today`` as an ordinal, for ``People``."""
        return self.today.toordinal()

    def play_until(self, moment: datetime, progress: Progress | None = None) -> None:
        """Let everything happen that is due after ``played_until`` and not after ``moment``, day by day.

        Each part of a day is one transaction together with the note how far the play is; a crash repeats nothing.
        """
        self.end = moment
        local = mpesa.paying()
        with local.in_play() if local is not None else nullcontext():
            self._play(moment, progress)

    def _play(self, moment: datetime, progress: Progress | None) -> None:
        begun = self.play.played_until
        whole = max(1.0, (moment - begun).total_seconds())
        for part in self._parts(begun, moment):
            if part.own_transactions:
                self._run(part)
                self._keep(part.until)
            else:
                with transaction.atomic():
                    self._run(part)
                    self._keep(part.until)
            if progress is not None:
                progress(part.until, (part.until - begun).total_seconds() / whole, part.label)
        self._keep(moment)

    def _parts(self, begun: datetime, moment: datetime) -> list[Part]:
        from kiwanda.twin.timetable import TIMETABLE

        parts: list[Part] = []
        on = clock.local_date(begun)
        while clock.local_midnight(on) <= moment:
            for entry in TIMETABLE:
                if on.weekday() not in entry.weekdays:
                    continue
                at = at_hour(on, entry.at)
                if not begun < at <= moment:
                    continue
                last = parts[-1] if parts else None
                together = last is not None and last.on == on and not entry.own_transactions
                if last is not None and together and not last.own_transactions:
                    last.steps.append((at, entry.step, entry.then_react))
                    last.until = at
                else:
                    parts.append(Part(on, at, [(at, entry.step, entry.then_react)], entry.own_transactions))
            on += timedelta(days=1)
        return parts

    def _run(self, part: Part) -> None:
        for at, step, then_react in part.steps:
            self.now = at
            with clock.at(at):
                step(self)
                self.doors.close_hour()
                if then_react:
                    reactions.run_reactions()

    def _keep(self, until: datetime) -> None:
        """Note how far the play is; two players at once would do everything twice, so the second one stops here."""
        noted = Play.objects.filter(pk=1, played_until=self.play.played_until).update(
            played_until=until, hands=self.hands, tally=dict(self.tally), phones=self.doors.apps.kept
        )
        if noted != 1:
            raise RuntimeError("Somebody else plays this factory at the same time.")
        self.now = self.play.played_until = until

    # -- commands ----------------------------------------------------------------------------------------------

    def give(self, given: Any, **arguments: Any) -> Any:
        """Give a command now. A refusal is life (somebody was faster), is counted, and gives None."""
        name = getattr(given, "name", given.__name__)
        try:
            result = given(**arguments)
        except Rejected as refused:
            self.tally[f"refused {name} {refused.code}"] += 1
            log.debug("twin_refused", command=name, reason=str(refused))
            return None
        self.tally[name] += 1
        return result

    def give_at(self, moment: datetime, given: Any, **arguments: Any) -> Any:
        """The same at another moment, not after the present one."""
        with clock.at(min(moment, self.now)):
            return self.give(given, **arguments)

    def by_door(self, maker: Maker, key: str, door: Any, moment: datetime | None = None) -> bool:
        """Let ``maker`` do something by her channel's own door, when this act of hers is one that takes it. True when
        it is done; otherwise the caller gives the command.
        """
        # Whoever has the app uses it always; the others use the phone for this act or do not.
        act = () if maker.channel == "app" else (key, self.day)
        if not self.doors.takes(maker, self.people.stream("door", maker.row.code, *act).random()):
            return False
        with clock.at(min(moment or self.now, self.now)):
            through = bool(door())
        self.tally[f"{maker.channel} door" if through else f"left undone by {maker.channel}"] += 1
        return through


@dataclass(slots=True)
class Part:
    """Steps of one day that are played together."""

    on: date
    until: datetime
    steps: list[tuple[datetime, Step, bool]]
    own_transactions: bool

    @property
    def label(self) -> str:
        return self.on.isoformat()


def at_hour(on: date, at: time) -> datetime:
    """The UTC moment of a Nairobi wall-clock time."""
    return clock.local_midnight(on) + timedelta(hours=at.hour, minutes=at.minute)
