"""Messages by county and channel, and how one person is reached."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from kiwanda.core import vault
from kiwanda.core.actors import Actor
from kiwanda.factory.conversations.models import Contact, MenuSession, Message
from kiwanda.factory.conversations.rules import SERVED_BY, reach_hours
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.models import Artisan, Workshop
from kiwanda.surfaces.tower.queries.messages import CHANNEL_NAMES, PERIOD, price

#: A person's figures reach back so far.
QUARTER = timedelta(days=90)
SENT = ("sent", "delivered", "read")
ARRIVED = ("delivered", "read")


@dataclass(slots=True)
class CountyFigures:
    """One county's messages out in the period: sent by channel, arrived of them, costs by currency in millionths."""

    name: str
    channels: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sent: int = 0
    arrived: int = 0
    costs: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def counts(self) -> list[int]:
        """In the order of :data:`CHANNEL_NAMES`."""
        return [self.channels.get(key, 0) for key in CHANNEL_NAMES]

    @property
    def cost(self) -> str:
        return price(self.costs)

    @property
    def share(self) -> float:
        return self.arrived / self.sent if self.sent else 0.0


def by_county(now: datetime) -> list[CountyFigures]:
    """What went out in the last seven days by county, the most first; the menu's sessions are in their callers'."""
    counties = dict(Workshop.objects.values_list("pk", "county__name"))
    found: dict[str, CountyFigures] = {}

    def of(workshop_id: UUID | None) -> CountyFigures:
        name = counties.get(workshop_id, "") if workshop_id is not None else ""
        return found.setdefault(name, CountyFigures(name))

    rows = (
        Message.objects.filter(direction="out", created_at__gt=now - PERIOD, state__in=SENT)
        .order_by()
        .values_list("thread__workshop_id", "channel", "cost_currency")
        .annotate(n=Count("pk"), came=Count("pk", filter=Q(state__in=ARRIVED)), cost=Sum("cost_micros"))
    )
    for workshop_id, channel, currency, number, arrived, cost in rows:
        row = of(workshop_id)
        row.channels[channel] += number
        row.sent += number
        row.arrived += arrived
        if currency and cost:
            row.costs[currency] += cost
    sessions = MenuSession.objects.filter(begun_at__gt=now - PERIOD).exclude(artisan_id=None).order_by()
    homes = dict(Artisan.objects.filter(pk__in=sessions.values("artisan_id")).values_list("pk", "workshop_id"))
    for artisan_id, currency, number, cost in sessions.values_list("artisan_id", "cost_currency").annotate(
        n=Count("pk"), cost=Sum("cost_micros")
    ):
        row = of(homes.get(artisan_id))
        row.channels["ussd"] += number
        row.sent += number
        row.arrived += number
        if currency and cost:
            row.costs[currency] += cost
    return sorted(found.values(), key=lambda row: (-row.sent, row.name))


@dataclass(frozen=True, slots=True)
class Reached:
    """How one person is reached. ``name`` and ``phone`` are empty for roles that may not read them."""

    person: Artisan
    name: str
    phone: str
    channel: Any
    served_by: Any
    quiet: tuple[int, int]
    own_hours: bool
    contact: Contact | None
    whatsapp_until: datetime | None
    sent: int
    arrived: int
    failed: int
    received: int
    cost: str


def contact(actor: Actor, artisan_id: UUID, now: datetime) -> Reached | None:
    """The person with her figures of the last ninety days, or None."""
    person = Artisan.objects.filter(pk=artisan_id).select_related("workshop__county", "workshop__hub").first()
    if person is None or not network.workshops(actor).filter(pk=person.workshop_id).exists():
        return None
    reads = actor.has(*network.PHONE_READERS)
    row = Contact.objects.filter(pk=artisan_id).first()
    mine = Message.objects.filter(artisan_id=artisan_id, created_at__gt=now - QUARTER).order_by()
    totals = mine.aggregate(
        sent=Count("pk", filter=Q(direction="out", state__in=SENT)),
        arrived=Count("pk", filter=Q(direction="out", state__in=ARRIVED)),
        failed=Count("pk", filter=Q(direction="out", state="failed", attempts__gt=0)),
        received=Count("pk", filter=Q(direction="in")),
    )
    costs = {
        currency: cost
        for currency, cost in mine.exclude(cost_currency="").values_list("cost_currency").annotate(c=Sum("cost_micros"))
        if cost
    }
    heard = row.whatsapp_heard_at if row is not None else None
    until = heard + timedelta(hours=24) if heard is not None else None
    return Reached(
        person=person,
        name=(vault.get(person.pk, vault.NAME) or "") if reads else "",
        phone=(vault.get(person.pk, vault.PHONE) or "") if reads else "",
        channel=CHANNEL_NAMES.get(person.channel, person.channel),
        served_by=CHANNEL_NAMES.get(SERVED_BY.get(person.channel, "sms"), "SMS"),
        quiet=reach_hours(row.quiet_from if row else None, row.quiet_until if row else None),
        own_hours=row is not None and row.quiet_from is not None,
        contact=row,
        whatsapp_until=until if until is not None and until > now else None,
        cost=price(costs),
        **totals,
    )
