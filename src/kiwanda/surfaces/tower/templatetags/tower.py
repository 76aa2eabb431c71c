"""Tags of the tower: actions that know the reader's rights, and refusals beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.states import DECLINE_REASONS, DUE_REASONS, REASSIGN_REASONS
from kiwanda.surfaces.refusals import take, take_exactly
from kiwanda.surfaces.templatetags.kw_data import bars
from kiwanda.surfaces.tower.access import command_named, who_may

register = template.Library()


@register.inclusion_tag("tower/parts/act.html", takes_context=True)
def act(
    context: dict[str, Any],
    command: str,
    url: str,
    label: Any,
    key: str = "",
    confirm: Any = "",
    style: str = "",
    icon: str = "",
    hide: bool = False,
    about: Any = "",
    **hidden: Any,
) -> dict[str, Any]:
    """A button that gives ``command`` by posting to ``url`` with the ``hidden`` fields.

    Without the right it is locked and says whose it is (or absent with ``hide``). ``key`` is where a refusal shows,
    ``about`` completes the spoken label ("Withdraw: offer to Otieno").
    """
    item = command_named(command)
    allowed = item.allows(context["actor"])
    key = key or command
    return {
        "absent": hide and not allowed,
        "allowed": allowed,
        "owners": ", ".join(who_may(item)),
        "url": url,
        "label": label,
        "key": key,
        "confirm": confirm,
        "style": style,
        "icon_name": icon,
        "about": about,
        "hidden": [(name, str(value)) for name, value in hidden.items()],
        "command_id": str(new_id()),
        "next": context["request"].get_full_path(),
        "csrf_token": context.get("csrf_token", ""),
        "refused": take_exactly(context.get("request"), key),
    }


@register.inclusion_tag("tower/parts/refused.html", takes_context=True)
def refused(context: dict[str, Any], key: str) -> dict[str, Any]:
    """The refusal of the action called ``key``, if it was just refused."""
    return {"refused": take_exactly(context.get("request"), key)}


@register.inclusion_tag("tower/parts/refused.html", takes_context=True)
def refused_any(context: dict[str, Any], *prefixes: str) -> dict[str, Any]:
    """The last refusal of any action whose key begins with one of ``prefixes``, for pages that gather them above."""
    return {"refused": take(context.get("request"), *prefixes)}


@register.inclusion_tag("tower/parts/form_ids.html", takes_context=True)
def form_ids(context: dict[str, Any], back: bool = True) -> dict[str, Any]:
    """Hidden fields every form that gives a command carries: CSRF, a fresh command id, where to go back to."""
    return {
        "csrf_token": context.get("csrf_token", ""),
        "command_id": str(new_id()),
        "next": context["request"].get_full_path() if back else "",
    }


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], command: str) -> bool:
    """Whether the reader may give ``command``."""
    return command_named(command).allows(context["actor"])


@register.simple_tag
def owners(command: str) -> str:
    """Whose ``command`` is, as a sentence."""
    return _("Only for: %(roles)s") % {"roles": ", ".join(who_may(command_named(command)))}


@register.filter
def named(thing: Any) -> str:
    """``name_sw`` or ``name_en`` of a catalogue row, whichever the reader reads; its code where there is none."""
    if thing is None:
        return ""
    swahili = getattr(thing, "name_sw", "") if (get_language() or "en").startswith("sw") else ""
    return str(swahili or getattr(thing, "name_en", "") or thing)


@register.simple_tag
def photo(sha256: str) -> str:
    """The address of a stored picture, empty for none."""
    return reverse("tower:file", args=[sha256]) if sha256 else ""


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]`` or None."""
    return mapping.get(key) if mapping is not None else None


@register.simple_tag
def decline_reason(code: str) -> str:
    """Why a workshop declined, in the reader's language."""
    english, swahili = DECLINE_REASONS.get(code, (code, code))
    return swahili if (get_language() or "en").startswith("sw") else english


@register.simple_tag
def reassign_reason(code: str) -> str:
    """Why accepted work was given to others, in the reader's language."""
    english, swahili = REASSIGN_REASONS.get(code, (code, code))
    return swahili if (get_language() or "en").startswith("sw") else english


@register.simple_tag
def due_reason(code: str) -> str:
    """Why accepted work is due later than agreed, in the reader's language."""
    english, swahili = DUE_REASONS.get(code, (code, code))
    return swahili if (get_language() or "en").startswith("sw") else english


@register.filter
def hours(minutes: Any) -> str:
    """Minutes as hours: ``12.5``."""
    return "–" if minutes is None else f"{float(minutes) / 60:,.1f}"


@register.filter
def seconds(value: Any) -> str:
    """Seconds of computing: ``1.8 s``."""
    return "–" if value in (None, "") else f"{float(value):.1f}\u00a0s"


@register.filter
def absolute(value: Any) -> int:
    """The number without its sign."""
    return abs(int(value))


@register.filter
def iso_day(text: str) -> str:
    """``2026-12-04`` as a day people read."""
    return date_format(date.fromisoformat(text), "D j M") if text else "–"


@register.filter
def keys_of(text: str) -> list[str]:
    """The words of ``text``."""
    return text.split()


@register.filter
def map_href(query: str) -> str:
    """The query string with the map's ``{code}`` for the county."""
    return f"{query}&county={{code}}" if query != "?" else "?county={code}"


@register.inclusion_tag("tower/parts/work_bar.html")
def work_bar(work_order: Any) -> dict[str, str]:
    """How far a work order is: accepted, at the hub, made, lost; the figures beside the bar."""
    total = work_order.quantity
    good, lost = work_order.accepted_quantity, work_order.rejected_quantity + work_order.short_quantity
    hub = max(0, work_order.handed_in_quantity - good - work_order.rework_quantity - work_order.rejected_quantity)
    made = max(0, work_order.made_quantity - work_order.handed_in_quantity)
    spoken = _("%(accepted)s accepted, %(hub)s at the hub, %(made)s made, %(lost)s lost, of %(total)s") % {
        "accepted": good,
        "hub": hub,
        "made": made,
        "lost": lost,
        "total": total,
    }
    parts = {"good": good, "hub": hub, "made": made, "bad": lost}
    widths = {key: f"{100 * value / total:.1f}" for key, value in parts.items()}
    furthest = max(work_order.made_quantity, good + lost)
    return {**widths, "spoken": spoken, "text": f"{furthest:,} / {total:,}"}


@register.inclusion_tag("kw/parts/bars.html")
def named_bars(rows: list[dict[str, Any]], label: Any) -> dict[str, Any]:
    """Horizontal bars whose labels are catalogue rows with two names."""
    return bars([{**row, "label": named(row["label"]), "tone": "terracotta"} for row in rows], label)


#: Kinds of ledger accounts in words.
ACCOUNT_KINDS = {
    "asset": gettext_lazy("What we have"),
    "liability": gettext_lazy("What we owe"),
    "income": gettext_lazy("Income"),
    "expense": gettext_lazy("Cost"),
    "equity": gettext_lazy("Own money"),
}


@register.filter
def account_kind(kind: str) -> str:
    """The kind of a ledger account in words."""
    return str(ACCOUNT_KINDS.get(kind, kind))
