"""A seeded, synthetic network: 12 hubs and 2,300 workshops with their artisans, placed by the people of each county.

Pure. The same seed gives the same network, row by row. What is measured and what is assumed:

* County populations, urban shares, phone ownership and internet use: Kenya's census of 2019. Names and their shares:
  the list in ``data/kenyan_names.csv``; given and family names are drawn independently over the whole country, so that
  a name says nothing about a county, a people or a real person.
* Assumed: craft clusters (``CRAFT_CLUSTERS``), the mix of full trade and side trade, speeds, yields, habits, the share
  of women by technique, the calendars. They are stated here as constants so that they can be argued with.

**Phone numbers.** Kenya keeps no range for films and tests. The twin uses +254 190 000 000 to +254 199 999 999: mobile
numbers start with 07 or 01, but the blocks 0190 to 0199 are given to no operator, and ``phonenumbers`` calls them
possible, not valid. No message sent to one of them can reach a person.
"""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiwanda.twin.catalogue import DATA
from kiwanda.twin.crafts import (
    ARTISAN_SHARES,
    CRAFT_CLUSTERS,
    FINISHERS,
    RELATED,
    TECHNIQUE_COUNT_SHARES,
    TECHNIQUE_SHARES,
    TRADE_CRAFT,
    TRADE_FORM,
    TRADE_WORDS,
    URBAN_PULL,
    WOMEN_SHARE,
    WOMEN_SHARE_OTHER,
)

Floats = NDArray[np.float64]
NameTable = tuple[tuple[str, ...], Floats]

WORKSHOPS = 2_300
FICTIONAL_PHONE_FIRST = 254_190_000_000
FICTIONAL_PHONE_COUNT = 10_000_000

#: Roads are longer than the great circle; lorries and buses with parcels average this over a day with stops.
DETOUR_FACTOR = 1.35
ROAD_KM_PER_DAY = 300.0
EARTH_RADIUS_KM = 6_371.0


