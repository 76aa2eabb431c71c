"""Tags of the plan's screens: cells of the board, drawings over time, progress with its time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiwanda.surfaces.templatetags.kw_data import load_band
from kiwanda.surfaces.templatetags.kw_format import elapsed
from kiwanda.surfaces.templatetags.kw_parts import pill, state
from kiwanda.surfaces.tower.queries.gantt import Bar, Chart, Row

register = template.Library()

#: Height of one line and of a bar in it, in pixels: a finger hits it.
LINE, BAR = 30, 16


@register.simple_tag
def board_cell(load: float, capacity: float, href: str, label: Any) -> SafeString:
    """One cell of the board: share of capacity, hours, a pattern and words; a link to who and what is behind it."""
    band, word = load_band(load, capacity)
    if band == "none":
        share = "·" if capacity > 0 else "–"
    else:
        share = f"{round(100 * load / capacity)} %" if capacity > 0 else "!"
    height = min(100, round(100 * load / capacity)) if capacity > 0 else (100 if load else 0)
    said = _("%(load)s of %(capacity)s hours") % {"load": f"{round(load):,}", "capacity": f"{round(capacity):,}"}
    title = f"{label}: {said} ({word})"
    small = _("%(count)s h") % {"count": f"{round(load):,}"} if load else ""
    return format_html(
        '<a class="kw-load kw-load-two kw-load-{}" href="{}" title="{}"><span class="kw-load-fill" '
        'style="--fill:{}%;--share:{}"></span><span class="kw-load-text" aria-hidden="true"><b>{}</b><small>{}</small>'
        '</span><span class="kw-sr">{}</span></a>',
        band, href, title, str(height), str(height), share, small, title,
    )  # fmt: skip


@register.simple_tag
def took(begun: datetime | None, ended: datetime | None) -> str:
    """How long something took, or takes so far: ``12 s``, ``3 min``."""
    if begun is None or ended is None:
        return ""
    seconds = max(0, round((ended - begun).total_seconds()))
    if seconds < 120:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    return elapsed(ended - begun)


#: What the engine tells of its progress, marked for translation; anything else is shown as it comes.
ENGINE_WORDS = {
    "Reading the problem": gettext_lazy("Reading the problem"),
    "Dispatching by plain rules": gettext_lazy("Dispatching by plain rules"),
    "Shifting the late ones": gettext_lazy("Shifting the late ones"),
    "Asking the prices": gettext_lazy("Asking the prices"),
    "Searching": gettext_lazy("Searching"),
    "Proving a lower bound": gettext_lazy("Proving a lower bound"),
    "Staying with the plan in force": gettext_lazy("Staying with the plan in force"),
    "Evening out incomes": gettext_lazy("Evening out incomes"),
    "Writing the plan": gettext_lazy("Writing the plan"),
    "Reading the factory": gettext_lazy("Reading the factory"),
    "A first look": gettext_lazy("A first look"),
    "Comparing the two plans": gettext_lazy("Comparing the two plans"),
    "As it is": gettext_lazy("As it is"),
    "With the changes": gettext_lazy("With the changes"),
    "Done": gettext_lazy("Done"),
}


@register.filter
def engine_word(message: str) -> str:
    """The engine's progress in the reader's language."""
    return ": ".join(str(ENGINE_WORDS.get(part, part)) for part in message.split(": "))


@register.simple_tag
def scenario_state(value: str) -> SafeString:
    """The pill of a what-if's state: one that is ready has its answer."""
    return pill(_("Answered"), "good", "circle-check") if value == "ready" else state(value)


@register.filter
def of(mapping: Any, key: Any) -> Any:
    """``mapping[key]`` or nothing."""
    return (mapping or {}).get(key, "")


@register.filter
def add_text(text: str, value: Any) -> str:
    """Both as text, one after the other."""
    return f"{text}{value}"


@register.filter
def signed(value: float) -> str:
    """A whole number with its sign; ``0`` without."""
    return f"{round(value):+,}" if round(value) else "0"


