"""How the twin's people behave: when they answer, when they stay at home, how fast and how well they work.

Pure functions of (seed, who, what, which day). Every decision draws from its own stream, named by what it is about, so
the order in which the twin asks does not matter and a replay decides the same. Days are ordinals (``date.toordinal``).

**Pace.** The noise of a day's work is not invented: it is the spread of actual against targeted output over 506
team-days of a garment factory's finishing department (teams of 8 in the median, the closest there is to a small
workshop), divided by its median so that a workshop's ``speed`` keeps its meaning. Neighbouring days correlate as they
do there (0.23 on normal scores within a team), by a moving average of two normal draws. ``tests/twin`` refits both.

**Assumed**, because nobody publishes it: chances of illness, funerals, planting days and power cuts, the mix of
refusals, defect rates by grade. They are constants below.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import NormalDist
from typing import Any

from kiwanda.twin.catalogue import DATA
from kiwanda.twin.network import WorkshopRow

ILLNESS_A_DAY = 0.006
LONGEST_ILLNESS_DAYS = 4
#: A burial fills days for a whole neighbourhood: first a county has one that concerns our people, then some attend.
FUNERAL_A_COUNTY_DAY = 0.05
FUNERAL_ATTENDANCE = 0.06
LONGEST_FUNERAL_DAYS = 4
#: Long rains and short rains: (first month, day), (last month, day). Rural workshops help in the fields.
PLANTING_SEASONS = (((3, 12), (4, 20)), ((10, 12), (11, 12)))
PLANTING_SPELL_A_DAY = 0.05
PLANTING_SPELL_DAYS = 3
POWER_CUT_A_COUNTY_DAY = 0.06
POWERED = frozenset({"polish_plate", "wood_turn", "glass_cut", "enamel", "horn_carve", "bone_carve", "cast"})
POWER_CUT_SHARE_LEFT = 0.45

#: What people do who do not take the offer as it is.
COUNTER_SHARE, DECLINE_SHARE = 0.17, 0.50
DECLINE_MIX = (("busy", 0.46), ("family", 0.14), ("date", 0.14), ("pay", 0.08), ("materials", 0.08), ("skill", 0.04),
               ("other", 0.06))  # fmt: skip
CHANNEL_SLOWNESS = {"app": 1.0, "whatsapp": 0.9, "sms": 1.5, "ussd": 1.8}
REPORTS_A_DAY = {"app": 0.34, "whatsapp": 0.28, "sms": 0.18, "ussd": 0.15}
#: Some never write while they work; they simply come to the hub.
SILENT_WORKERS = 0.07

DEFECTS_BY_GRADE = {"A": 0.022, "B": 0.040, "C": 0.068}
DEFECT_FACTOR = {"enamel": 1.35, "glass_cut": 1.25, "horn_carve": 1.2, "cast": 1.15, "polish_plate": 0.9,
                 "assemble": 0.8, "bead": 0.85}  # fmt: skip
#: Makers check their own work: most lots come clean, and the faults gather in the others (the mean stays the same).
FLAWED_LOTS = 0.25
BAD_LOT_CHANCE, BAD_LOT_FACTOR = 0.018, 6.0
#: So few pieces are mended at the hub's table while the maker waits; they count as accepted.
MENDED_ON_THE_SPOT = 3
LEARNING_PIECES = 400.0
MISCOUNT_CHANCE = 0.012


@dataclass(frozen=True, slots=True)
class DefectRow:
    """One of the few defect codes; ``rework_share`` of such pieces can be mended."""

    code: str
    name_en: str
    name_sw: str
    severity: str
    rework_share: float
    techniques: tuple[str, ...]


DEFECTS = (
    DefectRow("sharp-point", "Sharp point or burr", "Ncha kali", "critical", 0.8,
              ("cast", "forge", "wirework", "bone_carve", "horn_carve", "glass_cut", "wood_turn")),
    DefectRow("clasp-fails", "Clasp or pin fails", "Kifungo hakifungi", "critical", 0.8, ("assemble",)),
    DefectRow("crack", "Crack or break", "Ufa", "major", 0.05, ("bone_carve", "horn_carve", "glass_cut", "wood_turn")),
    DefectRow("casting-pit", "Pits in the casting", "Vishimo kwenye chuma", "major", 0.25, ("cast",)),
    DefectRow("plating-miss", "Plating does not cover", "Rangi ya madini haikufunika", "major", 0.9, ("polish_plate",)),
    DefectRow("loose-part", "Loose bead, stone or joint", "Sehemu imelegea", "major", 0.85,
              ("bead", "assemble", "wirework", "leather")),
    DefectRow("size", "Wrong size or uneven pair", "Kipimo si sahihi", "major", 0.45,
              ("forge", "bead", "leather", "wood_turn", "glass_cut", "bone_carve", "horn_carve", "wirework")),
    DefectRow("enamel-flaw", "Pits or bubbles in the enamel", "Mapovu kwenye enameli", "major", 0.4, ("enamel",)),
    DefectRow("colour", "Colour off the sample", "Rangi si ya sampuli", "minor", 0.3,
              ("bead", "enamel", "leather", "glass_cut")),
    DefectRow("scratch", "Scratch", "Mkwaruzo", "minor", 0.8, ("forge", "polish_plate", "assemble", "cast", "enamel")),
    DefectRow("stain", "Stain or glue", "Doa au gundi", "minor", 0.9, ("assemble", "leather", "bead", "polish_plate")),
)  # fmt: skip
CRITICAL_REWORK = frozenset(row.code for row in DEFECTS if row.severity == "critical")


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back on an offer: ``action`` accept, decline, counter or silent; hours after it was sent."""

    action: str
    hours: float
    reason: str = ""
    quantity_share: float = 1.0
    later_days: int = 0


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a workshop does not work on a day: ``reason`` ill, family (a funeral) or planting; days still to come."""

    reason: str
    days_left: int


@dataclass(frozen=True, slots=True)
class Manner:
    """How one work order is taken up: days before the first piece, pace, whether anybody writes meanwhile."""

    start_delay_days: int
    pace: float
    writes: bool
    in_two_parts: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an inspector finds in a hand-in: accepted, rework and rejected sum to the quantity.

    ``defects`` by code, each at least 1, name every piece that is not accepted; ``mended_at_once`` pieces are among
    the accepted ones.
    """

    accepted: int
    rework: int
    rejected: int
    defects: tuple[tuple[str, int], ...]
    mended_at_once: int = 0


