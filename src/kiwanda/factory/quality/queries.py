"""Reads of quality, scoped by who asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from kiwanda.core.actors import Actor
from kiwanda.factory.production import queries as production
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality.models import Appeal, Defect, DefectCode, Inspection, Rework


def hand_ins_to_inspect(actor: Actor) -> QuerySet[HandIn]:
    """Received hand-ins waiting for their verdict, longest waiting first."""
    return production.hand_ins(actor).filter(state="received").order_by("received_at")


def inspections(actor: Actor) -> QuerySet[Inspection]:
    """Verdicts the actor may read."""
    return production.scoped(Inspection.objects.all(), actor, Q(work_order__workshop_id=actor.workshop_id))


def reworks(actor: Actor) -> QuerySet[Rework]:
    """Reworks the actor may see, soonest due first."""
    rows = production.scoped(Rework.objects.all(), actor, Q(work_order__workshop_id=actor.workshop_id))
    return rows.order_by("due_on")


def appeals(actor: Actor) -> QuerySet[Appeal]:
    """Appeals the actor may see, oldest first."""
    rows = production.scoped(Appeal.objects.all(), actor, Q(inspection__work_order__workshop_id=actor.workshop_id))
    return rows.order_by("filed_at")


def defect_codes() -> QuerySet[DefectCode]:
    """Active defect codes, for the inspector's list."""
    return DefectCode.objects.filter(state="active")


def defect_counts(actor: Actor, since: datetime, workshop_ids: Iterable[UUID] | None = None) -> list[tuple[str, int]]:
    """``(defect code, pieces)`` of the inspections since a moment, most frequent first."""
    rows = Defect.objects.filter(inspection__in=inspections(actor).filter(inspected_at__gte=since).order_by())
    if workshop_ids is not None:
        rows = rows.filter(inspection__work_order__workshop_id__in=list(workshop_ids))
    return list(rows.values_list("code_id").annotate(n=Sum("quantity")).order_by("-n", "code_id"))
