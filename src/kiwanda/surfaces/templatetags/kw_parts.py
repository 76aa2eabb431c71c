"""Components: cards, exceptions, badges, tiles, tables' heads and feet, tabs, timelines, form fields."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiwanda.ports.payments import RAIL_NAMES
from kiwanda.surfaces.states_shown import STATE_LOOKS, STATE_WORDS
from kiwanda.surfaces.templatetags.kw_format import icon

register = template.Library()

SEVERITIES = {
    "urgent": ("bad", "triangle-alert", gettext_lazy("Urgent")),
    "soon": ("warn", "clock", gettext_lazy("Soon")),
    "note": ("info", "info", gettext_lazy("Note")),
}


@register.simple_tag
def pill(text: Any, tone: str = "mute", icon_name: str = "") -> SafeString:
    """A badge: ``tone`` is good, warn, bad, info, brass or mute."""
    return format_html('<span class="kw-pill kw-tone-{}">{}{}</span>', tone, icon(icon_name) if icon_name else "", text)


@register.simple_tag
def state(value: str, word: Any = "") -> SafeString:
    """The pill of a state: colour, icon and word together."""
    tone, name = STATE_LOOKS.get(value, ("mute", "circle-dashed"))
    return pill(word or STATE_WORDS.get(value) or value.replace("_", " ").capitalize(), tone, name)


@register.filter
def state_word(value: str) -> str:
    """The translated word of a state."""
    return str(STATE_WORDS.get(value) or value.replace("_", " ").capitalize())


@register.filter
def rail_word(value: str) -> str:
    """What people call a payment rail."""
    return RAIL_NAMES.get(value, value)


@register.simple_block_tag
def card(content: str, title: str = "", id: str = "", classes: str = "", level: int = 2) -> SafeString:
    """A titled surface around ``content``."""
    head = format_html('<h{0} class="kw-card-title">{1}</h{0}>', level, title) if title else ""
    ident = format_html(' id="{}"', id) if id else ""
    return format_html('<section class="kw-card {}"{}>{}{}</section>', classes, ident, head, content)


@register.inclusion_tag("kw/parts/exception.html")
def exception_card(
    severity: str,
    title: Any,
    what: Any = "",
    since: Any = None,
    href: str = "",
    action: Any = "",
    subject: Any = "",
    icon_name: str = "",
    now: Any = None,
) -> dict[str, Any]:
    """One thing that needs somebody: how bad, what, since when, and the next action."""
    tone, default_icon, word = SEVERITIES.get(severity, SEVERITIES["note"])
    return {
        "tone": tone,
        "icon_name": icon_name or default_icon,
        "word": word,
        "title": title,
        "what": what,
        "since": since,
        "href": href,
        "action": action,
        "subject": subject,
        "factory_now": now,
    }


@register.inclusion_tag("kw/parts/stat.html")
def stat(
    label: Any,
    value: Any,
    hint: Any = "",
    trend: list[float] | None = None,
    change: Any = "",
    good: bool | None = None,
    href: str = "",
    icon_name: str = "",
) -> dict[str, Any]:
    """A figure with its label; ``trend`` draws a small line, ``change`` says it in words, ``good`` colours it."""
    return {
        "label": label,
        "value": value,
        "hint": hint,
        "change": change,
        "href": href,
        "icon_name": icon_name,
        "tone": "" if good is None else ("good" if good else "bad"),
        "spark": spark_path(trend or []),
    }


def spark_path(values: list[float], width: int = 96, height: int = 28) -> dict[str, str] | None:
    """Line and area paths of a small trend, or None for fewer than two values."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    span = (high - low) or 1
    points = [
        (round(i * width / (len(values) - 1), 1), round(height - 3 - (value - low) / span * (height - 6), 1))
        for i, value in enumerate(values)
    ]
    line = "M" + " L".join(f"{x},{y}" for x, y in points)
    return {
        "line": line,
        "area": f"{line} L{width},{height} L0,{height} Z",
        "x": str(points[-1][0]),
        "y": str(points[-1][1]),
    }


@register.inclusion_tag("kw/parts/nothing.html")
def nothing(title: Any, text: Any = "", href: str = "", action: Any = "", icon_name: str = "inbox") -> dict[str, Any]:
    """What stands where there is nothing yet: why, and what to do."""
    return {"title": title, "text": text, "href": href, "action": action, "icon_name": icon_name}


