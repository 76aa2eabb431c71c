"""Events as the other rooms write them, put into the log without their rooms' effects."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from kiwanda.core import actors, clock
from kiwanda.core.actors import Actor
from kiwanda.core.commands import Context
from kiwanda.core.events import DomainEvent
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.dispatch.events import OfferSent
from kiwanda.factory.network.models import Workshop


def told(*events: DomainEvent, actor: Actor | None = None) -> list[Event]:
    """Append ``events`` to the log and let conversations read them."""
    rows = logged(*events, actor=actor)
    run_reactions(names={"conversations.tell_people"})
    return rows


def logged(*events: DomainEvent, actor: Actor | None = None) -> list[Event]:
    """Append ``events`` to the log only."""
    ctx = Context(actor or actors.system(), clock.now(), new_id(), "tests")
    ctx.emit_all(events)
    return Event.objects.bulk_create(ctx.events)


def offer_sent(workshop: Workshop, operation: Operation, **more: Any) -> OfferSent:
    given: dict[str, Any] = {
        "offer_id": new_id(),
        "production_order_id": new_id(),
        "operation_id": operation.id,
        "workshop_id": workshop.id,
        "quantity": 12,
        "piece_rate_minor": 3500,
        "currency": "KES",
        "start_on": date(2026, 11, 25),
        "due_on": date(2026, 12, 5),
        "expires_at": datetime(2026, 11, 24, 15, 0, tzinfo=UTC),
        "wave": 1,
        "replaces_offer_id": None,
    }
    return OfferSent(**given | more)