@dataclass(frozen=True, slots=True)
class HubRow:
    """A collection point; county by census code."""

    code: str
    name: str
    county_code: int
    county: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """Working minutes from Monday to Sunday."""

    code: str
    name_en: str
    name_sw: str
    weekday_minutes: tuple[int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class CapabilityRow:
    """What a workshop can do: ``speed`` and ``yield_rate`` are factors to the standard, ``grade`` A, B or C."""

    technique: str
    speed: float
    yield_rate: float
    grade: str


@dataclass(frozen=True, slots=True)
class ArtisanRow:
    """A person, invented. ``phone`` is None for people without one; the first artisan of a workshop always has one."""

    code: str
    given_name: str
    family_name: str
    gender: str
    phone: str | None
    channel: str
    language: str
    is_owner: bool


@dataclass(frozen=True, slots=True)
class HabitRow:
    """How a workshop behaves towards offers: chances between 0 and 1, answer time in hours."""

    acceptance: float
    on_time: float
    answer_hours: float


@dataclass(frozen=True, slots=True)
class WorkshopRow:
    """An independent business; ``capacity_factor`` is the share of its calendar that it gives to this work (0 to 1].

    The engine caps hours per workshop, not per person, so the factor never exceeds one however many hands there are.
    """

    code: str
    name: str
    county_code: int
    county: str
    zone: str
    lat: float
    lon: float
    hub_code: str
    calendar_code: str
    capacity_factor: float
    capabilities: tuple[CapabilityRow, ...]
    artisans: tuple[ArtisanRow, ...]
    habit: HabitRow

    @property
    def weekly_minutes(self) -> float:
        """Minutes a normal week gives."""
        return sum(CALENDARS_BY_CODE[self.calendar_code].weekday_minutes) * self.capacity_factor


@dataclass(frozen=True, slots=True)
class Network:
    """Everything the network room imports. ``transfer_days[i][j]`` between hubs ``i`` and ``j``, in hub order."""

    seed: int
    hubs: tuple[HubRow, ...]
    transfer_days: tuple[tuple[int, ...], ...]
    calendars: tuple[CalendarRow, ...]
    workshops: tuple[WorkshopRow, ...]


HUBS = (
    HubRow("NBI", "Nairobi Industrial Area", 47, "Nairobi City", -1.307, 36.858),
    HubRow("NBD", "Nairobi Dagoretti", 47, "Nairobi City", -1.296, 36.760),
    HubRow("MSA", "Mombasa", 1, "Mombasa", -4.043, 39.668),
    HubRow("KSM", "Kisumu", 42, "Kisumu", -0.102, 34.762),
    HubRow("NKU", "Nakuru", 32, "Nakuru", -0.303, 36.080),
    HubRow("ELD", "Eldoret", 27, "Uasin Gishu", 0.514, 35.270),
    HubRow("NYR", "Nyeri", 19, "Nyeri", -0.421, 36.947),
    HubRow("MRU", "Meru", 12, "Meru", 0.047, 37.649),
    HubRow("MCK", "Machakos", 16, "Machakos", -1.518, 37.263),
    HubRow("KSI", "Kisii", 45, "Kisii", -0.677, 34.780),
    HubRow("KKG", "Kakamega", 37, "Kakamega", 0.283, 34.752),
    HubRow("KJD", "Kajiado", 34, "Kajiado", -1.852, 36.777),
)

CALENDARS = (
    CalendarRow("six", "Monday to Saturday", "Jumatatu hadi Jumamosi", (480, 480, 480, 480, 480, 480, 0)),
    CalendarRow("five", "Monday to Friday", "Jumatatu hadi Ijumaa", (480, 480, 480, 480, 480, 0, 0)),
    CalendarRow("sabbath", "Sunday to Friday", "Jumapili hadi Ijumaa", (480, 480, 480, 480, 480, 0, 480)),
    CalendarRow("friday", "Short Friday, no Sunday", "Ijumaa fupi", (480, 480, 480, 480, 240, 480, 0)),
    CalendarRow("market", "Market on Tuesday", "Soko Jumanne", (480, 0, 480, 480, 480, 480, 0)),
)
CALENDARS_BY_CODE = {calendar.code: calendar for calendar in CALENDARS}
_CALENDAR_SHARES = (0.56, 0.16, 0.08, 0.08, 0.12)


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance over the sphere in km (haversine)."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((p2 - p1) / 2) ** 2
    half += math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def transfer_days(hubs: tuple[HubRow, ...] = HUBS) -> tuple[tuple[int, ...], ...]:
    """Whole days a parcel needs from hub to hub: 0 at home, at least 1 elsewhere, rounded up."""
    return tuple(
        tuple(
            0 if a.code == b.code
            else math.ceil(great_circle_km(a.lat, a.lon, b.lat, b.lon) * DETOUR_FACTOR / ROAD_KM_PER_DAY)
            for b in hubs
        )
        for a in hubs
    )  # fmt: skip


def nearest_hub(lat: float, lon: float) -> HubRow:
    """The hub with the shortest great circle."""
    return min(HUBS, key=lambda hub: great_circle_km(lat, lon, hub.lat, hub.lon))


def generate(seed: int = 2026, workshops: int = WORKSHOPS) -> Network:
    """The network of this seed.

    ``workshops`` smaller than 2,300 gives a small factory with the same mix (at least 12, so that every technique
    has someone); it is not a prefix of the large one. Raises ``ValueError`` below that.
    """
    if workshops < len(TECHNIQUE_SHARES) + 1:
        raise ValueError(f"a network needs at least {len(TECHNIQUE_SHARES) + 1} workshops, not {workshops}")
    rng = np.random.default_rng(seed)
    counties = _counties()
    mains = _main_techniques(rng, workshops)
    finisher_hubs = _finisher_hubs(mains.count("polish_plate"))
    phones = iter(rng.choice(FICTIONAL_PHONE_COUNT, size=workshops * 6, replace=False).tolist())
    names = _names()
    used_names: set[str] = set()
    hubs = {hub.code: hub for hub in HUBS}
    rows = []
    for index, main in enumerate(mains):
        county = counties[_county_index(rng, main)]
        if main == "polish_plate":
            hub = hubs[finisher_hubs.pop()]
            county = next(c for c in counties if c["county_code"] == hub.county_code)
            zone, lat, lon = "urban", hub.lat, hub.lon
        else:
            zone = "urban" if rng.random() < county["pop_urban"] / county["pop_total"] else "rural"
            lat, lon = _place(rng, county)
            hub = nearest_hub(lat, lon)
        code = f"W{index + 1:04d}"
        hands = 1 + int(rng.choice(6, p=ARTISAN_SHARES))
        capabilities = _capabilities(rng, main)
        rows.append(
            WorkshopRow(
                code=code,
                name=_trade_name(rng, main, used_names),
                county_code=county["county_code"],
                county=county["county"],
                zone=zone,
                lat=round(float(lat), 2),
                lon=round(float(lon), 2),
                hub_code=hub.code,
                calendar_code=CALENDARS[int(rng.choice(len(CALENDARS), p=_CALENDAR_SHARES))].code,
                capacity_factor=_capacity_factor(rng, main, hands),
                capabilities=capabilities,
                artisans=_artisans(rng, code, main, hands, county, zone, names, phones),
                habit=HabitRow(
                    acceptance=round(float(rng.beta(14, 2.4)), 3),
                    on_time=round(float(rng.beta(16, 1.9)), 3),
                    answer_hours=round(float(min(30.0, rng.lognormal(math.log(3.0), 0.7))), 2),
                ),
            )
        )
    return Network(seed, HUBS, transfer_days(), CALENDARS, tuple(rows))


def _main_techniques(rng: np.random.Generator, workshops: int) -> list[str]:
    """One main technique a workshop: everyone at least once, the rest by share; finishers first by number."""
    finishers = max(1, round(sum(FINISHERS.values()) * workshops / WORKSHOPS))
    rest = workshops - finishers - len(TECHNIQUE_SHARES)
    shares = np.array(list(TECHNIQUE_SHARES.values()))
    drawn = rng.choice(list(TECHNIQUE_SHARES), size=max(0, rest), p=shares / shares.sum()).tolist()
    mains = ["polish_plate"] * finishers + list(TECHNIQUE_SHARES) + drawn
    rng.shuffle(mains)
    return [str(main) for main in mains[:workshops]]


def _finisher_hubs(count: int) -> list[str]:
    whole = [code for code, number in FINISHERS.items() for _ in range(number)]
    return whole[:: max(1, len(whole) // max(1, count))][:count] + whole[: max(0, count - len(whole))]


@functools.lru_cache(maxsize=1)
def _counties() -> tuple[dict[str, Any], ...]:
    with (DATA / "counties.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            {
                key: value if key == "county" else int(value) if key.startswith(("pop", "county")) else float(value)
                for key, value in row.items()
            }
            for row in csv.DictReader(handle)
        )


@functools.lru_cache(maxsize=32)
def _county_weights(technique: str) -> Floats:
    pulls = CRAFT_CLUSTERS.get(technique, {})
    weights = np.array(
        [
            county["pop_total"] * (1 + URBAN_PULL * county["pop_urban"] / county["pop_total"])
            * pulls.get(county["county_code"], 1.0)
            for county in _counties()
        ]
    )  # fmt: skip
    shares: Floats = weights / weights.sum()
    return shares


def _county_index(rng: np.random.Generator, technique: str) -> int:
    return int(rng.choice(len(_counties()), p=_county_weights(technique)))


def _place(rng: np.random.Generator, county: dict[str, Any]) -> tuple[float, float]:
    """A point near the county's centre, never a home: spread over 40 % of the radius of a circle of its area."""
    radius_km = min(60.0, 0.4 * math.sqrt(county["land_area_sqkm"] / math.pi))
    north, east = rng.normal(0, radius_km / 2, size=2)
    return county["lat"] + north / 111.2, county["lon"] + east / (111.2 * math.cos(math.radians(county["lat"])))


def _capabilities(rng: np.random.Generator, main: str) -> tuple[CapabilityRow, ...]:
    count = 1 + int(rng.choice(5, p=TECHNIQUE_COUNT_SHARES))
    techniques = [main, *RELATED[main]][:count]
    rows = []
    for position, technique in enumerate(techniques):
        # The main craft is the best one; side crafts lose a grade now and then and some speed.
        grade = "ABC"[min(2, int(rng.choice(3, p=(0.28, 0.50, 0.22))) + (1 if position and rng.random() < 0.5 else 0))]
        speed = rng.lognormal(0.0, 0.12) * {"A": 1.06, "B": 1.0, "C": 0.90}[grade] * (1.0 if position == 0 else 0.92)
        yield_rate = {"A": 0.985, "B": 0.968, "C": 0.945}[grade] + rng.normal(0, 0.006)
        rows.append(
            CapabilityRow(
                technique,
                round(float(min(1.6, max(0.55, speed))), 3),
                round(float(min(0.998, max(0.90, yield_rate))), 3),
                grade,
            )
        )
    return tuple(rows)


def _capacity_factor(rng: np.random.Generator, main: str, hands: int) -> float:
    """22 % live from this trade, 43 % give about half their time, 35 % work on the side; more hands, more time."""
    if main == "polish_plate":
        return round(float(rng.uniform(0.9, 1.0)), 2)
    low, high = ((0.70, 1.0), (0.40, 0.65), (0.20, 0.40))[int(rng.choice(3, p=(0.22, 0.43, 0.35)))]
    return round(float(min(1.0, max(0.15, rng.uniform(low, high) * (0.80 + 0.12 * (hands - 1))))), 2)


def _artisans(
    rng: np.random.Generator,
    code: str,
    main: str,
    hands: int,
    county: dict[str, Any],
    zone: str,
    names: dict[str, NameTable],
    phones: Iterator[int],
) -> tuple[ArtisanRow, ...]:
    women = WOMEN_SHARE.get(main, WOMEN_SHARE_OTHER)
    # The census counts everyone from three years on; adults own more. Internet use stands in for smartphones.
    owns_phone = min(0.97, county["mobile_phone_owner_pct"] / 100 * 1.45)
    smartphone = min(0.88, county["internet_user_pct"] / 100 * 1.6 + (0.08 if zone == "urban" else 0.0))
    english = 0.30 if zone == "urban" else 0.14
    rows = []
    for number in range(hands):
        gender = "female" if rng.random() < women else "male"
        has_phone = number == 0 or rng.random() < owns_phone
        draw = rng.random()
        if has_phone and rng.random() < smartphone:
            channel = "app" if draw < 0.62 else "whatsapp"
        else:
            channel = "sms" if draw < 0.68 else "ussd"
        rows.append(
            ArtisanRow(
                code=f"{code}-{number + 1}",
                given_name=_pick(rng, names[f"first_{gender}"]),
                family_name=_pick(rng, names["last"]),
                gender=gender,
                phone=f"+{FICTIONAL_PHONE_FIRST + next(phones)}" if has_phone else None,
                channel=channel,
                language="en" if rng.random() < english else "sw",
                is_owner=number == 0,
            )
        )
    return tuple(rows)


@functools.lru_cache(maxsize=1)
def _names() -> dict[str, NameTable]:
    """Names with cumulative shares, per kind."""
    kinds: dict[str, list[tuple[str, float]]] = {}
    with (DATA / "kenyan_names.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            kinds.setdefault(row["kind"], []).append((row["name"], float(row["share_of_population"])))
    result = {}
    for kind, pairs in kinds.items():
        shares = np.cumsum([share for _, share in pairs])
        result[kind] = (tuple(name for name, _ in pairs), shares / shares[-1])
    return result


def _pick(rng: np.random.Generator, table: NameTable) -> str:
    names, cumulative = table
    return names[int(np.searchsorted(cumulative, rng.random(), side="right"))]


def _trade_name(rng: np.random.Generator, main: str, used: set[str]) -> str:
    """A name of a place or a tool with a craft, never of a person; numbered when the combinations run out."""
    for _ in range(20):
        word = TRADE_WORDS[int(rng.integers(len(TRADE_WORDS)))]
        craft = TRADE_CRAFT[main][int(rng.integers(3))]
        name = f"{word} {craft} {TRADE_FORM[int(rng.integers(len(TRADE_FORM)))]}"
        if name not in used:
            used.add(name)
            return name
    number = 2
    while f"{name} {number}" in used:
        number += 1
    used.add(f"{name} {number}")
    return f"{name} {number}"
