"""Shapes that several drawings of the collection share: hearts, stars, ear wires, rings and the charms' motifs."""

from __future__ import annotations

import math

from kiwanda.twin.pictures import Pen


def heart(x: float, y: float, size: float) -> str:
    s = size
    return (
        f"M{x:.1f} {y + s:.1f}"
        f"c{-s * 1.5:.1f} {-s * 0.9:.1f} {-s * 1.2:.1f} {-s * 1.9:.1f} {-s * 0.5:.1f} {-s * 1.9:.1f}"
        f"c{s * 0.3:.1f} 0 {s * 0.5:.1f} {s * 0.3:.1f} {s * 0.5:.1f} {s * 0.5:.1f}"
        f"c0 {-s * 0.2:.1f} {s * 0.2:.1f} {-s * 0.5:.1f} {s * 0.5:.1f} {-s * 0.5:.1f}"
        f"c{s * 0.7:.1f} 0 {s:.1f} {s:.1f} {-s * 0.5:.1f} {s * 1.9:.1f}z"
    )


def heart_point(scale: float, turn: float) -> tuple[float, float]:
    a = 2 * math.pi * turn
    x = 16 * math.sin(a) ** 3
    y = -(13 * math.cos(a) - 5 * math.cos(2 * a) - 2 * math.cos(3 * a) - math.cos(4 * a))
    return 60 + x * 2.6 * scale, 64 + y * 2.6 * scale


def star(x: float, y: float, outer: float, inner: float) -> str:
    points = []
    for i in range(10):
        a, r = -math.pi / 2 + math.pi * i / 5, outer if i % 2 == 0 else inner
        points.append(f"{x + r * math.cos(a):.1f} {y + r * math.sin(a):.1f}")
    return "M" + "L".join(points) + "z"


def polygon(x: float, y: float, r: float, sides: int) -> str:
    corners = [-math.pi / 2 + 2 * math.pi * i / sides for i in range(sides)]
    return "M" + "L".join(f"{x + r * math.cos(a):.1f} {y + r * math.sin(a):.1f}" for a in corners) + "z"


def ear_wire(p: Pen, x: float, y: float) -> None:
    p.path(f"M{x} {y}v6M{x} {y}c0-8 0-20 8-20c7 0 7 8 5 14", stroke=p.metal, width=2, extra='stroke-linecap="round"')


def split_ring(p: Pen, x: float, y: float, r: float = 13) -> None:
    p.circle(x, y, r, "none", 'stroke="#8d949c" stroke-width="3.500"')
    p.circle(x, y, r + 0.6, "none", 'stroke="#eef1f4" stroke-width="1"')


def charm(p: Pen, motif: str, x: float, y: float, index: int) -> None:
    edge = ("#7b5620" if p.colour_name != "silver" else "#666d76", 0.8)
    if motif == "hearts":
        p.path(heart(x, y, 13 - index % 2 * 2), p.metal, *edge)
    elif motif == "stars":
        p.path(star(x, y, 16, 6.8 - index % 2), p.metal, *edge)
    elif motif == "leaves":
        p.path(f"M{x} {y - 14}c17 8 15 22 0 30c-15-8-17-22 0-30z", p.metal, *edge)
        p.path(f"M{x} {y - 9}v22M{x} {y}l7-6M{x} {y}l-7-6M{x} {y + 8}l7-6M{x} {y + 8}l-7-6", stroke=edge[0], width=1)
    elif motif == "crowns":
        p.path(f"M{x - 15} {y + 12}v-20l8 8l7-13l7 13l8-8v20z", p.metal, *edge)
        p.beads([(x - 9, y + 7), (x, y + 7), (x + 9, y + 7)], 2, "#b5452f")
    elif motif == "keys":
        p.circle(x, y - 5, 8, "none", f'stroke="{p.metal}" stroke-width="4.500"')
        p.path(f"M{x - 2} {y + 2}h4v18h-4zM{x + 2} {y + 10}h7v3.500h-7zM{x + 2} {y + 16}h6v3.500h-6z", p.metal)
    elif index % 2:
        p.path(f"M{x - 2} {y + 2}h4l1 18h-6z", p.metal, *edge)
        p.path(f"M{x - 7} {y - 14}v10c0 8 14 8 14 0v-10h-3v9h-2.500v-9h-3v9h-2.500v-9z", p.metal, *edge)
    else:
        p.path(f"M{x - 2} {y}h4l1 20h-6z", p.metal, *edge)
        p.ellipse(x, y - 5, 7.5, 10.5, p.metal, f'stroke="{edge[0]}" stroke-width=".8"')
