"""What-ifs in words: what each changes, who asked, where to go to make it real."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiwanda.core.models import User
from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.network.models import County, Hub
from kiwanda.factory.planning.models import Scenario
from kiwanda.surfaces.tower.templatetags.tower import named

#: Kinds of changes as the builder offers them: word, icon, what it does.
KIND_WORDS: dict[str, tuple[Any, str, Any]] = {
    "new_order": (gettext_lazy("A new order"), "plus", gettext_lazy("Could we take it, and who would wait?")),
    "absence": (
        gettext_lazy("People are away"),
        "users",
        gettext_lazy("A share of a county or hub does not work for some days."),
    ),
    "training": (
        gettext_lazy("A technique is taught"),
        "sparkles",
        gettext_lazy("Workshops of a hub learn what they cannot do yet."),
    ),
    "longer_days": (gettext_lazy("Longer or shorter days"), "clock", gettext_lazy("Everywhere or at one hub.")),
    "weekly_cap": (gettext_lazy("Hours a week"), "scale", gettext_lazy("Another limit of hours for everybody.")),
    "due_date": (gettext_lazy("Another due day"), "calendar", gettext_lazy("One order, earlier or later.")),
    "hub_closed": (gettext_lazy("A hub closes"), "ban", gettext_lazy("It finishes what it has and gets nothing new.")),
    "demand": (gettext_lazy("More or less demand"), "trending-up", gettext_lazy("All open orders times a factor.")),
}


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One change: its id, kind and icon, the sentence, and where it can be made real."""

    id: str
    kind: str
    icon: str
    text: str
    href: str
    action: str


def changes_shown(scenario: Scenario) -> list[ChangeShown]:
    """The changes of a what-if as sentences. Three queries at most."""
    names = Names.load(scenario.changes)
    return [
        ChangeShown(change["id"], change["kind"], KIND_WORDS[change["kind"]][1], names.sentence(change), *real(change))
        for change in scenario.changes
    ]


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes in changes are called."""

    hubs: dict[str, str]
    counties: dict[int, str]
    techniques: dict[str, Technique]

    @classmethod
    def load(cls, changes: Iterable[dict[str, Any]]) -> Names:
        kinds = {change["kind"] for change in changes}
        at_hubs = kinds & {"absence", "training", "longer_days", "hub_closed"}
        return cls(
            dict(Hub.objects.values_list("code", "name")) if at_hubs else {},
            dict(County.objects.values_list("code", "name")) if "absence" in kinds else {},
            Technique.objects.in_bulk() if "training" in kinds else {},
        )

    def sentence(self, change: dict[str, Any]) -> str:
        """What the change says, in the reader's language."""
        kind = change["kind"]
        if kind == "new_order":
            return _("%(quantity)s pieces of %(sku)s more, due %(day)s") % {
                "quantity": f"{change['quantity']:,}", "sku": change["sku"], "day": day(change["due_on"]),
            }  # fmt: skip
        if kind == "absence":
            place = (
                self.counties.get(change["code"], change["code"])
                if change["where"] == "county"
                else self.hubs.get(change["code"], change["code"])
            )
            return _("%(percent)s %% of the workshops of %(place)s are away, %(first)s to %(last)s") % {
                "percent": change["percent"], "place": place, "first": day(change["from_on"]),
                "last": day(change["to_on"]),
            }  # fmt: skip
        if kind == "training":
            text = ngettext(
                "%(count)s workshop of %(hub)s learns %(technique)s",
                "%(count)s workshops of %(hub)s learn %(technique)s",
                change["count"],
            ) % {
                "count": change["count"], "hub": self.hubs.get(change["hub"], change["hub"]),
                "technique": named(self.techniques.get(change["technique"], change["technique"])),
            }  # fmt: skip
            if "from_on" not in change:
                return text + _(": %(days)s days to learn, then at %(speed)s %% of the usual speed") % {
                    "days": change["training_days"], "speed": change["speed_percent"],
                }  # fmt: skip
            return text + _(": %(days)s days to learn from %(first)s, then at %(speed)s %% of the usual speed") % {
                "days": change["training_days"], "first": day(change["from_on"]), "speed": change["speed_percent"],
            }  # fmt: skip
        if kind == "longer_days":
            place = self.hubs.get(change["hub"], change["hub"]) if change["hub"] else _("everywhere")
            template = (
                _("Days %(percent)s %% longer (%(place)s), %(first)s to %(last)s")
                if change["percent"] >= 0
                else _("Days %(percent)s %% shorter (%(place)s), %(first)s to %(last)s")
            )
            return template % {
                "percent": abs(change["percent"]), "place": place, "first": day(change["from_on"]),
                "last": day(change["to_on"]),
            }  # fmt: skip
        if kind == "weekly_cap":
            return _("Nobody works more than %(hours)s hours a week") % {"hours": change["hours"]}
        if kind == "due_date":
            return _("%(code)s is due %(day)s") % {"code": change["code"], "day": day(change["due_on"])}
        if kind == "hub_closed":
            return _("%(hub)s gets no new work from %(day)s") % {
                "hub": self.hubs.get(change["hub"], change["hub"]), "day": day(change["from_on"]),
            }  # fmt: skip
        return _("Open orders are %(percent)s %% of what they are") % {"percent": change["percent"]}


def day(text: str) -> str:
    """``2026-12-04`` as ``4 Dec``."""
    return date_format(date.fromisoformat(text), "j M")


def real(change: dict[str, Any]) -> tuple[str, str]:
    """Where a change can be made real, and what the link says; empty where there is no such place."""
    kind = change["kind"]
    if kind == "new_order":
        query = urlencode({key: change[key] for key in ("sku", "quantity", "due_on")})
        return f"{reverse('tower:new_order')}?{query}", _("Place this order")
    if kind == "absence":
        key = "county" if change["where"] == "county" else "hub"
        return f"{reverse('tower:workshops')}?{urlencode({key: change['code']})}", _("See these workshops")
    if kind in ("training", "hub_closed"):
        return f"{reverse('tower:workshops')}?{urlencode({'hub': change['hub']})}", _("See these workshops")
    if kind == "due_date":
        return reverse("tower:production_order", args=[change["production_order_id"]]), _("See this order")
    return "", ""


def people(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """User names by id."""
    wanted = {key for key in ids if key}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "username")) if wanted else {}


def default_week(today: date) -> tuple[date, date]:
    """Monday to Sunday of the week after ``today``'s."""
    first = today + timedelta(days=7 - today.weekday())
    return first, first + timedelta(days=6)
