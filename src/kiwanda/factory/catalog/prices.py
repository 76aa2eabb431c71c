"""How the price of an operation is made, in numbers and in sentences a maker can check with a pencil."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from kiwanda.core.money import format_money
from kiwanda.factory.catalog import pay_floor
from kiwanda.factory.catalog.models import BenchmarkWage, Operation, PieceRate


@dataclass(frozen=True, slots=True)
class PriceMade:
    """The parts of one piece's price, minor units of ``currency``.

    ``labour_minor`` is ``factor × hourly × minutes / 60`` rounded up; ``floor_minor`` that plus the costs;
    ``above_minor`` what the rate pays over the floor (negative: wages rose since, the rate is due for renewal).
    ``timed_makers`` is how many makers the minutes were timed with, 0 where they are the designer's.
    """

    standard_minutes: Decimal
    timed_makers: int
    hourly_minor: Decimal
    wage: pay_floor.DatedWage
    wage_source: str
    labour_minor: int
    material_minor: int
    tools_minor: int
    on_costs_minor: int
    floor_minor: int
    piece_rate_minor: int
    currency: str

    @property
    def above_minor(self) -> int:
        return self.piece_rate_minor - self.floor_minor

    def sentences(self, language: str = "en") -> list[str]:
        """The price in words, English or Swahili (``sw``)."""
        swahili = language.startswith("sw")
        money = {
            name: format_money(value, self.currency)
            for name, value in {
                "rate": self.piece_rate_minor,
                "hour": int(self.hourly_minor.to_integral_value(ROUND_HALF_UP)),
                "month": self.wage.monthly_minor,
                "labour": self.labour_minor,
                "material": self.material_minor,
                "tools": self.tools_minor,
                "on_costs": self.on_costs_minor,
                "floor": self.floor_minor,
                "above": abs(self.above_minor),
            }.items()
        }
        given = {**money, "makers": self.timed_makers, "source": self.wage_source}
        given["minutes"] = f"{self.standard_minutes.normalize():f}"
        given["zone"] = _ZONES_SW.get(self.wage.zone, self.wage.zone) if swahili else self.wage.zone
        lines = [_WORDS["timed" if self.timed_makers else "minutes"], _WORDS["wage"], _WORDS["labour"]]
        lines += [_WORDS[name] for name in ("material", "tools", "on_costs") if getattr(self, f"{name}_minor")]
        lines.append(_WORDS["floor"])
        lines.append(
            _WORDS["over"] if self.above_minor > 0 else _WORDS["at"] if not self.above_minor else _WORDS["due"]
        )
        return [line[swahili].format(**given) for line in lines]


def _timed_makers(operation: Operation) -> int:
    """Makers of the study that the minutes of ``operation`` stand on; 0 without one."""
    rate = PieceRate.objects.filter(released_operation=operation.pk).select_related("time_study").first()
    return rate.time_study.maker_count if rate is not None and rate.time_study is not None else 0


#: Each sentence in English and Swahili.
_WORDS = {
    "timed": (
        "One good piece takes {minutes} standard minutes: timed with {makers} makers, rest included.",
        "Kipande kimoja kizuri huchukua dakika {minutes}: zimepimwa kwa mafundi {makers}, mapumziko yamo.",
    ),
    "minutes": (
        "One good piece takes {minutes} standard minutes by the designer's sheet; makers were not timed for it yet.",
        "Kipande kimoja kizuri huchukua dakika {minutes} kwa karatasi ya mbunifu; mafundi bado hawajapimwa.",
    ),
    "wage": (
        "An hour is worth at least {hour}: {month} a month ({source}, {zone}), 208 hours.",
        "Saa moja ina thamani ya angalau {hour}: {month} kwa mwezi ({source}, {zone}), saa 208.",
    ),
    "labour": (
        "Your work: {minutes} minutes at that hour, and a fifth more because no maker is always the fastest: {labour}.",
        "Kazi yako: dakika {minutes} kwa saa hiyo, na moja ya tano zaidi kwa kuwa hakuna fundi aliye na kasi daima: "
        "{labour}.",
    ),
    "material": ("Material you buy yourself: {material}.", "Malighafi unayonunua mwenyewe: {material}."),
    "tools": ("Tools and energy: {tools}.", "Zana na nishati: {tools}."),
    "on_costs": (
        "Insurance and the time nobody else pays you: {on_costs}.",
        "Bima na muda ambao hakuna mwingine anayekulipa: {on_costs}.",
    ),
    "floor": ("Together, the least this piece may pay: {floor}.", "Jumla, kiwango cha chini cha kipande: {floor}."),
    "over": ("It pays {rate}: {above} more than that.", "Kinalipa {rate}: {above} zaidi ya hapo."),
    "at": ("It pays {rate}: exactly that.", "Kinalipa {rate}: sawa na hapo."),
    "due": (
        "It pays {rate}: wages have risen since, {above} is missing. A new rate is due.",
        "Kinalipa {rate}: mishahara imepanda tangu hapo, imepungua {above}. Malipo mapya yanahitajika.",
    ),
}
_ZONES_SW = {"urban": "mjini", "rural": "vijijini"}


def price_made(operation: Operation, on: date) -> PriceMade | None:
    """How the price of ``operation`` is made by the wages of a day; None when none is in force."""
    rows = BenchmarkWage.objects.filter(currency=operation.currency, valid_from__lte=on)
    by_key = {(r.kind, r.zone, r.grade, r.valid_from): r for r in rows}
    wages = [pay_floor.DatedWage(*key, row.monthly_minor, row.currency) for key, row in by_key.items()]
    in_force = pay_floor.wages_in_force(wages, on, operation.currency)
    if not in_force:
        return None
    dearest = max(in_force, key=lambda wage: wage.monthly_minor)
    hourly = Decimal(dearest.monthly_minor) / pay_floor.HOURS_PER_MONTH
    labour = pay_floor.TYPICAL_WORKER_FACTOR * hourly * operation.standard_minutes / 60
    floor = pay_floor.piece_floor_minor(
        hourly_minor=hourly, standard_minutes=operation.standard_minutes, on_costs_minor=operation.costs_minor
    )
    return PriceMade(
        standard_minutes=operation.standard_minutes,
        timed_makers=_timed_makers(operation),
        hourly_minor=hourly,
        wage=dearest,
        wage_source=by_key[dearest.kind, dearest.zone, dearest.grade, dearest.valid_from].source,
        labour_minor=int(labour.to_integral_value(ROUND_CEILING)),
        material_minor=operation.material_costs_minor,
        tools_minor=operation.tools_minor,
        on_costs_minor=operation.on_costs_minor,
        floor_minor=floor,
        piece_rate_minor=operation.piece_rate_minor,
        currency=operation.currency,
    )
