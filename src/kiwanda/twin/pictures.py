"""Draws the pictures of the demo collection as small SVG files; ``python -m kiwanda.twin.pictures`` writes them all.

Hand-designed: one drawing per style, in ``drawings``, coloured per variant. Each file stays under 4 kB, carries a title
for screen readers and reads well from 96 to 600 pixels. The files are committed; a test compares them with the code.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path

from kiwanda.twin.catalogue import DATA, StyleRow, VariantRow, collection

PICTURES = DATA / "pictures"
MAX_BYTES = 4_096
MIXED = ("#e4572e", "#d98a1c", "#3f8f4f", "#2b62b8", "#e26d9b", "#1fa6a8")
_BRASS = ((0, "#fbeab5"), (0.3, "#d6a648"), (0.55, "#8f6522"), (0.75, "#e7c676"), (1, "#94692a"))
_SILVER = ((0, "#ffffff"), (0.3, "#c3c9d0"), (0.55, "#7d858f"), (0.75, "#e6eaee"), (1, "#858d97"))
_HORN = ((0, "#c9a26c"), (0.35, "#7b563a"), (0.6, "#3f2b20"), (0.8, "#9a734c"), (1, "#4a3325"))
_BONE = ((0, "#fffaf0"), (0.6, "#ece0c6"), (1, "#c4b28c"))
_WOOD = ((0, "#c9955d"), (0.5, "#96653a"), (1, "#6b4423"))
_GROUNDS = ("#f7f0e4", "#eef3ee", "#f4ecec", "#ecf1f5")


def mix(colour: str, other: str, share: float) -> str:
    """Blend two ``#rrggbb`` colours; ``share`` 0 gives the first, 1 the second."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


class Pen:
    """Collects shapes on a 120 x 120 ground, and only those gradients that were used."""

    def __init__(self, colour_name: str, colour: str, motif: str) -> None:
        self.colour_name, self.colour, self.motif = colour_name, colour, motif
        self._definitions: dict[str, str] = {}
        self._body: list[str] = []

    @property
    def dark(self) -> str:
        """The variant's colour in shade."""
        return mix(self.colour, "#1c1410", 0.45)

    @property
    def metal(self) -> str:
        """Brass, unless the variant is silver-finished."""
        if self.colour_name == "silver":
            return self._linear("silver", _SILVER)
        return self._linear("brass", _BRASS)

    @property
    def horn(self) -> str:
        return self._linear("horn", _HORN)

    @property
    def bone(self) -> str:
        return self._linear("bone", _BONE)

    @property
    def wood(self) -> str:
        return self._linear("wood", _WOOD)

    def glaze(self, index: int = 0) -> str:
        """A rounded, lit fill in the variant's colour; the mixed variant changes colour with ``index``."""
        name, colour = self.colour_name, self.colour
        if name == "mixed":
            name, colour = f"mix{index % len(MIXED)}", MIXED[index % len(MIXED)]
        light, shade = mix(colour, "#ffffff", 0.62), mix(colour, "#140c08", 0.42)
        self._definitions.setdefault(
            name,
            f'<radialGradient id="k{name}" cx=".35" cy=".3" r=".8"><stop stop-color="{light}"/>'
            f'<stop offset=".45" stop-color="{colour}"/><stop offset="1" stop-color="{shade}"/></radialGradient>',
        )
        return f"url(#k{name})"

    def _linear(self, name: str, stops: tuple[tuple[float, str], ...]) -> str:
        inside = "".join(f'<stop offset="{at:g}" stop-color="{colour}"/>' for at, colour in stops)
        self._definitions.setdefault(name, f'<linearGradient id="k{name}" x2="1" y2="1">{inside}</linearGradient>')
        return f"url(#k{name})"

    def add(self, text: str) -> None:
        """Raw SVG, for what the few helpers below do not say."""
        self._body.append(text)

    def circle(self, x: float, y: float, r: float, fill: str, extra: str = "") -> None:
        self.add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}" fill="{fill}"{extra and " " + extra}/>')

    def path(self, d: str, fill: str = "none", stroke: str = "", width: float = 0, extra: str = "") -> None:
        line = f' stroke="{stroke}" stroke-width="{_n(width)}"' if stroke else ""
        self.add(f'<path d="{d}" fill="{fill}"{line}{extra and " " + extra}/>')

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str, extra: str = "") -> None:
        self.add(
            f'<ellipse cx="{_n(x)}" cy="{_n(y)}" rx="{_n(rx)}" ry="{_n(ry)}" fill="{fill}"{extra and " " + extra}/>'
        )

    def beads(self, points: list[tuple[float, float]], r: float, fill: str = "") -> None:
        """Round beads at these points; glazed in turn unless a fill is given. Same fills share one group."""
        groups: dict[str, list[str]] = {}
        for index, (x, y) in enumerate(points):
            groups.setdefault(fill or self.glaze(index), []).append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"/>')
        for paint, circles in groups.items():
            self.add(f'<g fill="{paint}">{"".join(circles)}</g>')

    def shadow(self, x: float, y: float, rx: float, ry: float) -> None:
        self.ellipse(x, y, rx, ry, "#3b2a1a", 'opacity=".13"')

    def ring_shadow(self, x: float, y: float, rx: float, ry: float, width: float) -> None:
        """The shadow of something open in the middle."""
        self.ellipse(x, y, rx, ry, "none", f'stroke="#3b2a1a" stroke-width="{_n(width)}" opacity=".13"')

    def render(self, title: str, ground: str) -> str:
        body = "".join(self._body)
        used = "".join(text for name, text in self._definitions.items() if f"(#k{name})" in body)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" role="img">'
            f"<title>{escape(title)}</title><defs>{used}</defs>"
            f'<rect width="120" height="120" fill="{ground}"/>{body}</svg>\n'
        )


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def ring(x: float, y: float, rx: float, ry: float, count: int, start: float = 0.0) -> list[tuple[float, float]]:
    """Evenly spaced points of an ellipse."""
    turns = [start + 2 * math.pi * i / count for i in range(count)]
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in turns]


