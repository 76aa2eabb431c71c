"""One drawing per style of the demo collection, on a 120 x 120 ground. See ``pictures``."""

from __future__ import annotations

import math
from functools import partial

from kiwanda.twin.drawing_shapes import charm, ear_wire, heart, heart_point, polygon, split_ring, star
from kiwanda.twin.pictures import Pen, evenly, mix, ring, strand

_LEATHER = "#8a5a34"
_THREAD = "#6b5640"


def bead_bracelet(p: Pen) -> None:
    p.ring_shadow(63, 66, 38, 34, 13)
    p.beads(ring(60, 60, 40, 36, 30), 5)
    p.beads(ring(60, 60, 31.5, 27.5, 30, 0.1), 3, "#f3e9d2" if p.colour_name != "white" else p.metal)
    p.add(f'<rect x="53" y="90" width="14" height="10" rx="3" fill="{p.metal}"/>')


def glass_bracelet(p: Pen) -> None:
    p.ring_shadow(63, 67, 37, 34, 12)
    p.path("M60 26a36 33 0 1 0 .1 0", stroke="#8a744f", width=2)
    for i, (x, y) in enumerate(ring(60, 60, 37, 34, 12)):
        turn = 360 * i / 12 + 90
        p.add(
            f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})">'
            f'<rect x="-7.5" y="-6.5" width="15" height="13" rx="5" fill="{p.glaze(i)}"/>'
            '<path d="M-4-3.5h6" stroke="#fff" stroke-width="2" stroke-linecap="round" opacity=".75"/></g>'
        )
    p.beads(ring(60, 60, 37, 34, 12, math.pi / 12), 2.6, p.metal)


def charm_bracelet(p: Pen) -> None:
    p.ring_shadow(63, 54, 42, 26, 9)
    p.add(
        f'<ellipse cx="60" cy="48" rx="42" ry="26" fill="none" stroke="{p.metal}" stroke-width="3" '
        'stroke-dasharray="5 2.2"/>'
    )
    p.beads(ring(60, 48, 42, 26, 9, math.pi / 2 + 0.35), 8)
    for x, top in ((34, 72), (60, 80), (86, 72)):
        p.path(f"M{x} {top - 4}v9", stroke="#94692a", width=1.6)
    p.path(heart(34, 85, 9), p.metal, "#7b5620", 0.6)
    p.path(star(60, 95, 10, 4.4), p.metal, "#7b5620", 0.6)
    p.path("M86 76c9 6 8 15 0 21c-8-6-9-15 0-21zM86 79v16", p.metal, "#7b5620", 0.8)


def cuff(p: Pen) -> None:
    p.shadow(60, 95, 42, 8)
    p.path("M20 40c10-13 70-13 80 0l-4 10c-14-10-58-10-72 0z", mix("#8f6522", "#000000", 0.25))
    p.path("M18 42c0 0 2 34 8 43c16 14 52 14 68 0c6-9 8-43 8-43c-14 16-70 16-84 0z", p.metal, "#7b5620", 0.8)
    p.path("M20.500 54c16 15 63 15 79 0l-3 21c-16 14-57 14-73 0z", p.glaze())
    zigzag = "M24 66l7 8l7-5l7 9l7-6l8 8l8-8l7 6l7-9l7 5l7-8"
    p.path(zigzag, stroke="#f1d792", width=2.2, extra='stroke-linejoin="round"')
    p.beads([(x, 63.5 + 5.5 * math.sin(math.pi * (x - 24) / 72)) for x in range(31, 90, 14)], 1.6, "#f1d792")


