"""Pictures of quantities: stage bars, load cells, charts; each readable without seeing colour."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

#: The way of a piece, in order; every stage bar uses these names.
STAGES: dict[str, Any] = {
    "open": gettext_lazy("Not planned"),
    "planned": gettext_lazy("Planned"),
    "offered": gettext_lazy("Offered"),
    "accepted": gettext_lazy("Accepted"),
    "making": gettext_lazy("Making"),
    "at_hub": gettext_lazy("At hub"),
    "inspected": gettext_lazy("Inspected"),
    "packed": gettext_lazy("Packed"),
    "shipped": gettext_lazy("Shipped"),
}


@register.inclusion_tag("kw/parts/stage_bar.html")
def stage_bar(counts: Mapping[str, int], legend: bool = False, label: Any = "") -> dict[str, Any]:
    """Pieces by stage: ``counts`` maps keys of :data:`STAGES` to pieces; zero stages take no room."""
    total = sum(counts.get(key, 0) for key in STAGES)
    segments = [
        {
            "key": key,
            "label": word,
            "count": f"{counts.get(key, 0):,}",
            # Tiny shares stay visible: a sliver of 1.5 % is still worth knowing.
            "grow": str(max(round(counts.get(key, 0) / total, 4), 0.015)) if total else "0",
            "wide": total and counts.get(key, 0) / total > 0.09,
        }
        for key, word in STAGES.items()
        if counts.get(key, 0) > 0
    ]
    spoken = ", ".join(f"{segment['label']} {segment['count']}" for segment in segments)
    return {"segments": segments, "legend": legend, "spoken": f"{label or _('Pieces by stage')}: {spoken or _('none')}"}


#: Upper bound of load ÷ capacity → band. Words and patterns tell the bands apart, not colour alone.
LOAD_BANDS: list[tuple[float, str, Any]] = [
    (0.0, "none", gettext_lazy("nothing planned")),
    (0.4, "low", gettext_lazy("room to spare")),
    (0.85, "fit", gettext_lazy("well filled")),
    # Half a per cent above is rounding of the hours that are shared out, not too much work.
    (1.005, "full", gettext_lazy("nearly full")),
]


def load_band(load: float, capacity: float) -> tuple[str, Any]:
    """The band's key and word for ``load`` against ``capacity`` (same unit)."""
    if capacity <= 0:
        return ("over", gettext_lazy("no capacity")) if load > 0 else ("none", gettext_lazy("closed"))
    share = load / capacity
    for upper, key, word in LOAD_BANDS:
        if share <= upper:
            return key, word
    return "over", gettext_lazy("over capacity")


@register.simple_tag
def load_cell(load: float, capacity: float, href: str = "", label: Any = "", unit: Any = "") -> SafeString:
    """One cell of the board: load as a share of capacity, with number, pattern and words."""
    band, word = load_band(load, capacity)
    if band == "none":
        share = "·" if capacity > 0 else "–"
    else:
        share = f"{round(100 * load / capacity)} %" if capacity > 0 else "!"
    height = min(100, round(100 * load / capacity)) if capacity > 0 else (100 if load else 0)
    title = f"{label}: {round(load):,} / {round(capacity):,} {unit} ({word})"
    inner = format_html(
        '<span class="kw-load-fill" style="--fill:{}%"></span><span class="kw-load-text">{}</span>'
        '<span class="kw-sr">{}</span>',
        str(height),
        share,
        title,
    )
    if href:
        return format_html('<a class="kw-load kw-load-{}" href="{}" title="{}">{}</a>', band, href, title, inner)
    return format_html('<span class="kw-load kw-load-{}" title="{}">{}</span>', band, title, inner)


@register.simple_tag
def stage_legend() -> SafeString:
    """What the colours and patterns of stage bars mean, once for a list of them."""
    items = format_html_join("", '<li><span class="kw-key kw-stage-{}"></span>{}</li>', STAGES.items())
    return format_html('<ul class="kw-legend" aria-label="{}">{}</ul>', _("Stages"), items)


@register.simple_tag
def load_legend() -> SafeString:
    """What the board's patterns mean."""
    bands = [(key, word) for _upper, key, word in LOAD_BANDS] + [("over", gettext_lazy("over capacity"))]
    items = format_html_join(
        "",
        '<li><span class="kw-load kw-load-{} kw-load-key" aria-hidden="true"><span class="kw-load-fill" '
        'style="--fill:100%"></span></span>{}</li>',
        bands,
    )
    return format_html('<ul class="kw-legend" aria-label="{}">{}</ul>', _("Legend"), items)


@register.inclusion_tag("kw/parts/chart.html")
def chart(
    id: str,
    title: Any,
    categories: Sequence[Any],
    series: Sequence[Mapping[str, Any]],
    kind: str = "bar",
    unit: Any = "",
    stacked: bool = False,
    height: int = 240,
) -> dict[str, Any]:
    """A bar or line chart drawn by ECharts, and the same figures as a table.

    ``series``: dicts with ``name``, ``values`` (as many as ``categories``) and optional ``tone`` (brass, terracotta,
    green, lake, clay, mute) and ``kind``. Raises ValueError when lengths differ.
    """
    for one in series:
        if len(one["values"]) != len(categories):
            raise ValueError(
                f"Series {one['name']!r} has {len(one['values'])} values for {len(categories)} categories."
            )
    names = [str(category) for category in categories]
    payload = {
        "kind": kind,
        "unit": str(unit),
        "stacked": stacked,
        "categories": names,
        "series": [
            {"name": str(s["name"]), "values": list(s["values"]), "tone": s.get("tone", ""), "kind": s.get("kind", "")}
            for s in series
        ],
    }
    rows = [(name, [s["values"][i] for s in series]) for i, name in enumerate(names)]
    return {
        "id": id,
        "title": title,
        "unit": unit,
        "height": str(height),
        "rows": rows,
        "series": series,
        "payload": escape(json.dumps(payload, ensure_ascii=False)),
    }


@register.inclusion_tag("kw/parts/bars.html")
def bars(rows: Sequence[Mapping[str, Any]], label: Any, unit: Any = "") -> dict[str, Any]:
    """Horizontal bars without script: dicts with label, value, optional text, href, tone and ``mark`` (a target)."""
    top = max([float(row["value"]) for row in rows] + [float(row.get("mark") or 0) for row in rows] + [0.0]) or 1.0
    drawn = [
        {
            **row,
            "width": f"{100 * float(row['value']) / top:.1f}",
            "mark_at": f"{100 * float(row['mark']) / top:.1f}" if row.get("mark") else "",
            "text": row.get("text") or f"{row['value']:,}",
        }
        for row in rows
    ]
    return {"rows": drawn, "label": label, "unit": unit}
