"""The map of Kenya's 47 counties with a value each and dots for hubs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from kiwanda.surfaces.maps import ATTRIBUTION, county_map

register = template.Library()

BANDS = 5


def breaks(values: Sequence[float], bands: int = BANDS) -> list[float]:
    """Upper bounds of at most ``bands`` groups with about as many positive values each (quantiles, no duplicates)."""
    positive = sorted(value for value in values if value > 0)
    if not positive:
        return []
    bounds = [positive[min(len(positive) - 1, (i + 1) * len(positive) // bands - 1)] for i in range(bands)]
    bounds[-1] = positive[-1]
    return sorted({bound for bound in bounds if bound >= positive[0]})


@register.inclusion_tag("kw/parts/kenya_map.html")
def kenya_map(
    values: Mapping[int, float],
    label: Any,
    unit: Any = "",
    href: str = "",
    selected: Any = None,
    hubs: Sequence[Mapping[str, Any]] = (),
    id: str = "kenya-map",
) -> dict[str, Any]:
    """A choropleth with a table of the same figures.

    ``values`` maps county codes (1–47) to numbers; ``href`` is an address with ``{code}`` in it, making every county a
    link; ``hubs`` are dicts with name, latitude, longitude and optional href. Codes may be strings.
    """
    drawing = county_map()
    by_code = {int(code): value for code, value in values.items()}
    bounds = breaks(list(by_code.values()))
    chosen = int(selected) if str(selected or "").isdigit() else None
    counties: list[dict[str, Any]] = []
    for county in drawing.counties:
        value = by_code.get(county.code, 0)
        band = next((i + 1 for i, bound in enumerate(bounds) if value <= bound), len(bounds)) if value > 0 else 0
        counties.append(
            {
                "code": str(county.code),
                "name": county.name,
                "path": county.path,
                "value": f"{value:,}",
                "number": value,
                "band": str(band),
                "href": href.replace("{code}", str(county.code)) if href else "",
                "selected": county.code == chosen,
            }
        )
    # The selected county is drawn last, so that its outline lies above its neighbours.
    counties.sort(key=lambda county: county["selected"])
    dots = []
    for hub in hubs:
        x, y = drawing.place(float(hub["latitude"]), float(hub["longitude"]))
        dots.append({"name": hub["name"], "href": hub.get("href", ""), "x": str(x), "y": str(y)})
    lows = [1.0, *[bound + 1 for bound in bounds]]
    legend = [
        {"band": str(i + 1), "text": f"{lows[i]:,.0f}–{bound:,.0f}" if lows[i] < bound else f"{bound:,.0f}"}
        for i, bound in enumerate(bounds)
    ]
    return {
        "id": id,
        "label": label,
        "unit": unit,
        "counties": counties,
        "hubs": dots,
        "legend": legend,
        "width": str(drawing.width),
        "height": str(drawing.height),
        "attribution": ATTRIBUTION,
        "ranked": sorted((c for c in counties if c["number"]), key=lambda c: (-c["number"], c["name"])),
        "none": _("none"),
    }