def horn_bangle(p: Pen) -> None:
    p.ring_shadow(64, 67, 38, 38, 15)
    natural = p.colour_name in ("horn", "honey", "black")
    corners = ring(60, 60, 46, 46, 12, math.pi / 12)
    inner = ring(60, 60, 30, 30, 12, math.pi / 12)
    tones = (0.34, 0.12, 0.0, 0.16, 0.3, 0.42)
    for i in range(12):
        (ax, ay), (bx, by) = corners[i], corners[(i + 1) % 12]
        (cx, cy), (dx, dy) = inner[(i + 1) % 12], inner[i]
        tone = mix(p.colour, "#ffffff" if i in (6, 7, 8, 9) else "#120a06", tones[i % 6] * 0.8)
        d = f"M{ax:.0f} {ay:.0f}L{bx:.0f} {by:.0f} {cx:.0f} {cy:.0f} {dx:.0f} {dy:.0f}z"
        p.path(d, tone, mix(p.colour, "#ffffff", 0.35), 0.5)
    if natural:
        for r in (34, 38, 42):
            dash = f'stroke-dasharray="{r // 2} 9 {r // 4} 14" opacity=".45"'
            p.circle(60, 60, r, "none", f'stroke="#e6cfa4" stroke-width="1.1" {dash}')
    p.path("M26 46a38 38 0 0 1 22-22", stroke="#fff", width=3, extra='stroke-linecap="round" opacity=".55"')


def stacking_rings(p: Pen) -> None:
    p.shadow(60, 99, 34, 7)
    for i, y in enumerate((88, 72, 56)):
        p.ellipse(60, y, 32, 12, "none", f'stroke="{p.metal}" stroke-width="7"')
        p.ellipse(60, y - 2, 31, 11, "none", 'stroke="#fff" stroke-width="1" opacity=".5"')
        if p.colour_name in ("mixed", "clear"):
            p.circle(60 + (i - 1) * 10, y + 11, 5.5, p.glaze(i * 2), 'stroke="#8f6522" stroke-width="1.4"')
    if p.colour_name == "brass":
        p.path("M40 66l5 3l5-2l5 3l5-2l5 2l5-3l5 2l5-3", stroke="#8f6522", width=1.4)
    p.path("M60 22l9 8l-9 15l-9-15z", p.glaze(), p.dark, 0.6)
    p.path("M60 45c-9 0-15-1-22 4M60 45c9 0 15-1 22 4", stroke=p.metal, width=5, extra='stroke-linecap="round"')


def studs(p: Pen) -> None:
    p.add('<rect x="22" y="20" width="76" height="82" rx="6" fill="#d9c4a0"/>')
    p.add('<rect x="22" y="20" width="76" height="82" rx="6" fill="none" stroke="#b89b6c"/>')
    p.path("M44 90h32M50 95h20", stroke="#a58757", width=1.6)
    for i, x in enumerate((43, 77)):
        p.shadow(x + 2, 58, 14, 14)
        p.path(polygon(x, 54, 14, 6), p.metal, "#7b5620", 0.6)
        p.path(polygon(x, 54, 10.5, 6), p.glaze(i))
        p.path(f"M{x} 54l-9-5M{x} 54l9-5M{x} 54v10.500M{x - 9} 49l9-5.500l9 5.500", stroke="#fff", width=0.9,
               extra='opacity=".6"')  # fmt: skip


def drop_earrings(p: Pen) -> None:
    for i, x in enumerate((38, 82)):
        ear_wire(p, x, 34)
        p.path(f"M{x - 3} 43h6M{x - 4} 46h8M{x - 3} 49h6", stroke=p.metal, width=2.4, extra='stroke-linecap="round"')
        p.path(f"M{x} 48c5 13 15 22 15 34a15 15 0 0 1-30 0c0-12 10-21 15-34z", p.glaze(i), p.dark, 0.5)
        p.path(f"M{x - 9} 84c0-7 4-11 6-16", stroke="#fff", width=3, extra='stroke-linecap="round" opacity=".7"')
        p.circle(x, 101, 3.4, p.metal)