@register.simple_tag
def share_bar(part: float, whole: float) -> SafeString:
    """A small meter with its share in figures: how much of ``whole`` is taken."""
    if not part and not whole:
        return mark_safe('<span class="kw-quiet">–</span>')
    band, word = load_band(part, whole)
    share = part / whole if whole > 0 else float(part > 0)
    return format_html(
        '<span class="kw-share" title="{}"><span class="kw-share-track"><span class="kw-share-fill kw-share-{}" '
        'style="width:{}%"></span></span><span class="kw-num">{} %</span></span>',
        word, band, f"{min(100.0, 100 * share):.1f}", str(round(100 * share)),
    )  # fmt: skip


@register.simple_tag
def board_chart(weekly: dict[str, Any]) -> dict[str, Any]:
    """Categories and series of the board's chart: hours planned as bars, hours there are as a line."""
    return {
        "categories": [date_format(day, "j M") for day in weekly["categories"]],
        "series": [
            {"name": _("Hours planned"), "values": weekly["load"], "tone": "brass"},
            {"name": _("Hours there are"), "values": weekly["capacity"], "tone": "green", "kind": "line"},
        ],
    }


@register.inclusion_tag("tower/parts/gantt.html")
def gantt(chart: Chart, id: str = "over-time") -> dict[str, Any]:
    """The drawing of work over time: a line each of SVG beside its name, and the same as a table."""
    step = chart.day_width
    rows = [_drawn(row, step, chart) for row in chart.rows]
    return {
        "id": id,
        "chart": chart,
        "rows": rows,
        "width": str(chart.width),
        "step": str(step),
        "line": str(LINE),
        "weeks": [{"x": str(day * step), "text": text} for day, text in chart.mondays if day * step < chart.width - 34],
        "marks": _marks(chart, step),
        "kinds": [
            ("planned", _("planned")), ("offered", _("offered")), ("working", _("being made")), ("done", _("done")),
        ],
    }  # fmt: skip


def _marks(chart: Chart, step: int) -> list[dict[str, str]]:
    """Lines for today, the due day and the forecast; their words lean apart, so that near days stay readable."""
    known = [
        (day, kind, text)
        for kind, day, text in (
            ("today", chart.today, _("Today")),
            ("due", chart.due, _("Due")),
            ("forecast", chart.forecast, _("Forecast")),
        )
        if day is not None
    ]  # fmt: skip
    known.sort()
    leaning = {1: ["middle"], 2: ["end", "start"], 3: ["end", "middle", "start"]}.get(len(known), [])
    return [
        {
            "x": str(day * step + step // 2), "kind": kind, "text": text, "anchor": anchor,
            "y": "20" if anchor == "middle" and len(known) == 3 else "10",
        }
        for (day, kind, text), anchor in zip(known, leaning, strict=True)
    ]  # fmt: skip


def _drawn(row: Row, step: int, chart: Chart) -> dict[str, Any]:
    return {
        "row": row,
        "href": ("?" if row.href == "?" else row.href),
        "bars": [_rectangle(bar, step) for bar in row.bars],
    }


def _rectangle(bar: Bar, step: int) -> dict[str, Any]:
    x, width = bar.start * step, max(4, bar.days * step - 2)
    road = min(bar.road * step, x)
    return {
        "kind": bar.kind,
        "x": str(x),
        "width": str(width),
        "made": f"{bar.made * width:.1f}" if bar.made else "",
        "accepted": f"{bar.accepted * width:.1f}" if bar.accepted else "",
        "tail_x": str(x + width),
        "tail": str(bar.tail * step) if bar.tail else "",
        "road_x": str(x - road),
        "road": str(road) if road else "",
        "road_days": bar.road,
        "text": bar.text if width >= 8 * len(bar.text) + 10 else "",
        "text_x": str(x + 6),
        "title": bar.title,
        "href": bar.href,
        "top": str((LINE - BAR) // 2),
        "height": str(BAR),
    }
