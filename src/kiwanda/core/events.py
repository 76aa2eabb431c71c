"""Typed events and the log they are written to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet

from kiwanda.core.models import Event

#: Every event type of the house by its name, filled as the rooms' ``events.py`` are imported.
EVENT_TYPES: dict[str, type[DomainEvent]] = {}


def plain(value: Any) -> Any:
    """``value`` as JSON can hold it: ids and days as text, decimals as text (exact)."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    raise TypeError(f"{type(value).__name__} cannot be stored in an event or receipt")


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Base of every event. Subclass as ``class OfferSent(DomainEvent, subject="offer")`` in a room's ``events.py``;
    the dataclass must hold ``<subject>_id``. Opaque ids only: no names, phone numbers or exact places.
    """

    type: ClassVar[str]
    subject_kind: ClassVar[str]

    def __init_subclass__(cls, subject: str = "", **kwargs: Any) -> None:
        # A slotted dataclass is made twice (the second class carries the slots); the later registration wins.
        # The explicit two-argument form is needed because of that second class.
        super(DomainEvent, cls).__init_subclass__(**kwargs)
        if subject:
            cls.subject_kind = subject
        room = cls.__module__.split(".")[-2]
        cls.type = f"{room}.{cls.__name__}"
        EVENT_TYPES[cls.type] = cls

    @property
    def subject_id(self) -> UUID:
        identifier: UUID = getattr(self, f"{self.subject_kind}_id")
        return identifier

    def as_data(self) -> dict[str, Any]:
        """The event's fields as plain JSON values."""
        return {item.name: plain(getattr(self, item.name)) for item in fields(self)}


def events_about(subject_id: UUID) -> QuerySet[Event]:
    """The log of one subject, oldest first."""
    return Event.objects.filter(subject_id=subject_id).order_by("tx", "position")


def latest_position() -> int:
    """Position of the newest event, 0 for an empty log."""
    return Event.objects.order_by("-position").values_list("position", flat=True).first() or 0