def hoops(p: Pen) -> None:
    for i, x in enumerate((32, 88)):
        ear_wire(p, x, 32)
        p.circle(x, 62, 22, "none", f'stroke="{p.metal}" stroke-width="4"')
        p.circle(x, 62, 22, "none", 'stroke="#fff" stroke-width=".8" stroke-dasharray="2 5" opacity=".8"')
        fill = p.metal if p.colour_name in ("silver", "brass") else p.glaze(i)
        p.path(f"M{x} 78c13 6 13 22 0 32c-13-10-13-26 0-32z", fill, "#7b5620", 0.8)
        veins = f"M{x} 81v26M{x} 89l5-4M{x} 89l-5-4M{x} 97l6-5M{x} 97l-6-5"
        p.path(veins, stroke="#fff", width=1, extra='opacity=".7"')


def flower_earrings(p: Pen) -> None:
    for i, x in enumerate((32, 88)):
        ear_wire(p, x, 36)
        for angle in range(0, 360, 60):
            p.add(
                f'<path transform="translate({x} 68) rotate({angle})" d="M0-4c10-7 10-20 0-22c-10 2-10 15 0 22z" '
                f'fill="{p.bone}" stroke="#b9a47a" stroke-width=".7"/>'
            )
        p.beads(ring(x, 68, 8, 8, 8), 3.4)
        p.circle(x, 68, 5, p.metal)
        p.circle(x, 103, 4, p.glaze(i))


def strand_necklace(p: Pen) -> None:
    for i in range(5):
        p.beads(strand(26, 27 + i * 4, 30 + i * 13, 11 + i * 3), 3.2)
    for x in (25, 95):
        p.path(f"M{x - 11} 16h22l-1 13h-20z", p.bone, "#b9a47a", 0.8)
    p.path("M25 17c2-9 19-12 35-12s33 3 35 12", stroke=_THREAD, width=1.6)


def pendant(p: Pen) -> None:
    p.path("M26 6c2 30 16 46 34 54c18-8 32-24 34-54", stroke="#4b3a2c", width=2.4)
    p.circle(60, 60, 4, "none", f'stroke="{p.metal}" stroke-width="2.400"')
    p.shadow(62, 88, 25, 24)
    p.circle(60, 86, 24, p.metal, 'stroke="#7b5620" stroke-width=".6"')
    p.circle(60, 86, 19, p.glaze() if p.colour_name != "white" else p.bone)
    p.path("M66 70a17 17 0 1 0 0 32a14 16 0 1 1 0-32z", p.bone if p.colour_name != "white" else p.metal)
    p.beads(ring(60, 86, 21.5, 21.5, 18), 0.9, "#fff3cf")


def glass_necklace(p: Pen) -> None:
    p.path("M22 10c0 28 8 78 38 78s38-50 38-78", stroke=_THREAD, width=1.6)
    points = strand(12, 40, 80, 17)
    for i, (x, y) in enumerate(points):
        r = 3.6 + 4.6 * math.sin(math.pi * i / 16) ** 2
        p.circle(x, y, r, p.glaze(i), f'stroke="{p.dark}" stroke-width=".3"')
        if r > 5:
            p.circle(x - r * 0.3, y - r * 0.35, r * 0.22, "#fff", 'opacity=".8"')
    for i in (3, 13):
        p.circle((points[i][0] + points[i + 1][0]) / 2, (points[i][1] + points[i + 1][1]) / 2, 2.4, p.metal)


def seed_necklace(p: Pen) -> None:
    p.path("M20 8c0 34 10 84 40 84s40-50 40-84", stroke="#5c4632", width=2)
    for i, (x, y) in enumerate(strand(12, 40, 80, 19)):
        if i % 3 == 1:
            p.ellipse(x, y, 7.5, 7.5, p.wood, 'stroke="#5b3a1d" stroke-width=".6"')
            p.circle(x, y, 4.4, "none", 'stroke="#e3b98a" stroke-width=".9" opacity=".8"')
        else:
            fill = "#53341f" if p.colour_name == "natural" else p.glaze(i)
            p.circle(x, y, 4.3, fill)
            p.circle(x - 1.3, y - 1.4, 1, "#fff", 'opacity=".6"')


