"""What needs somebody, as cards: the form in which every kind of exception is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats

#: Exceptions of one kind that are read.
SHOWN_PER_KIND = 12


@dataclass(frozen=True, slots=True)
class Card:
    """One card: ``severity`` is urgent, soon or note; ``kind`` the filter it belongs to."""

    severity: str
    kind: str
    subject: str
    title: str
    what: str
    since: datetime | date | None
    href: str
    action: str
    icon: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Exceptions of one kind: how many there are and the most pressing ones."""

    key: str
    label: str
    count: int
    href: str
    cards: list[Card]


def short_day(on: date) -> str:
    """``5 Dec`` in the reader's language."""
    return formats.date_format(on, "j M")
