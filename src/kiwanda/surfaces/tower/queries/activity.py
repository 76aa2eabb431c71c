"""The event log as sentences. Names of things are looked up in bulk for one page; people stay in the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kiwanda.core.actors import Actor
from kiwanda.core.events import EVENT_TYPES
from kiwanda.core.models import Event, User
from kiwanda.core.money import format_money
from kiwanda.factory.catalog.models import Style, Variant
from kiwanda.factory.demand.models import OrderLine, SalesOrder
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.logistics.models import Shipment
from kiwanda.factory.network.models import Hub, Workshop
from kiwanda.factory.planning.models import PlanRun, ProductionOrder, Scenario
from kiwanda.factory.settlement.models import Payout, PayoutBatch
from kiwanda.surfaces.tower.queries.event_words import LOOKS, SENTENCES

#: Events that happen by the hundred and say little by themselves; left out of the short list on Today.
QUIET = (
    "network.ArtisanLoggedIn",
    "network.LoginCodeRequested",
    "network.ConsentGiven",
    "settlement.PayoutAttempted",
    "settlement.EarningBooked",
    "production.ComponentsIssued",
    "supply.MaterialIssued",
    "supply.MaterialConfirmed",
    "demand.LinePromised",
    "logistics.PiecesSerialised",
    "traceability.ClaimsChecked",
)

ROOM_NAMES = {
    "catalog": gettext_lazy("Catalogue"),
    "network": gettext_lazy("Workshops"),
    "demand": gettext_lazy("Orders"),
    "planning": gettext_lazy("Plan"),
    "dispatch": gettext_lazy("Offers"),
    "supply": gettext_lazy("Material"),
    "production": gettext_lazy("Making"),
    "quality": gettext_lazy("Quality"),
    "settlement": gettext_lazy("Pay"),
    "logistics": gettext_lazy("Shipping"),
    "traceability": gettext_lazy("Passports"),
    "impact": gettext_lazy("Impact"),
    "conversations": gettext_lazy("Messages"),
    "twin": gettext_lazy("Demo"),
}


def log(
    actor: Actor,
    *,
    room: str = "",
    type_: str = "",
    subject: UUID | None = None,
    before: int | None = None,
    day: tuple[Any, Any] | None = None,
    quiet: bool = False,
) -> QuerySet[Event]:
    """Events newest first: of one room, one type, about one thing, before a position, within two moments."""
    rows = Event.objects.order_by("-position") if actor.is_staff else Event.objects.none()
    if type_:
        rows = rows.filter(type=type_)
    elif room:
        rows = rows.filter(type__gte=f"{room}.", type__lt=f"{room}/")
    if subject is not None:
        rows = rows.filter(subject_id=subject)
    if before is not None:
        rows = rows.filter(position__lt=before)
    if day is not None:
        rows = rows.filter(at__gte=day[0], at__lt=day[1])
    return rows.exclude(type__in=QUIET) if quiet else rows


def types_of(room: str) -> list[tuple[str, str]]:
    """``(type, its word)`` of a room's events, for the filter."""
    return sorted(
        ((name, spaced(name)) for name in EVENT_TYPES if name.startswith(f"{room}.")), key=lambda pair: pair[1]
    )


def spaced(type_: str) -> str:
    """``dispatch.OfferAccepted`` → ``Offer accepted``."""
    name = type_.rpartition(".")[2]
    text = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return text[:1].upper() + text[1:]


@dataclass(slots=True)
class Names:
    """What the ids of one page of events are called. Filled in one query a kind."""

    known: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def of(self, kind: str, identifier: Any) -> str:
        return self.known.get(kind, {}).get(str(identifier), ("", ""))[0]

    def href(self, kind: str, identifier: Any) -> str:
        return self.known.get(kind, {}).get(str(identifier), ("", ""))[1]


def _named(model: Any, columns: tuple[str, ...], write: Callable[..., str], address: str) -> Callable[[set[str]], Any]:
    def load(ids: set[str]) -> dict[str, tuple[str, str]]:
        rows = model.objects.filter(pk__in=ids).order_by().values_list("pk", *columns)
        return {str(pk): (write(*values), reverse(address, args=[pk]) if address else "") for pk, *values in rows}

    return load


#: Field of an event → how its ids are looked up.
LOADERS: dict[str, Callable[[set[str]], dict[str, tuple[str, str]]]] = {
    "workshop_id": _named(Workshop, ("trade_name",), str, "tower:workshop"),
    "work_order_id": _named(WorkOrder, ("code",), str, "tower:work_order"),
    "production_order_id": _named(ProductionOrder, ("code",), str, "tower:production_order"),
    "plan_run_id": _named(PlanRun, ("number",), str, "tower:plan_run"),
    "scenario_id": _named(Scenario, ("name",), str, "tower:scenario"),
    "order_id": _named(SalesOrder, ("number",), str, "tower:order"),
    "line_id": _named(OrderLine, ("order__number",), str, ""),
    "hub_id": _named(Hub, ("name",), str, ""),
    "variant_id": _named(Variant, ("sku",), str, ""),
    "style_id": _named(Style, ("name_en",), str, ""),
    "payout_id": _named(Payout, ("code",), str, ""),
    "payout_batch_id": _named(PayoutBatch, ("number",), str, "tower:batch"),
    "shipment_id": _named(Shipment, ("code",), str, ""),
}

