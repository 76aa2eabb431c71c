"""The tower's places: what the rail, the phone's bottom bar, the palette and the shortcuts lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Place:
    """``keys`` is the shortcut; ``bottom`` puts the place on the phone's bar."""

    key: str
    label: Any
    url_name: str
    icon: str
    keys: str
    bottom: bool = False
    children: tuple[Place, ...] = field(default=())


PLACES = (
    Place("today", _("Today"), "tower:today", "sunrise", "g t", bottom=True),
    Place(
        "orders",
        _("Orders"),
        "tower:orders",
        "clipboard-list",
        "g o",
        bottom=True,
        children=(
            Place("skus", _("SKU mapping"), "tower:skus", "link-2", "g k"),
            Place("imports", _("Imports"), "tower:imports", "upload", "g i"),
        ),
    ),
    Place(
        "plan",
        _("Plan"),
        "tower:plan",
        "calendar-range",
        "g p",
        children=(
            Place("scenarios", _("What if"), "tower:scenarios", "split", "g f"),
            Place("plan_map", _("Plan on the map"), "tower:plan_map", "map", "g e"),
        ),
    ),
    Place("workshops", _("Workshops"), "tower:workshops", "store", "g w"),
    Place("work", _("Work"), "tower:work", "hammer", "g j", bottom=True),
    Place("quality", _("Quality"), "tower:quality", "shield-check", "g q", bottom=True),
    Place("shipping", _("Shipping"), "tower:shipping", "truck", "g s"),
    Place(
        "pay",
        _("Pay"),
        "tower:pay",
        "hand-coins",
        "g m",
        children=(
            Place("rates", _("Rates"), "tower:rates", "scale", "g r"),
            Place("advances", _("Advances"), "tower:advances", "coins", "g v"),
            Place("invoices", _("Invoices"), "tower:invoices", "receipt", "g b"),
        ),
    ),
    Place("messages", _("Messages"), "tower:messages", "message-circle", "g n"),
    Place("activity", _("Activity"), "tower:activity", "activity", "g a"),
)

ROLE_NAMES = {
    "coordinator": _("Coordinator"),
    "inspector": _("Inspector"),
    "merchandiser": _("Merchandiser"),
    "designer": _("Designer"),
    "finance_maker": _("Finance, prepares"),
    "finance_checker": _("Finance, approves"),
    "impact_officer": _("Impact officer"),
    "auditor": _("Auditor"),
    "administrator": _("Administrator"),
    "artisan": _("Artisan"),
    "system": _("The factory itself"),
    "public": _("Visitor"),
}
