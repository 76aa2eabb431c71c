"""Reads of advances: staff see all, an artisan her own workshop's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from uuid import UUID

from django.db.models import Q, QuerySet

from kiwanda.core.actors import Actor
from kiwanda.core.clock import local_date
from kiwanda.factory.advances import terms
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.states import LIVE
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.production.queries import scoped
from kiwanda.factory.settlement.models import Earning


@dataclass(frozen=True, slots=True)
class AdvanceShown:
    """An advance as a phone shows it. ``next_minor`` is about what her next earning pays of it: the advance's share of
    a usual (median) earning, 0 while it is paused or not begun.
    """

    advance_id: UUID
    code: str
    kind: str
    amount_minor: int
    fee_minor: int
    left_minor: int
    currency: str
    state: str
    next_minor: int
    paused_until: date | None


def advances(actor: Actor) -> QuerySet[Advance]:
    """Advances the actor may read, newest first."""
    return scoped(Advance.objects.all(), actor, Q(workshop_id=actor.workshop_id))


def waiting(actor: Actor) -> QuerySet[Advance]:
    """Requests and decisions that wait for a person, oldest first."""
    return advances(actor).filter(state__in=["requested", "decided"]).order_by("requested_at")


def shown(actor: Actor, now: datetime, workshop_id: UUID | None = None) -> list[AdvanceShown]:
    """The live advances of a workshop (the artisan's own) and the last one settled, newest first."""
    workshop = actor.workshop_id or workshop_id
    if workshop is None:
        return []
    rows = list(advances(actor).filter(Q(state__in=LIVE), workshop_id=workshop))
    rows += list(advances(actor).filter(state="settled", workshop_id=workshop).order_by("-ended_at")[:1])
    usual = _usual_earning_minor(workshop) if any(row.state == "running" for row in rows) else 0
    today = local_date(now)
    found = []
    for row in rows:
        paused = row.paused_until is not None and row.paused_until > today
        taking = row.state == "running" and not paused
        found.append(
            AdvanceShown(
                row.pk,
                row.code,
                row.kind,
                row.principal_minor,
                row.fee_minor,
                row.left_minor,
                row.currency,
                "paused" if paused and row.state == "running" else row.state,
                min(usual * row.share_percent // 100, row.left_minor) if taking else 0,
                row.paused_until if paused else None,
            )
        )
    return found


def can_ask(actor: Actor, now: datetime, kind: str = "pay", language: str = "sw") -> terms.CanAsk | None:
    """What the artisan may ask for now, with the terms in her language; None where she cannot ask.

    She cannot while an advance of that kind is under way, when she is not her workshop's owner, or when the limit is
    below the least.
    """
    if actor.workshop_id is None or actor.id is None or (kind == "loan" and terms.lender() is None):
        return None
    if not Artisan.objects.filter(
        pk=actor.id, workshop_id=actor.workshop_id, role="owner", state="active", workshop__state="active"
    ).exists():
        return None
    if Advance.objects.filter(workshop_id=actor.workshop_id, kind=kind, state__in=LIVE).exists():
        return None
    found = terms.in_force(kind, local_date(now))
    most = terms.room_minor(actor.workshop_id, found, now)
    if most < found.least_minor:
        return None
    return terms.CanAsk(
        kind,
        found.least_minor,
        most,
        found.currency,
        found.fee_percent,
        found.share_percent,
        terms.sentences(found, language),
    )


def _usual_earning_minor(workshop_id: UUID) -> int:
    amounts = Earning.objects.filter(workshop_id=workshop_id).order_by("-earned_at").values_list("amount_minor")[:20]
    return int(median([amount for (amount,) in amounts])) if amounts else 0
