"""Reads of signed histories: an artisan's own."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from kiwanda.core import vault
from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.records.commands.issue_record import SIGNED
from kiwanda.factory.records.models import IssuedRecord


def records(actor: Actor) -> QuerySet[IssuedRecord]:
    """Histories the artisan took away, newest first; nobody else's."""
    if actor.workshop_id is None or actor.id is None:
        return IssuedRecord.objects.none()
    return IssuedRecord.objects.filter(artisan_id=actor.id)


def signed(actor: Actor, record_id: UUID) -> tuple[IssuedRecord, str]:
    """One of them with its signed text, or :class:`NotFound` (also when it was erased)."""
    row = records(actor).filter(pk=record_id).first()
    text = vault.get(row.pk, SIGNED) if row is not None else None
    if row is None or text is None:
        raise NotFound(CoreError.NOT_FOUND, what="record")
    return row, text
