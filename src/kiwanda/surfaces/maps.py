"""The county map: boundaries turned once into SVG paths, and points placed on the same projection.

The drawing is an equirectangular projection with its standard parallel at the equator, which crosses Kenya: one
degree is the same length both ways to within 0.4 %. Units of the drawing are 1/100 degree, y pointing down.

``python -m kiwanda.surfaces.maps counties.geojson out.json`` rebuilds ``static/kw/map/kenya_counties.json``.
Boundaries: © OpenStreetMap contributors, ODbL 1.0.
"""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
MAP_FILE = Path(__file__).parent / "static" / "kw" / "map" / "kenya_counties.json"
UNITS_PER_DEGREE = 100
MARGIN = 8


@dataclass(frozen=True, slots=True)
class County:
    """One county: its official ``code`` (1–47), ``name``, SVG ``path`` and the ``x``, ``y`` of its label."""

    code: int
    name: str
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class CountyMap:
    """The whole drawing; ``west`` and ``north`` are degrees, the rest drawing units."""

    width: int
    height: int
    west: float
    north: float
    counties: tuple[County, ...]

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Drawing coordinates of a point in degrees."""
        return (
            round((longitude - self.west) * UNITS_PER_DEGREE, 1),
            round((self.north - latitude) * UNITS_PER_DEGREE, 1),
        )


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    if geometry["type"] == "Polygon":
        return list(geometry["coordinates"])
    return [ring for polygon in geometry["coordinates"] for ring in polygon]


def _area_and_centre(ring: list[tuple[int, int]]) -> tuple[float, float, float]:
    """Shoelace area (absolute) and centroid of a closed ring."""
    doubled = cx = cy = 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        cross = x1 * y2 - x2 * y1
        doubled += cross
        cx += (x1 + x2) * cross
        cy += (y1 + y2) * cross
    if doubled == 0:
        return 0.0, ring[0][0], ring[0][1]
    return abs(doubled) / 2, cx / (3 * doubled), cy / (3 * doubled)


def build_map(geojson: dict[str, Any]) -> dict[str, Any]:
    """The map document for a GeoJSON FeatureCollection with ``county_code`` and ``county`` properties."""
    points = [point for feature in geojson["features"] for ring in _rings(feature["geometry"]) for point in ring]
    west = min(point[0] for point in points) - MARGIN / UNITS_PER_DEGREE
    north = max(point[1] for point in points) + MARGIN / UNITS_PER_DEGREE
    width = round((max(point[0] for point in points) - west) * UNITS_PER_DEGREE) + MARGIN
    height = round((north - min(point[1] for point in points)) * UNITS_PER_DEGREE) + MARGIN
    counties = []
    for feature in sorted(geojson["features"], key=lambda f: int(f["properties"]["county_code"])):
        commands: list[str] = []
        largest = (-1.0, 0.0, 0.0)
        for ring in _rings(feature["geometry"]):
            drawn: list[tuple[int, int]] = []
            for longitude, latitude in (point[:2] for point in ring):
                # Tenths of a unit keep small counties (Nairobi, Vihiga) from turning into boxes.
                at = (
                    round((longitude - west) * UNITS_PER_DEGREE * 10),
                    round((north - latitude) * UNITS_PER_DEGREE * 10),
                )
                if not drawn or drawn[-1] != at:
                    drawn.append(at)
            if len(drawn) < 4:
                continue
            largest = max(largest, _area_and_centre(drawn))
            x, y = drawn[0]
            commands.append(f"M{x / 10:g},{y / 10:g}l")
            steps = []
            for (x1, y1), (x2, y2) in itertools.pairwise(drawn[:-1]):
                steps.append(f"{(x2 - x1) / 10:g},{(y2 - y1) / 10:g}")
            commands.append(" ".join(steps) + "z")
        counties.append(
            {
                "code": int(feature["properties"]["county_code"]),
                "name": feature["properties"]["county"],
                "path": "".join(commands),
                "x": round(largest[1] / 10),
                "y": round(largest[2] / 10),
            }
        )
    return {
        "attribution": ATTRIBUTION,
        "width": width,
        "height": height,
        "west": round(west, 4),
        "north": round(north, 4),
        "counties": counties,
    }


@cache
def county_map() -> CountyMap:
    """The committed map, read once."""
    document = json.loads(MAP_FILE.read_text(encoding="utf-8"))
    return CountyMap(
        width=document["width"],
        height=document["height"],
        west=document["west"],
        north=document["north"],
        counties=tuple(County(**county) for county in document["counties"]),
    )


def main(arguments: list[str]) -> int:
    """Build the map file; returns a process exit status."""
    if len(arguments) != 2:
        sys.stderr.write("Usage: python -m kiwanda.surfaces.maps counties.geojson out.json\n")
        return 2
    source, target = (Path(argument) for argument in arguments)
    document = build_map(json.loads(source.read_text(encoding="utf-8")))
    target.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
