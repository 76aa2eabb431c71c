"""A plan on the map: load against hours in counties and at hubs, and pieces travelling between hubs."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from kiwanda.factory.network.models import Hub, Workshop
from kiwanda.factory.planning.outcomes import Outcome
from kiwanda.surfaces.maps import CountyMap, county_map
from kiwanda.surfaces.templatetags.kw_data import load_band

#: Journeys drawn and listed; the rest are counted.
DRAWN = 24
#: Journeys with their figure written on them.
NAMED = 8
#: Radius of the hub with the most hours, in drawing units (1/100 degree).
LARGEST = 26.0
SMALLEST = 7.0
#: Shown around the outermost hubs.
MARGIN = 110.0


@dataclass(frozen=True, slots=True)
class Place:
    """A county or hub with its hours. ``band`` and ``word`` say how full it is."""

    code: str
    name: str
    load: float
    capacity: float
    band: str
    word: Any
    path: str = ""
    x: str = ""
    y: str = ""
    radius: str = ""
    inner: str = ""
    sent: int = 0
    received: int = 0

    @property
    def share(self) -> float:
        return self.load / self.capacity if self.capacity else float(self.load > 0)


@dataclass(frozen=True, slots=True)
class Journey:
    """Pieces from one hub to another: names, how many, and the curve to draw."""

    from_name: str
    to_name: str
    quantity: int
    days: int
    path: str
    width: str
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """Text on the map; ``anchor`` is SVG's text-anchor."""

    text: str
    x: str
    y: str
    anchor: str
    is_hub: bool


@dataclass(frozen=True, slots=True)
class PlanMap:
    """Everything drawn, hours throughout."""

    drawing: CountyMap
    view: str
    counties: list[Place]
    hubs: list[Place]
    journeys: list[Journey]
    labels: list[Label]
    journey_count: int
    pieces: int
    load: float
    capacity: float


def plan_map(outcome: Outcome, *, technique: str = "", week: str = "") -> PlanMap:
    """The map of one technique (or all) in one ISO week (or all). Two queries."""
    load = outcome.load
    span = load.weeks.index(week) if week in load.weeks else None
    column = load.technique_place.get(technique) if technique else None
    asked = load.load.sum(axis=1) if column is None else load.load[:, column]
    hours = load.hours
    if column is not None:
        # What is or could be spent on it: an hour of somebody with several techniques counts for each while it is free.
        hours = asked + load.free * load.has[:, [column]]
    asked, hours = ((table[:, span] if span is not None else table.sum(axis=1)) / 60 for table in (asked, hours))
    drawing = county_map()
    at_home = {str(pk): county for pk, county in Workshop.objects.values_list("pk", "county_id")}
    by_county: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for index, row in enumerate(outcome.problem.workshops):
        if row.id in at_home:
            by_county[at_home[row.id]][0] += float(asked[index])
            by_county[at_home[row.id]][1] += float(hours[index])
    counties = [
        _place(str(county.code), county.name, *by_county.get(county.code, (0.0, 0.0)), path=county.path)
        for county in drawing.counties
    ]
    flows: dict[tuple[str, str], int] = defaultdict(int)
    for flow in outcome.flows:
        if (not technique or flow.technique == technique) and (span is None or flow.week == week):
            flows[flow.from_hub, flow.to_hub] += flow.quantity
    hubs = _hubs(outcome, drawing, load.by_hub(asked), load.by_hub(hours), flows)
    places = {row.code: row for row in hubs}
    ranked = sorted(flows.items(), key=lambda item: (-item[1], item[0]))
    most = ranked[0][1] if ranked else 1
    numbers = {code: index for index, code in enumerate(outcome.problem.hubs)}
    journeys = [
        _journey(
            places[source], places[target], quantity, most,
            outcome.problem.transfer_days[numbers[source]][numbers[target]],
        )
        for (source, target), quantity in ranked[:DRAWN]
        if source in places and target in places
    ]
    return PlanMap(
        drawing, _view(drawing, hubs), counties, hubs, journeys, _labels(hubs, journeys), len(ranked),
        sum(flows.values()), float(np.sum(asked)), float(np.sum(hours)),
    )


