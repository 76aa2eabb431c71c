"""Ready-made places, people and workshops for tests, built through the commands. Every argument has a default."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from kiwanda.core import actors
from kiwanda.core.actors import Actor, Role
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.tests.factories import make_technique
from kiwanda.factory.network import commands
from kiwanda.factory.network.commands import ArtisanSpec, CapabilitySpec, CountyRow, WorkshopSpec
from kiwanda.factory.network.models import Artisan, Calendar, County, Hub, Workshop

_numbers = count(1)


def coordinator() -> Actor:
    return actors.staff(new_id(), Role.COORDINATOR)


def inspector() -> Actor:
    return actors.staff(new_id(), Role.INSPECTOR)


def administrator() -> Actor:
    return actors.staff(new_id(), Role.ADMINISTRATOR)


def finance_maker() -> Actor:
    return actors.staff(new_id(), Role.FINANCE_MAKER)


def finance_checker() -> Actor:
    return actors.staff(new_id(), Role.FINANCE_CHECKER)


def owner(workshop: Workshop) -> Artisan:
    """The workshop's owner."""
    return workshop.artisans.get(role="owner", state="active")


def artisan_of(workshop: Workshop, channel: actors.Channel = actors.Channel.PHONE) -> Actor:
    """The workshop's owner, acting on her phone."""
    return actors.artisan(owner(workshop).id, workshop.id, channel)


def fresh_phone() -> str:
    """A number no operator uses (0190 to 0199)."""
    return f"+25419{next(_numbers):07d}"


def make_county(code: int = 47, name: str = "Nairobi City") -> County:
    """The county ``code``, made when it is not there yet."""
    if not County.objects.filter(pk=code).exists():
        row = CountyRow(code=code, name=name, latitude="-1.286", longitude="36.817", population=4_397_073)
        commands.import_counties(actor=coordinator(), rows=[row])
    return County.objects.get(pk=code)


def make_hub(code: str = "NBI", name: str | None = None, county_code: int = 47) -> Hub:
    """The hub ``code``, opened when it is not there yet."""
    found = Hub.objects.filter(code=code).first()
    if found is not None:
        return found
    make_county(county_code, "Nairobi City" if county_code == 47 else f"County {county_code}")
    return commands.open_hub(
        actor=coordinator(), code=code, name=name or f"Hub {code}", county_code=county_code,
        latitude="-1.307", longitude="36.858",
    )


def make_calendar(
    code: str = "six",
    weekday_minutes: Iterable[int] = (480, 480, 480, 480, 480, 480, 0),
    keeps_public_holidays: bool = True,
) -> Calendar:
    """The calendar ``code``, made when it is not there yet. Default: Monday to Saturday, eight hours."""
    found = Calendar.objects.filter(pk=code).first()
    if found is not None:
        return found
    return commands.create_calendar(
        actor=coordinator(), code=code, name_en=f"Week {code}", name_sw=f"Wiki {code}",
        weekday_minutes=list(weekday_minutes), keeps_public_holidays=keeps_public_holidays,
    )


def artisan_spec(role: str = "owner", **more: Any) -> ArtisanSpec:
    given: dict[str, Any] = {
        "name": f"Amina Test {next(_numbers)}", "phone": fresh_phone(), "role": role, "gender": "female",
        "language": "sw", "channel": "sms",
    }
    return ArtisanSpec(**given | more)


def capability_spec(technique: str = "bead", **more: Any) -> CapabilitySpec:
    """A capability; its technique is made when it is not there yet."""
    make_technique(technique)
    return CapabilitySpec(technique, **{"speed": 1, "yield_share": "0.97", "grade": "B"} | more)


def workshop_spec(
    code: str | None = None,
    *,
    techniques: Iterable[str] = ("bead",),
    hub: str = "NBI",
    calendar: str = "six",
    members: int = 0,
    owner_is: ArtisanSpec | None = None,
    **more: Any,
) -> WorkshopSpec:
    """A valid specification; hub, calendar, county and techniques are made when they are not there yet."""
    county_code = more.get("county_code", 47)
    make_county(county_code, "Nairobi City" if county_code == 47 else f"County {county_code}")
    make_hub(hub)
    make_calendar(calendar)
    number = next(_numbers)
    given: dict[str, Any] = {
        "code": code or f"W{number:05d}",
        "trade_name": f"Workshop {number}",
        "hub_code": hub,
        "county_code": county_code,
        "zone": "urban",
        "calendar_code": calendar,
        "capacity_factor": 1,
        "target_weekly_income_minor": 800_000,
        "joined_on": date(2024, 1, 15),
        "artisans": [owner_is or artisan_spec(), *(artisan_spec("member") for _ in range(members))],
        "capabilities": [capability_spec(technique) for technique in techniques],
    }
    return WorkshopSpec(**given | more)


def make_workshop(code: str | None = None, **more: Any) -> Workshop:
    """A registered workshop (see :func:`workshop_spec`): ``make_workshop(techniques=["cast", "bead"], hub="MSA")``."""
    return commands.register_workshop(actor=coordinator(), spec=workshop_spec(code, **more))


def make_workshops(number: int, **more: Any) -> list[Workshop]:
    """``number`` workshops at once."""
    specs = [workshop_spec(**more) for _ in range(number)]
    commands.register_workshops(actor=coordinator(), specs=specs)
    return list(Workshop.objects.filter(code__in=[spec.code for spec in specs]).order_by("code"))