def necklace_set(p: Pen) -> None:
    p.beads(strand(10, 40, 58, 21), 4)
    p.beads(strand(12, 31, 41, 13), 2.3, p.metal)
    p.ring_shadow(62, 102, 25, 12, 7)
    p.beads(ring(60, 96, 26, 13, 18), 4)
    p.path(heart(60, 74, 7), p.metal, "#7b5620", 0.6)


def brooch(p: Pen) -> None:
    p.shadow(62, 92, 32, 6)
    for side in (1, -1):
        p.add(f'<g transform="translate(60 60) scale({side} 1)">')
        p.path("M3-6c10-34 46-38 46-16c0 18-26 26-46 24z", p.metal, "#7b5620", 0.8)
        p.path("M3 4c22 0 36 8 32 24c-4 14-28 4-33-16z", p.metal, "#7b5620", 0.8)
        p.path("M9-8c9-23 33-26 34-14c0 11-18 18-34 17z", p.glaze())
        p.path("M9 8c15 1 24 6 21 16c-3 8-18 2-22-10z", p.glaze(1))
        p.beads([(36, -21), (28, -13), (24, 19)], 2.6, "#f7e7b4")
        p.path("M2-18c2-10 7-15 13-17", stroke="#8f6522", width=1.6)
        p.add("</g>")
    p.path("M60 36c6 8 6 42 0 54c-6-12-6-46 0-54z", p.metal, "#7b5620", 0.8)


def bag_charm(p: Pen) -> None:
    split_ring(p, 60, 20)
    p.path("M60 33v8M60 41c-16 4-22 14-24 26M60 41v46M60 41c16 4 22 14 24 26", stroke="#94692a", width=1.8)
    for i, (x, y, r) in enumerate(((36, 72, 9), (60, 62, 10), (84, 72, 9), (60, 92, 13))):
        p.circle(x, y, r, p.glaze(i), f'stroke="{p.dark}" stroke-width=".4"')
        p.circle(x - r * 0.3, y - r * 0.35, r * 0.24, "#fff", 'opacity=".8"')
        p.circle(x, y - r - 2, 2.6, p.metal)
    for x in (36, 84):
        p.path(f"M{x} 82c7 4 7 12 0 18c-7-6-7-14 0-18z", p.metal, "#7b5620", 0.6)


def tassel(p: Pen) -> None:
    split_ring(p, 60, 18)
    p.path("M60 30v10", stroke=_THREAD, width=2)
    p.circle(60, 46, 8, p.glaze(), f'stroke="{p.dark}" stroke-width=".4"')
    p.path("M50 54h20l3 12h-26z", _LEATHER, "#5d3a1f", 0.8)
    p.path("M49 60h22", stroke="#e0b987", width=1, extra='stroke-dasharray="2.500 2"')
    for i in range(7):
        x = 48 + i * 4
        p.path(f"M{x} 66c{(i - 3) * 0.6:.1f} 12 {(i - 3) * 1.4:.1f} 22 {(i - 3) * 2} 34", stroke=p.dark, width=2)
        p.beads([(x + (i - 3) * 0.75, 78), (x + (i - 3) * 1.3, 89), (x + (i - 3) * 2, 101)], 2.7)


def phone_charm(p: Pen) -> None:
    p.path("M60 50c-16-14-18-40 0-42c18 2 16 28 0 42z", stroke="#3f352c", width=2.4)
    p.circle(60, 47, 4, p.metal)
    p.shadow(62, 80, 21, 28)
    p.path("M60 51c18 0 24 10 22 26c-2 18-12 31-22 31s-20-13-22-31c-2-16 4-26 22-26z", p.bone, "#b39d70", 1)
    p.path("M45 70c4-4 9-4 12 0M63 70c3-4 8-4 12 0M60 70v14l-4 3h8", stroke="#6b5537", width=1.8)
    p.ellipse(51, 75, 4, 2.6, p.dark)
    p.ellipse(69, 75, 4, 2.6, p.dark)
    p.path("M51 96c5 4 13 4 18 0", stroke="#8a3b2a", width=2.4, extra='stroke-linecap="round"')
    p.beads([(46, 60), (53, 57), (60, 56), (67, 57), (74, 60)], 3)


