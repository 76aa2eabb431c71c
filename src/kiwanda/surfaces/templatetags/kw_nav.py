"""The rail and the phone's bottom bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from kiwanda.surfaces.navigation import PLACES, ROLE_NAMES, Place
from kiwanda.surfaces.refusals import take

register = template.Library()


def _drawn(place: Place, current: str, counts: Mapping[str, tuple[int, str]]) -> dict[str, Any] | None:
    try:
        href = reverse(place.url_name)
    except NoReverseMatch:
        # A site without the tower (a hub that serves only phones) still renders the shell.
        return None
    count, tone = counts.get(place.key, (0, ""))
    children = [drawn for child in place.children if (drawn := _drawn(child, current, counts))]
    return {
        "key": place.key,
        "label": place.label,
        "href": href,
        "icon": place.icon,
        "keys": place.keys,
        "bottom": place.bottom,
        "current": place.key == current,
        "count": f"{count:,}" if count < 1000 else "999+",
        "has_count": count > 0,
        "tone": tone,
        "children": children,
    }


def _places(context: dict[str, Any]) -> list[dict[str, Any]]:
    current, counts = context.get("place", ""), context.get("nav_counts") or {}
    return [drawn for place in PLACES if (drawn := _drawn(place, current, counts))]


@register.inclusion_tag("kw/parts/rail_nav.html", takes_context=True)
def rail_nav(context: dict[str, Any]) -> dict[str, Any]:
    """The list of places; ``place`` in the context names the current one, ``nav_counts`` maps keys to (count, tone)."""
    return {"places": _places(context), "place": context.get("place", "")}


@register.inclusion_tag("kw/parts/bottom_nav.html", takes_context=True)
def bottom_nav(context: dict[str, Any], oob: bool = False) -> dict[str, Any]:
    """Four places and "More", for thumbs; ``oob`` marks it for an out-of-band swap."""
    return {"places": [place for place in _places(context) if place["bottom"]], "oob": oob}


@register.simple_tag(takes_context=True)
def leftover_refusal(context: dict[str, Any]) -> str:
    """A refusal whose action is no longer on the page, so that it is never lost."""
    kept = take(context.get("request"))
    return str(kept["message"]) if kept else ""


@register.simple_tag
def role_names(actor: Any) -> str:
    """The actor's roles in words."""
    roles = sorted(getattr(actor, "roles", ()))
    return ", ".join(str(ROLE_NAMES.get(str(role), role)) for role in roles)
