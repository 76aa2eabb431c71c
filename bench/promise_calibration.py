"""Do promises hold as often as they say? From the twin's history: a table and a picture, before and after correction.

    python bench/promise_calibration.py [--workshops 320] [--days 70] [--seed 7] [--home FOLDER] [--svg FILE]

Builds and plays a small twin factory in a folder of its own (or reads a built one: ``--home``), then draws for each
production order that should have been ready two weeks before the end the curve of finishing days as it stood on the
morning of its first plan, and looks up the day its last piece was judged. Orders still open count as not kept. The
first half of them, by day of plan, teaches the correction; the second half tests it. Shares have Wilson intervals of
95 %; the Brier score is of "done by day d of the plan + 0 to 10", as drawn and as corrected.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import own_home

if TYPE_CHECKING:
    from kiwanda.engine.confidence import Correction
    from kiwanda.factory.planning.calibration import Outcome

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workshops", type=int, default=320)
    parser.add_argument("--days", type=int, default=70)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--home", help="a built demo home; nothing is written to it")
    parser.add_argument("--svg", help="where to draw the picture")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        own_home(options.home or folder)
        import django

        django.setup()
        if not options.home:
            build(options.days, options.seed, options.workshops)
        measure(options.svg)


def build(days: int, seed: int, workshops: int) -> None:
    from django.core.management import call_command

    from kiwanda.core.commands import load_commands
    from kiwanda.core.reactions import load_reactions
    from kiwanda.twin.build import build_demo

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    load_commands()
    load_reactions()
    built = build_demo(days=days, seed=seed, workshops=workshops)
    print(f"{built.workshops} workshops, {built.days} days played in {time.perf_counter() - began:.0f} s", flush=True)


def measure(svg: str | None) -> None:
    from kiwanda.core import clock
    from kiwanda.engine.confidence import learn_correction
    from kiwanda.factory.planning import learning
    from kiwanda.factory.planning.calibration import NEVER, learn, outcomes
    from kiwanda.factory.planning.standing_plan import READY_DAYS

    began = time.process_time()
    known = learning.seen(clock.today())
    spent = time.process_time() - began
    print(
        f"learned from {len(known.workshops)} workshops in {spent:.2f} CPU s: acceptance "
        f"{known.acceptance_prior.mean:.2f}, on time {known.on_time_prior.mean:.2f}, late ones {known.delays.mean:.1f} "
        f"days late, lots with rejects {known.spoilt_prior.mean:.2f}, {known.asking_days:.1f} days to ask again; "
        "pace against registered speed: "
        + ", ".join(f"{name} {speed.median:.2f}" for name, speed in sorted(known.speed_priors.items()))
    )
    began = time.process_time()
    found = outcomes(clock.today(), READY_DAYS, most=None)
    spent = time.process_time() - began
    still = sum(row.ended == NEVER for row in found)
    late = np.array([row.ended - row.planned for row in found if row.ended != NEVER])
    print(
        f"{len(found)} orders planned from {found[0].planned_on} to {found[-1].planned_on}, {still} still open; days "
        f"after the plan's last day: {np.quantile(late, [0.1, 0.5, 0.85, 0.95])} (10, 50, 85, 95 %); "
        f"{spent:.1f} CPU s to draw"
    )
    days = sorted({row.planned_on for row in found})
    half = min(days, key=lambda day: abs(2 * sum(row.planned_on < day for row in found) - len(found)))
    first = [row for row in found if row.planned_on < half]
    second = [row for row in found if row.planned_on >= half]
    learned = learn_correction([row.curve for row in first], [row.ended for row in first])
    print(
        f"learned once from {len(first)} orders planned before {half}: {dict(learned.shifts)}, bears out up to "
        f"{learned.reach:.0%}"
    )
    compare(second, [learned] * len(second), svg)
    morning = [learn([old for old in found if known_by(old, row)], row.planned_on) for row in found]
    taught = [(row, one) for row, one in zip(found, morning, strict=True) if one.shifts]
    if taught:
        print("learned anew each morning from what was settled by then, as the factory does:")
        compare([row for row, _ in taught], [one for _, one in taught], None)


def known_by(old: Outcome, row: Outcome) -> bool:
    """Whether what became of ``old`` was settled on the morning ``row`` was planned."""
    from kiwanda.factory.planning.calibration import SETTLED_DAYS

    return old.planned_on + timedelta(days=old.planned + SETTLED_DAYS) <= row.planned_on


def compare(found: list[Outcome], corrections: list[Correction], svg: str | None) -> None:
    """Print shares kept and scores of the same orders as drawn and as corrected."""
    from kiwanda.engine.confidence import Correction

    plain = [Correction()] * len(found)
    before, after = table(found, plain), table(found, corrections)
    print(f"    {len(found)} orders; promised, kept as drawn, kept corrected (share, Wilson 95 %):")
    for level, one, other in zip(LEVELS, before, after, strict=True):
        print(f"    {level:>9.0%} {shown(one):>28} {shown(other):>28}")
    for name, rows, used in (("as drawn", before, plain), ("corrected", after, corrections)):
        gap = np.mean([abs(share - level) for level, (share, _, _) in zip(LEVELS, rows, strict=True)])
        print(f"    {name}: mean gap {gap:.3f}, Brier score {brier(found, used):.3f}")
    if svg:
        Path(svg).write_text(picture(before, after, len(found)), encoding="utf-8")
        print(f"drawn: {svg}")


Row = tuple[float, float, float]


def table(found: list[Outcome], corrections: list[Correction]) -> list[Row]:
    """For each level the share kept with its Wilson interval."""
    rows = []
    for level in LEVELS:
        kept = sum(row.ended <= promised(row, level, one) for row, one in zip(found, corrections, strict=True))
        rows.append((kept / len(found), *wilson(kept, len(found))))
    return rows


def promised(row: Outcome, level: float, correction: Correction) -> int:
    from kiwanda.engine.confidence import Curve

    return Curve(row.curve.days, correction if correction.shifts else None).day(level)


def brier(found: list[Outcome], corrections: list[Correction]) -> float:
    """Mean squared error of the chance of being done by each of eleven days from the plan's last one on."""
    levels = np.arange(0.01, 1.0, 0.01)
    errors = []
    for row, one in zip(found, corrections, strict=True):
        days = np.array([promised(row, level, one) for level in levels])
        for day in range(row.planned, row.planned + 11):
            errors.append((float((days <= day).mean()) - (row.ended <= day)) ** 2)
    return float(np.mean(errors))


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share."""
    share = hits / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return (max(0.0, centre - reach), min(1.0, centre + reach))


def shown(row: Row) -> str:
    return f"{row[0]:.2f} ({row[1]:.2f} to {row[2]:.2f})"


def picture(before: list[Row], after: list[Row], count: int) -> str:
    """A reliability diagram: promised share across, kept share up, the diagonal is honesty."""
    size, edge, low = 360, 56, 0.4

    def x(share: float) -> float:
        return round(edge + (share - low) / (1 - low) * size, 1)

    def y(share: float) -> float:
        return round(20 + (1 - max(low, share)) / (1 - low) * size, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size + edge + 20} {size + 92}" role="img" '
        'aria-label="Promised against kept" font-family="system-ui, sans-serif" font-size="12" fill="#333">',
        f'<rect width="{size + edge + 20}" height="{size + 92}" fill="#fff"/>',
    ]
    for tick in np.arange(low, 1.01, 0.1):
        parts.append(
            f'<path d="M{x(tick)} {y(low)}V{y(1)}M{x(low)} {y(tick)}H{x(1)}" stroke="#e4e4e4" fill="none"/>'
            f'<text x="{x(tick)}" y="{y(low) + 18}" text-anchor="middle">{tick:.0%}</text>'
            f'<text x="{edge - 8}" y="{y(tick) + 4}" text-anchor="end">{tick:.0%}</text>'
        )
    parts.append(f'<path d="M{x(low)} {y(low)}L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="4 4"/>')
    for rows, colour, name, row_at, shift in (
        (before, "#b45309", "as drawn", 0, -3),
        (after, "#0f766e", "corrected by the first half", 1, 3),
    ):
        points = " ".join(f"{x(level) + shift},{y(row[0])}" for level, row in zip(LEVELS, rows, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for level, (share, least, most) in zip(LEVELS, rows, strict=True):
            parts.append(
                f'<path d="M{x(level) + shift} {y(least)}V{y(most)}" stroke="{colour}"/>'
                f'<circle cx="{x(level) + shift}" cy="{y(share)}" r="4" fill="{colour}"/>'
            )
        parts.append(
            f'<circle cx="{edge + 10}" cy="{size + 64 + 18 * row_at}" r="4" fill="{colour}"/>'
            f'<text x="{edge + 20}" y="{size + 68 + 18 * row_at}">{name}</text>'
        )
    parts.append(
        f'<text x="{x(1)}" y="{size + 68}" text-anchor="end">promised across, kept up; {count} orders</text></svg>'
    )
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
