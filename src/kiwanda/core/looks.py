"""Who looked at whose personal data. Whatever staff read from the vault while a page is made is written down.

The web layer opens :func:`watched` around a request; :mod:`kiwanda.core.vault` tells :func:`seen` of every fact it
opens. No view can forget it. Facts opened by jobs (a text message needs a number) are not looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from kiwanda.core import clock
from kiwanda.core.models import PersonalLook

#: How long it is kept who looked: longer than the year in which people ask.
KEPT = timedelta(days=400)

#: People named in one row; a page that shows more gets several rows.
PEOPLE_A_ROW = 200

_seen: ContextVar[dict[str, set[UUID]] | None] = ContextVar("kiwanda_seen", default=None)


@contextmanager
def watched() -> Iterator[dict[str, set[UUID]]]:
    """Collect what is opened inside: field → the people it belongs to."""
    facts: dict[str, set[UUID]] = {}
    token = _seen.set(facts)
    try:
        yield facts
    finally:
        _seen.reset(token)


def seen(field: str, subject_ids: Iterable[UUID]) -> None:
    """The vault opened ``field`` of ``subject_ids``."""
    facts = _seen.get()
    if facts is not None:
        facts.setdefault(field, set()).update(subject_ids)


def record(user_id: UUID, page: str, facts: dict[str, set[UUID]]) -> int:
    """Write down that ``user_id`` saw ``facts`` on ``page``; returns the number of rows."""
    now = clock.now()
    rows = []
    for field, people in sorted(facts.items()):
        named = sorted(people)
        rows += [
            PersonalLook(
                at=now, user_id=user_id, page=page[:80], field=field, people=len(part), subjects=_written(part)
            )
            for part in (named[start : start + PEOPLE_A_ROW] for start in range(0, len(named), PEOPLE_A_ROW))
        ]
    PersonalLook.objects.bulk_create(rows)
    return len(rows)


def looks(*, at: UUID | None = None, by: UUID | None = None) -> QuerySet[PersonalLook]:
    """Looks newest first: at one person's data, by one member of staff, or all."""
    rows = PersonalLook.objects.order_by("-at", "-pk")
    if at is not None:
        rows = rows.filter(subjects__contains=at.hex)
    return rows.filter(user_id=by) if by is not None else rows


def tidy() -> int:
    """Forget looks older than :data:`KEPT`; returns how many."""
    return PersonalLook.objects.filter(at__lt=clock.now() - KEPT).delete()[0]


def _written(people: list[UUID]) -> str:
    return " ".join(person.hex for person in people)
