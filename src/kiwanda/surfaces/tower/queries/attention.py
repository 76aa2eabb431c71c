"""What about money needs a person: payouts nobody can confirm, news that wants a second look, posts that broke."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kiwanda.core.actors import Actor
from kiwanda.factory.settlement import queries as settlement
from kiwanda.factory.settlement.models import RailPost

#: So many of each are shown; who has more filters the list of payouts.
SHOWN = 50


@dataclass(slots=True)
class Attention:
    """Rows of each kind, longest waiting first."""

    payouts: list[Any] = field(default_factory=list)
    reversals: list[Any] = field(default_factory=list)
    numbers: list[Any] = field(default_factory=list)
    corrections: list[Any] = field(default_factory=list)
    posts: list[Any] = field(default_factory=list)


def gather(actor: Actor) -> Attention:
    """Everything that waits for somebody."""
    rows = settlement.stuck(actor).select_related("workshop", "batch").prefetch_related("attempts")
    return Attention(
        payouts=list(rows[:SHOWN]),
        reversals=list(
            settlement.reversals(actor).filter(state="proposed").select_related("payout__workshop")
            .order_by("proposed_at")[:SHOWN]
        ),
        numbers=list(
            settlement.number_holds(actor).filter(state="held").select_related("workshop").order_by("changed_at")[:SHOWN]
        ),
        corrections=list(
            settlement.corrections(actor).filter(state__in=["proposed", "refused"])
            .select_related("workshop", "earning__work_order").order_by("proposed_at")[:SHOWN]
        ),
        posts=list(RailPost.objects.filter(state="failed").order_by("received_at")[:SHOWN]) if actor.is_staff else [],
    )  # fmt: skip


def count(actor: Actor) -> int:
    """How much waits, for the tab."""
    return (
        settlement.stuck(actor).order_by().count()
        + settlement.reversals(actor).filter(state="proposed").count()
        + settlement.number_holds(actor).filter(state="held").count()
        + settlement.corrections(actor).filter(state__in=["proposed", "refused"]).count()
    )