#: Where a click on an event leads, the first that it names.
LEADS_TO = (
    "work_order_id", "payout_batch_id", "plan_run_id", "scenario_id", "order_id", "production_order_id", "workshop_id",
)  # fmt: skip


def sentences(actor: Actor, events: Iterable[Event]) -> list[dict[str, Any]]:
    """Timeline entries for ``events``: at, title, who, href, tone, icon, and the event's own type and position."""
    rows = list(events)
    names = _names(rows)
    people = _people(rows)
    return [_entry(row, names, people) for row in rows]


def _names(rows: Sequence[Event]) -> Names:
    wanted: dict[str, set[str]] = {}
    for row in rows:
        for key in LOADERS.keys() & row.data.keys():
            if row.data[key]:
                wanted.setdefault(key, set()).add(str(row.data[key]))
    return Names({key: LOADERS[key](ids) for key, ids in wanted.items()})


def _people(rows: Sequence[Event]) -> dict[UUID, str]:
    ids = {row.actor_id for row in rows if row.actor_kind == "staff" and row.actor_id}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "username")) if ids else {}


def _entry(row: Event, names: Names, people: dict[UUID, str]) -> dict[str, Any]:
    tone, icon = LOOKS.get(row.type, ("mute", "circle-dashed"))
    href = next((names.href(key, row.data[key]) for key in LEADS_TO if row.data.get(key)), "")
    return {
        "at": row.at,
        "title": write(row, names),
        "who": _who(row, names, people),
        "href": href,
        "tone": tone,
        "icon": icon,
        "type": row.type,
        "position": row.position,
    }


def write(row: Event, names: Names) -> str:
    """The event as a sentence; its type in words where nobody wrote one yet."""
    template = SENTENCES.get(row.type)
    if template is None:
        return spaced(row.type)
    return str(template) % _Words(row.data, names)


class _Words:
    """What a sentence may say: ``%(workshop)s`` the name of ``workshop_id``, money and days written for people."""

    def __init__(self, data: dict[str, Any], names: Names) -> None:
        self.data, self.names = data, names

    def __getitem__(self, key: str) -> str:
        key, _colon, unit = key.partition(":")
        if unit:
            value = self.data.get(key) or 0
            count = len(value) if isinstance(value, (list, dict)) else int(value)
            return counted(count, unit)
        if f"{key}_id" in LOADERS:
            identifier = self.data.get(f"{key}_id")
            return self.names.of(f"{key}_id", identifier) or _("somebody")
        if key == "amount":
            return format_money(int(self.data.get("amount_minor", self.data.get("total_minor", 0))), self._currency())
        if key == "rate":
            return format_money(int(self.data.get("piece_rate_minor", 0)), self._currency())
        value = self.data.get(key)
        if key.endswith("_on") or key == "until":
            return _day(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, (list, dict)):
            return f"{len(value):,}"
        if isinstance(value, int):
            return f"{value:,}"
        return str(value) if value not in (None, "") else "–"

    def _currency(self) -> str:
        return str(self.data.get("currency", "KES"))


def counted(count: int, unit: str) -> str:
    """``1 piece``, ``1,200 pieces``, in the reader's language."""
    forms = {
        "pieces": lambda: ngettext("%(count)s piece", "%(count)s pieces", count),
        "lines": lambda: ngettext("%(count)s line", "%(count)s lines", count),
        "days": lambda: ngettext("%(count)s day", "%(count)s days", count),
        "offers": lambda: ngettext("%(count)s offer", "%(count)s offers", count),
        "lots": lambda: ngettext("%(count)s lot", "%(count)s lots", count),
        "orders": lambda: ngettext("%(count)s order", "%(count)s orders", count),
        "cartons": lambda: ngettext("%(count)s carton", "%(count)s cartons", count),
        "payouts": lambda: ngettext("%(count)s payout", "%(count)s payouts", count),
        "errors": lambda: ngettext("%(count)s error", "%(count)s errors", count),
    }
    return forms[unit]() % {"count": f"{count:,}"}


def _day(value: Any) -> str:
    try:
        return formats.date_format(date.fromisoformat(str(value)[:10]), "j M")
    except ValueError:
        return "–"


def _who(row: Event, names: Names, people: dict[UUID, str]) -> str:
    channel = "" if row.channel in ("tower", "worker", "twin") else f" ({row.channel})"
    if row.actor_kind == "staff":
        return people.get(row.actor_id, _("staff")) + channel if row.actor_id else _("staff")
    if row.actor_kind == "artisan":
        return (names.of("workshop_id", row.data.get("workshop_id")) or _("a workshop")) + channel
    if row.actor_kind == "system":
        return pgettext("who did it", "the factory itself")
    return _("a visitor")