@register.inclusion_tag("kw/parts/notice.html")
def notice(text: Any, tone: str = "info", title: Any = "", role: str = "") -> dict[str, Any]:
    """A sentence that belongs to the thing beside it: a refusal, a warning, a hint."""
    icons = {"bad": "circle-alert", "warn": "triangle-alert", "good": "circle-check"}
    spoken = role or ("alert" if tone == "bad" else "status")
    return {"text": text, "tone": tone, "title": title, "icon_name": icons.get(tone, "info"), "role": spoken}


@register.inclusion_tag("kw/parts/field.html")
def field(bound: Any, hint: Any = "", wide: bool = False) -> dict[str, Any]:
    """A bound form field with label, hint and errors tied together for screen readers."""
    described = []
    if hint or bound.help_text:
        described.append(f"{bound.auto_id}_hint")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    attributes: dict[str, Any] = {"class": "kw-input"}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attributes),
        "hint": hint or bound.help_text,
        "wide": wide,
        "kind": getattr(bound.field.widget, "input_type", ""),
    }


@register.inclusion_tag("kw/parts/tabs.html")
def tabs(items: list[dict[str, Any]], label: Any = "") -> dict[str, Any]:
    """Links that look like tabs: ``items`` are dicts with label, href, current and optional count."""
    return {"items": items, "label": label or _("Sections")}


@register.inclusion_tag("kw/parts/timeline.html", takes_context=True)
def timeline(context: dict[str, Any], entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Events, newest first: dicts with at, title and optional text, who, href, tone, icon."""
    return {"entries": entries, "factory_now": context.get("factory_now")}


@register.inclusion_tag("kw/parts/breadcrumb.html")
def breadcrumb(*parts: Any) -> dict[str, Any]:
    """``{% breadcrumb "Orders" url "KW-104" %}``: label, address, label, address, …, the last label alone."""
    pairs = [(parts[i], parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2)]
    return {"pairs": pairs}


@register.inclusion_tag("kw/parts/progress.html")
def progress(done: Any, total: Any, label: Any, note: Any = "") -> dict[str, Any]:
    """A progress bar; without a total it moves without saying how far."""
    known = bool(total)
    share = min(100, round(100 * (done or 0) / total)) if known else 0
    return {
        "known": known,
        "share": str(share),
        "done": str(done or 0),
        "total": str(total or 0),
        "label": label,
        "note": note,
    }


def _with(query: QueryDict, **changes: Any) -> str:
    kept = [(key, value) for key, values in query.lists() for value in values if key not in changes]
    kept += [(key, str(value)) for key, value in changes.items() if value not in (None, "")]
    return "?" + urlencode(kept)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The present address's query string with ``changes``; None or "" drops a key. The page falls back to the first."""
    changes.setdefault("page", None)
    return _with(context["request"].GET, **changes)


@register.simple_tag(takes_context=True)
def sort_th(context: dict[str, Any], key: str, label: Any, kind: str = "") -> SafeString:
    """A column head that sorts by ``key`` (``?sort=key`` / ``-key``) and says so to screen readers."""
    current = context["request"].GET.get("sort") or str(context.get("default_sort", ""))
    target, aria, name = key, "none", "chevrons-up-down"
    if current == key:
        target, aria, name = f"-{key}", "ascending", "chevron-up"
    elif current == f"-{key}":
        target, aria, name = key, "descending", "chevron-down"
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a href="{}">{}{}</a></th>',
        f"kw-{kind}" if kind else "",
        aria,
        _with(context["request"].GET, sort=target, page=None),
        label,
        icon(name),
    )


@register.simple_tag(takes_context=True)
def chip(context: dict[str, Any], key: str, value: str, label: Any, count: Any = None) -> SafeString:
    """A filter chip: a link that sets ``?key=value``, or takes it away when it is set already."""
    on = context["request"].GET.get(key, "") == value
    href = _with(context["request"].GET, **{key: None if on and value else value, "page": None})
    number = format_html(' <span class="kw-chip-count">{}</span>', f"{count:,}") if count is not None else ""
    return format_html(
        '<a class="kw-chip" href="{}"{}>{}{}{}</a>',
        href,
        mark_safe(' aria-current="true"') if on else "",
        icon("check") if on else "",
        label,
        number,
    )


@register.inclusion_tag("kw/parts/pagination.html", takes_context=True)
def pagination(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Previous, next and where we are, for a Django ``Page``."""
    request_query = context["request"].GET
    return {
        "page": page,
        "first": f"{page.start_index():,}",
        "last": f"{page.end_index():,}",
        "count": f"{page.paginator.count:,}",
        "previous": _with(request_query, page=page.previous_page_number()) if page.has_previous() else "",
        "next": _with(request_query, page=page.next_page_number()) if page.has_next() else "",
    }