class People:
    """All behaviour under one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def stream(self, *about: object) -> Random:
        """A generator for one decision; the same words always give the same numbers."""
        text = "\x1f".join(str(part) for part in (self.seed, *about))
        return Random(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()))

    # -- days --------------------------------------------------------------------------------------------------

    def absence(self, workshop: WorkshopRow, day: int) -> Absence | None:
        """Illness, a funeral or planting on this day, or None."""
        for back in range(LONGEST_ILLNESS_DAYS):
            draw = self.stream("ill", workshop.code, day - back)
            if draw.random() < ILLNESS_A_DAY and (length := draw.randint(1, LONGEST_ILLNESS_DAYS)) > back:
                return Absence("ill", length - back - 1)
        for back in range(LONGEST_FUNERAL_DAYS):
            length = self._funeral_days(workshop.county_code, day - back)
            if length > back and self.stream("mourner", workshop.code, day - back).random() < FUNERAL_ATTENDANCE:
                return Absence("family", length - back - 1)
        if workshop.zone == "rural" and is_planting(day):
            for back in range(PLANTING_SPELL_DAYS):
                if self.stream("planting", workshop.code, day - back).random() < PLANTING_SPELL_A_DAY:
                    return Absence("planting", PLANTING_SPELL_DAYS - back - 1)
        return None

    def _funeral_days(self, county_code: int, day: int) -> int:
        """Length of the funeral that begins in this county on this day; 0 if none does."""
        return _funeral(self.seed, county_code, day)

    def power_share(self, county_code: int, technique: str, day: int) -> float:
        """Share of the day's minutes that a power cut leaves to machines; 1 without one."""
        if technique in POWERED and self.stream("power", county_code, day).random() < POWER_CUT_A_COUNTY_DAY:
            return POWER_CUT_SHARE_LEFT
        return 1.0

    # -- offers ------------------------------------------------------------------------------------------------

    def answer(self, workshop: WorkshopRow, offer: str, day: int, busy_days: float = 0.0) -> Answer:
        """Answer to the offer sent on ``day``; ``busy_days`` is the work already accepted, in working days.

        ``offer`` names the decision (style, operation, due day …), not a random id, so that a rebuilt demo decides
        the same.
        """
        draw = self.stream("answer", workshop.code, offer, day)
        channel = workshop.artisans[0].channel
        hours = workshop.habit.answer_hours * CHANNEL_SLOWNESS[channel] * draw.lognormvariate(0.0, 0.6)
        absence = self.absence(workshop, day)
        if absence is not None and absence.days_left >= 1:
            if draw.random() < 0.5:
                return Answer("decline", min(hours * 2, 40.0), "ill" if absence.reason == "ill" else "family")
            return Answer("silent", math.inf)
        chance = workshop.habit.acceptance - 0.03 * max(0.0, busy_days - 6.0)
        if draw.random() < max(0.05, chance):
            return Answer("accept", hours)
        kind = draw.random()
        if kind < COUNTER_SHARE:
            if draw.random() < 0.6:
                return Answer("counter", hours, quantity_share=draw.choice((0.5, 0.6, 0.75)))
            return Answer("counter", hours, later_days=draw.randint(1, 4))
        if kind < COUNTER_SHARE + DECLINE_SHARE:
            reasons, weights = zip(*DECLINE_MIX, strict=True)
            return Answer("decline", hours, draw.choices(reasons, weights)[0])
        return Answer("silent", math.inf)

    def manner(self, workshop: WorkshopRow, work: str, quantity: int) -> Manner:
        """How the workshop takes up one work order: most at once, the unpunctual late or slowly."""
        draw = self.stream("manner", workshop.code, work)
        if draw.random() < workshop.habit.on_time:
            delay, pace = (0 if draw.random() < 0.75 else 1), 1.0
        elif draw.random() < 0.6:
            delay, pace = draw.randint(2, 6), 1.0
        else:
            delay, pace = draw.randint(0, 2), draw.uniform(0.35, 0.65)
        writes = draw.random() >= SILENT_WORKERS
        return Manner(delay, pace, writes, quantity >= 80 and draw.random() < 0.35)

    def writes_today(self, workshop: WorkshopRow, work: str, day: int) -> bool:
        """Whether a progress report comes in on this day."""
        channel = workshop.artisans[0].channel
        return self.stream("report", workshop.code, work, day).random() < REPORTS_A_DAY[channel]

    # -- work --------------------------------------------------------------------------------------------------

    def pace(self, workshop_code: str, day: int) -> float:
        """The day's output against the workshop's usual: median 1, spread and memory as measured."""
        memory = _memory()
        here = self.stream("pace", workshop_code, day).gauss()
        before = self.stream("pace", workshop_code, day - 1).gauss()
        score = (here + memory * before) / math.sqrt(1 + memory * memory)
        return pace_quantile(NormalDist().cdf(score))

    def verdict(
        self, workshop: WorkshopRow, technique: str, hand_in: str, quantity: int, pieces_before: int
    ) -> Verdict:
        """What the inspector finds in ``quantity`` pieces; ``pieces_before`` of this technique have taught the maker.

        Reworked pieces are not counted again as new: call with their own ``hand_in`` name.
        """
        draw = self.stream("verdict", workshop.code, hand_in)
        rate = self.defect_rate(workshop, technique, pieces_before)
        lot = draw.random()
        if lot < BAD_LOT_CHANCE:
            rate = min(0.6, rate * BAD_LOT_FACTOR)
        elif lot < FLAWED_LOTS:
            rate = min(0.6, rate / FLAWED_LOTS)
        else:
            rate = 0.0
        kinds = [row for row in DEFECTS if technique in row.techniques] or [DEFECTS[-1]]
        mendable: Counter[str] = Counter()
        lost: Counter[str] = Counter()
        for _ in range(quantity if rate else 0):
            if draw.random() < rate:
                kind = draw.choice(kinds)
                (mendable if draw.random() < kind.rework_share else lost)[kind.code] += 1
        rework, rejected, at_once = mendable.total(), lost.total(), 0
        if rework <= MENDED_ON_THE_SPOT:
            mendable, rework, at_once = Counter(), 0, rework
        return Verdict(
            quantity - rework - rejected, rework, rejected, tuple(sorted((mendable + lost).items())), at_once
        )

    @staticmethod
    def defect_rate(workshop: WorkshopRow, technique: str, pieces_before: int) -> float:
        """Chance of a defect a piece: grade, technique, and up to 40 % less with experience."""
        grade = next((c.grade for c in workshop.capabilities if c.technique == technique), "C")
        learned = 0.6 + 0.4 * math.exp(-pieces_before / LEARNING_PIECES)
        return DEFECTS_BY_GRADE[grade] * DEFECT_FACTOR.get(technique, 1.0) * learned

    def counted(self, hand_in: str, quantity: int) -> int:
        """What the hub counts of ``quantity`` declared pieces: now and then one or two fewer."""
        draw = self.stream("count", hand_in)
        if quantity > 5 and draw.random() < MISCOUNT_CHANCE:
            return quantity - draw.randint(1, 2)
        return quantity