def _labels(hubs: list[Place], journeys: list[Journey]) -> list[Label]:
    """Names beside their hubs and figures on the largest journeys, none across another: what finds no room is left
    to the tables."""
    taken = [
        (float(hub.x) - float(hub.radius), float(hub.y) - float(hub.radius), float(hub.x) + float(hub.radius),
         float(hub.y) + float(hub.radius))
        for hub in hubs
    ]  # fmt: skip
    found = []
    for hub in hubs:
        x, y, reach = float(hub.x), float(hub.y), float(hub.radius)
        for dx, dy, anchor in (
            (0.0, reach + 13, "middle"), (reach + 5, 4.0, "start"), (-reach - 5, 4.0, "end"),
            (0.0, -reach - 6, "middle"),
        ):  # fmt: skip
            if _fits(taken, hub.name, x + dx, y + dy, anchor):
                found.append(Label(hub.name, f"{x + dx:.1f}", f"{y + dy:.1f}", anchor, True))
                break
    for journey in journeys[:NAMED]:
        text, (x, y) = f"{journey.quantity:,}", journey.middle
        if _fits(taken, text, x, y, "middle"):
            found.append(Label(text, f"{x:.1f}", f"{y:.1f}", "middle", False))
    return found


def _fits(taken: list[tuple[float, float, float, float]], text: str, x: float, y: float, anchor: str) -> bool:
    """Whether ``text`` lies clear of everything ``taken``; if so it is taken too. 6.4 units a letter, 13 a line."""
    width = 6.4 * len(text)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    box = (left, y - 10, left + width, y + 3)
    if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
        return False
    taken.append(box)
    return True


def _view(drawing: CountyMap, hubs: list[Place]) -> str:
    """The part of the drawing with the hubs in it, as an SVG view box: the rest of the country is the table's."""
    if not hubs:
        return f"0 0 {drawing.width} {drawing.height}"
    left = max(0.0, min(float(hub.x) for hub in hubs) - MARGIN)
    top = max(0.0, min(float(hub.y) for hub in hubs) - MARGIN)
    right = min(float(drawing.width), max(float(hub.x) for hub in hubs) + MARGIN)
    bottom = min(float(drawing.height), max(float(hub.y) for hub in hubs) + MARGIN)
    return f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"


def _place(code: str, name: str, load: float, capacity: float, **more: Any) -> Place:
    band, word = load_band(load, capacity)
    return Place(code, name, load, capacity, band, word, **more)


def _hubs(
    outcome: Outcome, drawing: CountyMap, load: Any, hours: Any, flows: dict[tuple[str, str], int]
) -> list[Place]:
    known = {hub.code: hub for hub in Hub.objects.all()}
    most = max([float(value) for value in hours] + [1.0])
    sent: dict[str, int] = defaultdict(int)
    received: dict[str, int] = defaultdict(int)
    for (source, target), quantity in flows.items():
        sent[source] += quantity
        received[target] += quantity
    rows = []
    for index, code in enumerate(outcome.problem.hubs):
        if code not in known:
            continue
        x, y = drawing.place(float(known[code].latitude), float(known[code].longitude))
        has, asked = float(hours[index]), float(load[index])
        radius = max(SMALLEST, LARGEST * math.sqrt(has / most))
        # Areas, not radii, are compared by eye: the inner disc's area is the share that is taken.
        inner = radius * math.sqrt(min(1.0, asked / has)) if has else (radius if asked else 0.0)
        rows.append(
            _place(
                code, known[code].name, asked, has, x=f"{x:.1f}", y=f"{y:.1f}", radius=f"{radius:.1f}",
                inner=f"{inner:.1f}", sent=sent[code], received=received[code],
            )
        )
    # The largest first, so that small ones near by lie above them.
    return sorted(rows, key=lambda row: (-float(row.radius), row.code))


def _journey(source: Place, target: Place, quantity: int, most: int, days: int) -> Journey:
    """A curve bent to the right of its direction, so that there and back do not lie on one another."""
    x1, y1, x2, y2 = float(source.x), float(source.y), float(target.x), float(target.y)
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    bend = 0.18 * length
    bx, by = (x1 + x2) / 2 - (y2 - y1) / length * bend, (y1 + y2) / 2 + (x2 - x1) / length * bend
    # Short of the target's rim, so that the arrow's head is seen.
    gap = (float(target.radius) + 5) / max(1.0, math.hypot(x2 - bx, y2 - by))
    ex, ey = x2 - (x2 - bx) * gap, y2 - (y2 - by) * gap
    # The middle of a quadratic curve.
    mx, my = 0.25 * x1 + 0.5 * bx + 0.25 * ex, 0.25 * y1 + 0.5 * by + 0.25 * ey
    width = 1.2 + 6.8 * math.sqrt(quantity / most)
    return Journey(
        source.name, target.name, quantity, days, f"M{x1:.1f},{y1:.1f}Q{bx:.1f},{by:.1f} {ex:.1f},{ey:.1f}",
        f"{width:.1f}", (mx, my),
    )