def napkin_charms(p: Pen) -> None:
    for i, (x, y) in enumerate(((34, 32), (86, 32), (34, 91), (86, 91))):
        p.path(f"M{x} {y - 10}c-9-9-7-19 0-19s9 10 0 19z", stroke="#b5452f", width=1.8)
        p.beads([(x, y - 11)], 3, "#e9dcc0")
        charm(p, p.motif, x, y + 4, i)


def party_charms(p: Pen) -> None:
    p.path("M4 26c26 34 86 34 112 0", stroke=_THREAD, width=1.8)
    for i in range(10):
        t = i / 9
        x, y = 9 + 102 * t, 29 + 80 * t * (1 - t)
        fill = p.metal if p.colour_name == "brass" else p.glaze(i)
        length = 14 + 9 * (i % 3)
        p.path(f"M{x:.1f} {y:.1f}v{length}", stroke=_THREAD, width=1)
        p.circle(x, y + 4, 2.6, "#efe2c6")
        if i % 3 == 1:
            p.path(star(x, y + length + 8, 10, 4.5), p.wood, "#5b3a1d", 0.5)
        else:
            p.circle(x, y + length + 7, 7.5, fill)
            p.circle(x, y + length + 7, 3, "#fff4dc", 'opacity=".65"')


def leather_charms(p: Pen) -> None:
    p.path("M14 18h92", stroke="#6b4423", width=5, extra='stroke-linecap="round"')
    tone = "#a8703f" if p.colour_name == "natural" else p.colour
    for i in range(6):
        x, length = 22 + i * 15.2, (58, 66, 52, 70, 60, 54)[i]
        band = mix(tone, "#2b1a0e", 0.12 * (i % 3))
        p.add(f'<rect x="{x - 3.5:.1f}" y="16" width="7" height="{length}" rx="2.500" fill="{band}"/>')
        p.path(f"M{x:.1f} 20v{length - 10}", stroke="#f0d9b5", width=0.9, extra='stroke-dasharray="3 2.500"')
        y = 16 + length + 8
        if i % 2:
            p.circle(x, y, 8, p.bone, 'stroke="#b39d70"')
            p.circle(x, y, 3, "#5b4630")
        else:
            p.path(f"M{x:.1f} {y - 9}c9 6 9 14 0 20c-9-6-9-14 0-20z", p.bone, "#b39d70", 0.9)
            p.path(f"M{x:.1f} {y - 5}v12", stroke="#8a744f", width=1)


def key_ring(p: Pen) -> None:
    split_ring(p, 60, 22)
    p.path("M60 35v14", stroke="#8d949c", width=3, extra='stroke-dasharray="4 1.500"')
    p.shadow(63, 82, 31, 29)
    base = {"white": "#e9dcc4", "natural": "#a8703f"}.get(p.colour_name, "#96603a")
    p.circle(60, 79, 30, base)
    p.path("M60 49c-16 16-16 44 0 60M60 49c16 16 16 44 0 60M30.500 74c18 9 41 9 59 0", stroke=mix(base, "#1c0f06", 0.5),
           width=1.4)  # fmt: skip
    p.path("M57 51c-15 15-15 41 0 56M63 51c15 15 15 41 0 56", stroke="#fff3dc", width=1,
           extra='stroke-dasharray="3 3" opacity=".85"')  # fmt: skip
    p.beads([(32 + i * 7, 77 + 6.5 * math.sin(math.pi * (i + 0.6) / 9)) for i in range(9)], 3.5,
            "" if p.colour_name != "natural" else "#efe2c6")  # fmt: skip
    p.path("M40 66a22 22 0 0 1 12-11", stroke="#fff", width=3, extra='stroke-linecap="round" opacity=".4"')


