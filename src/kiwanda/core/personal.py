"""What is held about one person, room by room, for her who asks to see it (Data Protection Act 2019, section 26).

Each room has a module ``personal`` that registers with :func:`held` the tables of its that say something about a
person or her workshop, and with :func:`kept_out` those that name somebody and are not given, with the reason. A model
in neither list is found by :func:`forgotten`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kiwanda.core import vault
from kiwanda.core.models import CronRun, Event, ParkedEvent, PersonalLook, Receipt, User, VaultEntry, WorkerHeartbeat
from kiwanda.core.rooms import import_from_rooms

#: Endings of columns that say nothing to her: secrets, and which member of staff it was.
NOT_SHOWN = ("_hash", "_by", "_sha256")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about. ``owner``: pay of ``workshop_id`` is hers."""

    id: uuid.UUID
    workshop_id: uuid.UUID
    language: str
    owner: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """One table: ``person`` and ``workshop`` are look-ups that find its rows; ``shown`` the columns of the page."""

    model: type[models.Model]
    title: str | Promise
    shown: tuple[str, ...]
    person: str = ""
    workshop: str = ""
    owners: bool = False
    secret: frozenset[str] = frozenset()
    sealed: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.model._meta.label

    def rows(self, person: Person) -> models.QuerySet[Any, Any]:
        """Her rows, oldest key first."""
        wanted = Q()
        if self.person:
            wanted |= Q(**{self.person: person.id.hex if self.person.endswith("__contains") else person.id})
        if self.workshop and (person.owner or not self.owners):
            wanted |= Q(**{self.workshop: person.workshop_id})
        if self.model is Event:
            wanted |= Q(subject_id=person.id)
        if not wanted:
            return self.model._default_manager.none()
        rows = self.model._default_manager.filter(wanted).order_by("pk")
        if self.model is Event:
            # What others in her workshop did is theirs.
            rows = rows.exclude(Q(actor_kind="artisan") & ~Q(actor_id=person.id))
        return rows

    def page_columns(self, language: str) -> list[str]:
        """Columns of the page, names in her language."""
        return [name.replace("name_sw", "name_en") if language == "en" else name for name in self.shown]

    def columns(self, language: str) -> list[str]:
        """Columns given: the table's own without secrets, and the look-ups of the page."""
        own = [
            field.attname
            for field in self.model._meta.concrete_fields
            if field.name not in self.secret and not field.attname.endswith(NOT_SHOWN)
        ]
        return own + [name for name in self.page_columns(language) if name not in own and name not in self.sealed]


HOLDINGS: dict[str, Holding] = {}
KEPT_OUT: dict[str, str] = {}


def held(
    model: type[models.Model],
    title: str | Promise,
    shown: Iterable[str],
    *,
    person: str = "",
    workshop: str = "",
    owners: bool = False,
    secret: Iterable[str] = (),
    sealed: Iterable[str] = (),
    files: Iterable[str] = (),
) -> None:
    """Register a table. ``person``/``workshop``: look-ups to her id and her workshop's; rows either finds are hers.

    ``owners``: only who owns the workshop gets what is found by it (money). ``sealed``: facts the vault holds under
    the row's id. ``files``: columns that name stored files. ``secret``: columns nobody is given.
    """
    if not person and not workshop:
        raise ValueError(f"{model._meta.label}: say how its rows are found")
    row = Holding(
        model, title, tuple(shown), person, workshop, owners, frozenset(secret), tuple(sealed), tuple(files)
    )  # fmt: skip
    HOLDINGS[row.label] = row


def kept_out(reason: str, *these: type[models.Model]) -> None:
    """Register tables that name somebody and are not given; ``reason`` says why."""
    for model in these:
        KEPT_OUT[model._meta.label] = reason


def load_holdings() -> dict[str, Holding]:
    """Import every room's ``personal.py`` and return the registry."""
    import_from_rooms("personal")
    return HOLDINGS


def names_somebody(model: type[models.Model]) -> bool:
    """Whether a row of ``model`` can lead to a person: an id without a table, or a key that leads to such a row."""
    return _leads_to_somebody(model, frozenset())


@cache
def _leads_to_somebody(model: type[models.Model], above: frozenset[type[models.Model]]) -> bool:
    if model._meta.label in ("network.Artisan", "network.Workshop"):
        return True
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            target = field.related_model
            seen = isinstance(target, str) or target in above or target is model
            if not seen and _leads_to_somebody(target, above | {model}):
                return True
        elif isinstance(field, models.UUIDField) and field.attname != "id":
            return True
    return any(field.attname == "subjects" for field in model._meta.concrete_fields)


def forgotten() -> list[str]:
    """Tables of the house that name somebody and that no room registered. Empty is right."""
    load_holdings()
    ours = [model for model in apps.get_models() if model.__module__.startswith("kiwanda.")]
    known = HOLDINGS.keys() | KEPT_OUT.keys()
    return sorted(
        model._meta.label for model in ours if names_somebody(model) and model._meta.label not in known
    )  # fmt: skip


def everything(person: Person) -> Iterator[tuple[Holding, list[dict[str, Any]]]]:
    """Table by table what is held about ``person``; tables without a row of hers are left out."""
    # The log and the looks come last: they are long.
    for holding in sorted(load_holdings().values(), key=lambda each: each.label.startswith("core.")):
        rows = list(holding.rows(person).values(*holding.columns(person.language)))
        if not rows:
            continue
        if holding.sealed:
            key = holding.model._meta.pk.attname
            for field in holding.sealed:
                facts = vault.get_many([row[key] for row in rows], field)
                for row in rows:
                    if row[key] in facts:
                        row[field] = facts[row[key]]
        yield holding, rows


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """``row`` with values JSON knows."""
    return {name: _plain(value) for name, value in row.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, (uuid.UUID, Decimal)) else value


held(
    PersonalLook, _("Who of our staff looked at her data"), ("at", "page", "field"),
    person="subjects__contains", secret=("subjects", "user_id", "people"),
)  # fmt: skip
held(
    Event, _("The log"), ("at", "type", "channel"), person="actor_id", workshop="subject_id",
    secret=("position", "tx", "actor_id", "command_id"),
)  # fmt: skip
kept_out("The vault's own table; what it holds of her is given as facts, and what it holds under a row with the row.",
         VaultEntry)  # fmt: skip
kept_out("An event of the log that a reaction could not take yet.", ParkedEvent)
kept_out("Says only that a command was taken; what came of it is in the log.", Receipt)
kept_out("Members of staff and machines, not artisans.", User, WorkerHeartbeat, CronRun)
