"""Reads of conversations. Staff see all of them, an artisan her own workshop's, the public none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kiwanda.core import vault
from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.conversations.models import CallRequest, Delivery, Message, OnBehalf, Thread


def threads(actor: Actor) -> QuerySet[Thread]:
    """Threads ``actor`` may see."""
    if actor.is_staff or actor.kind == "system":
        return Thread.objects.all()
    if actor.workshop_id is not None:
        return Thread.objects.filter(workshop_id=actor.workshop_id)
    return Thread.objects.none()


def messages(actor: Actor) -> QuerySet[Message]:
    """Messages ``actor`` may see; an artisan sees those to and from herself."""
    if actor.is_staff or actor.kind == "system":
        return Message.objects.all()
    if actor.kind == "artisan":
        return Message.objects.filter(artisan_id=actor.id, thread__workshop_id=actor.workshop_id)
    return Message.objects.none()


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a screen shows it; incoming words come out of the vault."""

    id: UUID
    direction: str
    channel: str
    state: str
    body: str
    error: str
    at: datetime


def lines(actor: Actor, rows: Sequence[Message]) -> list[Line]:
    """``rows`` (from :func:`messages`) with their words; one query for all that came in."""
    said = vault.get_many([row.id for row in rows if row.direction == "in"], "message")
    return [
        Line(
            id=row.id,
            direction=row.direction,
            channel=row.channel,
            state=row.state,
            body=said.get(row.id, "") if row.direction == "in" else row.body,
            error=row.error if actor.is_staff else "",
            at=row.created_at,
        )
        for row in rows
    ]


def about(actor: Actor, subject_id: UUID) -> list[Line]:
    """Everything said about one thing (an offer, a work order, a payout), oldest first."""
    return lines(actor, list(messages(actor).filter(thread__subject_id=subject_id).order_by("created_at", "id")))


def with_workshop(actor: Actor, workshop_id: UUID, limit: int = 50) -> list[Line]:
    """The latest words with one workshop, newest first."""
    return lines(actor, list(messages(actor).filter(thread__workshop_id=workshop_id).order_by("-created_at")[:limit]))


def needing_attention(actor: Actor) -> QuerySet[Message]:
    """What staff should look at: messages that reached nobody, and words of people nobody has read yet.

    A message nobody needed any more before it was tried (a log-in code that was overtaken) is no matter for staff.
    """
    failed = Q(state="failed", direction="out", attempts__gt=0)
    return messages(actor).filter(failed | Q(state="delivered", direction="in"))


def actions(actor: Actor) -> QuerySet[OnBehalf]:
    """What staff did for artisans, newest first; an artisan sees what was done for her.

    The rows of the app's ``act`` kind are :func:`kiwanda.factory.conversations.behalf.deeds` of these.
    """
    rows = OnBehalf.objects.select_related("event")
    if actor.is_staff or actor.kind == "system":
        return rows
    if actor.kind == "artisan" and actor.id is not None and actor.workshop_id is not None:
        return rows.filter(artisan_id=actor.id, workshop_id=actor.workshop_id)
    return rows.none()


def action(actor: Actor, action_id: UUID) -> OnBehalf:
    """One of them, or :class:`NotFound`."""
    found = actions(actor).filter(pk=action_id).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="action")
    return found


def calls(actor: Actor) -> QuerySet[CallRequest]:
    """Who wants to be called, the longest waiting first; an artisan sees her own."""
    if actor.is_staff or actor.kind == "system":
        return CallRequest.objects.all()
    if actor.kind == "artisan":
        return CallRequest.objects.filter(artisan_id=actor.id)
    return CallRequest.objects.none()


def deliveries(actor: Actor) -> QuerySet[Delivery]:
    """What providers posted; staff look at what could not be handled."""
    if actor.is_staff or actor.kind == "system":
        return Delivery.objects.all()
    return Delivery.objects.none()