def beaded_heart(p: Pen) -> None:
    p.path("M60 6v20", stroke="#b5452f", width=2)
    p.path("M60 26c-4-5-4-9 0-12c4 3 4 7 0 12z", "#b5452f")
    for scale, count, r in ((1.0, 32, 5), (0.72, 25, 4), (0.46, 18, 3.2)):
        p.beads(evenly(partial(heart_point, scale), count, closed=True), r,
                "" if scale != 0.72 else "#fdf4e0" if p.colour_name != "white" else p.metal)  # fmt: skip
    p.circle(60, 64, 4.5, p.glaze())


def coasters(p: Pen) -> None:
    for offset in (10, 5, 0):
        p.ellipse(60 + offset * 0.6, 60 + offset, 47, 45, mix(p.colour, "#2b1a0e", 0.25 + offset / 30))
    for r, count, i in ((42.5, 27, 0), (33.5, 21, 1), (24.5, 15, 2), (15.5, 9, 3)):
        fill = p.glaze() if i % 2 == 0 else "#f5ead2"
        p.beads(ring(60, 59, r, r * 0.96, count, i * 0.1), 4.7, fill)
    p.circle(60, 59, 7, p.metal, 'stroke="#7b5620" stroke-width=".6"')


def spoons(p: Pen) -> None:
    for angle, size in ((-33, 15.5), (-11, 13.5), (11, 11.5), (33, 9.5)):
        p.add(f'<g transform="translate(60 106) rotate({angle})">')
        p.add(f'<path d="M-2.500-22l-.5-26h6l-.5 26z" fill="{p.metal}"/>')
        p.add(f'<rect x="-4" y="-24" width="8" height="24" rx="4" fill="{p.horn}"/>')
        p.path(heart(0, -48 - size * 0.7, size), p.metal, "#6f757d", 0.7)
        p.path(heart(0, -48 - size * 0.7, size * 0.7), "#40362c", extra='opacity=".22"')
        p.add("</g>")
    p.circle(60, 107, 6, "none", 'stroke="#8d949c" stroke-width="2.400"')


def mirror_tray(p: Pen) -> None:
    p.shadow(62, 69, 52, 38)
    p.ellipse(60, 62, 52, 38, p.wood)
    p.ellipse(60, 60, 50, 36, mix(p.colour, "#ffffff", 0.25))
    for i, (x, y) in enumerate(ring(60, 60, 44, 30.5, 24)):
        turn = 360 * i / 24
        p.add(
            f'<path transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})" d="M-4 0l4-3.200 4 3.200-4 3.200z" '
            f'fill="{p.bone if i % 2 else p.glaze()}"/>'
        )
    p.ellipse(60, 60, 37, 24, p.metal)
    p.ellipse(60, 60, 34.5, 21.5, "#cfe0e6")
    p.path("M38 66l24-24h10l-28 30zM58 78l24-26l5 3l-22 24z", "#ffffff", extra='opacity=".55"')


def stand(p: Pen) -> None:
    p.shadow(60, 108, 38, 6)
    tone = p.wood if p.colour_name == "natural" else "#38302c"
    p.path("M26 106c0-8 16-11 34-11s34 3 34 11z", tone)
    p.path("M55 98c3-30 3-58 2-84h6c-1 26-1 54 2 84z", tone)
    for y, half in ((24, 22), (44, 34), (66, 26)):
        d = f"M60 {y + 6}c-{half * 0.5:.0f}-1-{half}-4-{half}-16M60 {y + 6}c{half * 0.5:.0f}-1 {half}-4 {half}-16"
        p.path(d, stroke=p.metal, width=3.4, extra='stroke-linecap="round"')
        p.beads([(60 - half, y - 11), (60 + half, y - 11)], 3.4, p.metal)
    p.beads(strand(46, 9, 26, 15, 33), 2, "#c8283c")
    p.beads(strand(56, 8, 22, 13, 86), 2, "#1fa6a8")
    p.circle(40, 78, 6, "none", f'stroke="{p.metal}" stroke-width="2"')
    p.path("M82 17v7", stroke="#94692a", width=1.4)
    p.path("M82 24c4 6 6 8 6 12a6 6 0 0 1-12 0c0-4 2-6 6-12z", "#2b62b8", extra='opacity=".85"')


