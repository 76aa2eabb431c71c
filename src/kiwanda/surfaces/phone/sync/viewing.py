"""For whom a row is written: the artisan, her language, the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.core.errors import ErrorCode
from kiwanda.factory.network.models import Artisan

#: What is over stays on the phone for so long.
KEPT = timedelta(days=90)

Row = dict[str, Any]
#: What a phone keeps of one thing; most kinds are a :data:`Row`.
Kept = Row | list[Any]


@dataclass(frozen=True, slots=True)
class Viewer:
    """One artisan at one moment. ``since``: what ended before is not on the phone any more."""

    actor: Actor
    artisan: Artisan
    now: datetime

    @property
    def workshop_id(self) -> UUID:
        return self.artisan.workshop_id

    @property
    def language(self) -> str:
        return self.artisan.language

    @property
    def today(self) -> date:
        return clock.local_date(self.now)

    @property
    def since(self) -> datetime:
        return self.now - KEPT

    def words(self, english: str, swahili: str) -> str:
        """The wording in her language, where there is one."""
        return swahili if self.language.startswith("sw") and swahili else english

    def said(self, code: ErrorCode, **params: Any) -> str:
        return code.sentence(self.language, **params)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row: which things she has (``ids``), and what the phone is told of some of them (``rows``; a thing
    that is missing there is taken off the phone).
    """

    name: str
    ids: Callable[[Viewer], Iterable[str]]
    rows: Callable[[Viewer, Sequence[str]], Mapping[str, Kept]]


def short(row: Row) -> Row:
    """Without what is empty, zero or false: the phone reads an absent field so."""
    return {key: value for key, value in row.items() if value not in (None, "", 0, False) and value != []}


def ms(moment: datetime | None) -> int:
    """Milliseconds since 1970, 0 for none."""
    return 0 if moment is None else int(moment.timestamp() * 1000)


def day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def uuids(texts: Iterable[str]) -> list[UUID]:
    """Those of ``texts`` that are ids."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