@functools.lru_cache(maxsize=65_536)
def _funeral(seed: int, county_code: int, day: int) -> int:
    draw = People(seed).stream("funeral", county_code, day)
    return draw.randint(2, LONGEST_FUNERAL_DAYS) if draw.random() < FUNERAL_A_COUNTY_DAY else 0


def is_planting(day: int) -> bool:
    """Whether the day lies in a planting season."""
    on = date.fromordinal(day)
    return any(first <= (on.month, on.day) <= last for first, last in PLANTING_SEASONS)


@functools.lru_cache(maxsize=1)
def pace_table() -> dict[str, Any]:
    """The measured distribution: ``probabilities``, ``ratios``, ``day_to_day_correlation``."""
    with (DATA / "pace.json").open(encoding="utf-8") as handle:
        table: dict[str, Any] = json.load(handle)
    return table


@functools.lru_cache(maxsize=1)
def _memory() -> float:
    """Weight w of yesterday's draw: w / (1 + w^2) is the correlation of neighbouring days."""
    rho: float = pace_table()["day_to_day_correlation"]
    return (1 - math.sqrt(1 - 4 * rho * rho)) / (2 * rho)


def pace_quantile(probability: float) -> float:
    """Inverse of the measured distribution, by straight lines between its quantiles, over its median."""
    table = pace_table()
    probabilities, ratios = table["probabilities"], table["ratios"]
    median = ratios[probabilities.index(0.5)]
    at = min(len(probabilities) - 2, max(0, bisect_right(probabilities, probability) - 1))
    share = (probability - probabilities[at]) / (probabilities[at + 1] - probabilities[at])
    value: float = (ratios[at] + share * (ratios[at + 1] - ratios[at])) / median
    return value