def purse(p: Pen) -> None:
    p.shadow(62, 72, 46, 40)
    tone = "#a8703f" if p.colour_name == "natural" else p.colour
    dark = mix(tone, "#1c0f06", 0.45)
    p.circle(60, 66, 43, dark)
    p.circle(60, 65, 42, tone)
    p.circle(60, 65, 37.5, "none", f'stroke="{mix(tone, "#fff6e4", 0.7)}" stroke-width="1.400" stroke-dasharray="4 3"')
    p.path("M18 62a42 42 0 0 1 84 0c-14 16-70 16-84 0z", mix(tone, "#1c0f06", 0.2), dark, 0.8)
    p.path("M22 60a38 38 0 0 1 76 0", stroke=mix(tone, "#fff6e4", 0.7), width=1.3, extra='stroke-dasharray="4 3"')
    p.add(f'<rect x="44" y="69" width="32" height="9" rx="4.500" fill="{p.horn}" stroke="#2a1b12" stroke-width=".6"/>')
    p.path("M50 71.500h14", stroke="#f2dcb4", width=1.4, extra='opacity=".6" stroke-linecap="round"')
    p.path("M60 64v18", stroke="#efe2c6", width=2.4)
    p.beads(ring(60, 44, 13, 9, 10), 3.1, "#efe2c6")
    split_ring(p, 60, 14, 8)


def candle_holder(p: Pen) -> None:
    p.shadow(60, 108, 34, 6)
    p.path("M60 14c7 9 9 14 6 20a6.500 6.500 0 0 1-12 0c-3-6-1-11 6-20z", "#f6a821")
    p.path("M60 22c3.500 5 4.500 8 3 11a3.400 3.400 0 0 1-6 0c-1.500-3-.5-6 3-11z", "#fff1b8")
    p.add('<rect x="46" y="37" width="28" height="20" rx="2" fill="#fffaf0" stroke="#dccba4"/>')
    p.ellipse(60, 57, 34, 8, p.metal, 'stroke="#7b5620" stroke-width=".6"')
    p.path("M28 60l8 46h48l8-46", stroke="#94692a", width=2)
    p.ellipse(60, 105, 25, 5, "none", f'stroke="{p.metal}" stroke-width="3"')
    for i in range(7):
        x = 30 + i * 10
        length = 3 + (i % 2) + (1 if 1 < i < 5 else 0)
        p.beads([(x + (60 - x) * 0.04 * j, 68 + j * 7.4) for j in range(length)], 3.6)


DRAWINGS = {
    "BBR": bead_bracelet, "GBR": glass_bracelet, "CCB": charm_bracelet, "BCB": cuff, "HBG": horn_bangle,
    "RNG": stacking_rings, "STU": studs, "DRP": drop_earrings, "HOP": hoops, "CLE": flower_earrings,
    "BNK": strand_necklace, "PNK": pendant, "GNK": glass_necklace, "SNK": seed_necklace, "NBS": necklace_set,
    "BRO": brooch, "BGC": bag_charm, "TSL": tassel, "PHC": phone_charm, "NCH": napkin_charms, "PCH": party_charms,
    "RCH": leather_charms, "KEY": key_ring, "HRT": beaded_heart, "BCO": coasters, "SPN": spoons, "TRY": mirror_tray,
    "STD": stand, "PUR": purse, "TLH": candle_holder,
}  # fmt: skip