def evenly(
    curve: Callable[[float], tuple[float, float]], count: int, closed: bool = False
) -> list[tuple[float, float]]:
    """``count`` points at equal distances along ``curve(t)``, t from 0 to 1; a closed one does not repeat its start."""
    fine = [curve(i / 400) for i in range(401)]
    lengths = [0.0]
    for (ax, ay), (bx, by) in pairwise(fine):
        lengths.append(lengths[-1] + math.hypot(bx - ax, by - ay))
    points, at = [], 0
    for i in range(count):
        goal = lengths[-1] * i / (count if closed else count - 1)
        while at < 400 and lengths[at] < goal - 1e-9:
            at += 1
        points.append(fine[at])
    return points


def strand(top: float, half: float, drop: float, count: int, x: float = 60.0) -> list[tuple[float, float]]:
    """Points of a hanging curve from (x - half, top) over (x, top + drop) to (x + half, top)."""
    return evenly(lambda t: (x - half * math.cos(math.pi * t), top + drop * math.sin(math.pi * t) ** 0.85), count)


def picture(style: StyleRow, variant: VariantRow, draw: Callable[[Pen], None], colour: str) -> str:
    """The SVG text of one variant."""
    pen = Pen(variant.colour, colour, variant.motif)
    draw(pen)
    ground = _GROUNDS[sum(map(ord, style.code)) % len(_GROUNDS)]
    return pen.render(variant.name_en, ground)


def all_pictures() -> dict[str, str]:
    """SVG text by SKU for the whole collection; ``KeyError`` for a style without a drawing."""
    from kiwanda.twin.drawings import DRAWINGS

    whole = collection()
    return {
        variant.sku: picture(style, variant, DRAWINGS[style.code], whole.colours[variant.colour][0])
        for style in whole.styles
        for variant in style.variants
    }


def write_all(folder: Path = PICTURES) -> int:
    """Write every picture; returns how many. Raises ``ValueError`` if one is too big for a slow phone."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = all_pictures()
    for sku, text in pictures.items():
        if len(text.encode()) > MAX_BYTES:
            raise ValueError(f"{sku}: {len(text.encode())} bytes, more than {MAX_BYTES}")
        (folder / f"{sku}.svg").write_text(text, encoding="utf-8")
    return len(pictures)


if __name__ == "__main__":
    write_all()
