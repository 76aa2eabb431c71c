"""How workshops enter the network, one or thousands at a time: check everything, then write in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import date
from decimal import Decimal
from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.commands import Context
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.core.ids import new_id
from kiwanda.core.models import VaultEntry
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import WorkshopRegistered
from kiwanda.factory.network.models import Artisan, Calendar, Capability, County, Hub, Workshop
from kiwanda.factory.network.phones import normalised

Share = Decimal | float | str

ZONES = ("urban", "rural")
ARTISAN_ROLES = ("owner", "member")
GENDERS = ("female", "male", "other", "undisclosed")
LANGUAGES = ("en", "sw")
CHANNELS = ("app", "sms", "ussd", "whatsapp")
GRADES = ("A", "B", "C")
#: Census codes run from 1 to 47; three digits leave room for a reform.
LARGEST_COUNTY = 999
#: SQLite takes at most so many values a query in old builds; look-ups go in slices of this size.
SLICE = 500


@dataclass(frozen=True, slots=True)
class ArtisanSpec:
    """A person. ``phone`` in any usual spelling; only members may be without one."""

    name: str
    phone: str | None = None
    role: str = "member"
    gender: str = "undisclosed"
    language: str = "sw"
    channel: str = "sms"


@dataclass(frozen=True, slots=True)
class CapabilitySpec:
    """``speed`` relative to standard (1.2 = 20 % faster), ``yield_share`` of good pieces, ``grade`` A, B or C."""

    technique: str
    speed: Share = 1
    yield_share: Share = "0.97"
    grade: str = "B"


@dataclass(frozen=True, slots=True)
class WorkshopSpec:
    """A workshop with its people and what it can make. Hub, county and calendar by code; money in KES cents."""

    code: str
    trade_name: str
    hub_code: str
    county_code: int
    zone: str = "urban"
    calendar_code: str = "six"
    capacity_factor: Share = 1
    target_weekly_income_minor: int = 0
    acceptance: Share = "0.9"
    on_time: Share = "0.9"
    joined_on: date | None = None
    artisans: list[ArtisanSpec] = with_default(default_factory=list)
    capabilities: list[CapabilitySpec] = with_default(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Places:
    hubs: dict[str, UUID]
    counties: frozenset[int]
    calendars: frozenset[str]
    techniques: frozenset[str]


def register(ctx: Context, specs: Sequence[WorkshopSpec]) -> list[Workshop]:
    """Check ``specs`` and store them with people, capabilities and vault facts; the first fault refuses all."""
    _refuse_known_codes(specs)
    places = _Places(
        dict(Hub.objects.filter(state="open").values_list("code", "id")),
        frozenset(County.objects.values_list("code", flat=True)),
        frozenset(Calendar.objects.values_list("code", flat=True)),
        frozenset(Technique.objects.values_list("code", flat=True)),
    )
    workshops: list[Workshop] = []
    artisans: list[Artisan] = []
    capabilities: list[Capability] = []
    facts: list[tuple[UUID, str, str]] = []
    phones: dict[str, str] = {}
    for spec in specs:
        workshop = _workshop(ctx, spec, places)
        people = _artisans(workshop, spec, facts, phones)
        skills = _capabilities(workshop, spec, places)
        workshops.append(workshop)
        artisans += people
        capabilities += skills
        ctx.emit(
            WorkshopRegistered(
                workshop_id=workshop.id,
                code=workshop.code,
                hub_id=workshop.hub_id,
                artisan_ids=[person.id for person in people],
                techniques=[skill.technique_id for skill in skills],
            )
        )
    refuse_taken_phones(list(phones))
    Workshop.objects.bulk_create(workshops, batch_size=SLICE)
    Artisan.objects.bulk_create(artisans, batch_size=SLICE)
    Capability.objects.bulk_create(capabilities, batch_size=SLICE)
    vault.put_many(facts)
    return workshops


def checked_artisan(spec: ArtisanSpec) -> tuple[str, str]:
    """Name and normalised phone (empty without one) after the choices were checked."""
    fields.choice("artisan.role", spec.role, ARTISAN_ROLES)
    fields.choice("artisan.gender", spec.gender, GENDERS)
    fields.choice("artisan.language", spec.language, LANGUAGES)
    fields.choice("artisan.channel", spec.channel, CHANNELS)
    name = fields.text("artisan.name", spec.name, 120)
    return name, normalised(spec.phone, field="artisan.phone") if spec.phone else ""


def checked_capability(spec: CapabilitySpec) -> tuple[Decimal, Decimal, str]:
    """Speed, yield share and grade."""
    return (
        fields.decimal("capability.speed", spec.speed, "0.05", "20", 3),
        fields.decimal("capability.yield_share", spec.yield_share, "0.01", "1", 3),
        fields.choice("capability.grade", spec.grade, GRADES),
    )


def refuse_taken_phones(phones: Sequence[str], *, but: UUID | None = None) -> None:
    """One active artisan a number: money and offers must reach exactly one person. ``but`` may keep her own.

    Numbers are sealed, so no database constraint compares them: whoever hands numbers out holds the first hub's row,
    and the next one waits and then sees them.
    """
    Hub.objects.select_for_update(no_key=True).order_by("code").first()
    for start in range(0, len(phones), SLICE):
        indexes = [vault.blind_index(vault.PHONE, phone) for phone in phones[start : start + SLICE]]
        entries = VaultEntry.objects.filter(blind_index__in=indexes, field=vault.PHONE)
        owners = Artisan.objects.filter(pk__in=entries.values("subject_id"), state="active")
        if (owners if but is None else owners.exclude(pk=but)).exists():
            raise Rejected(NetworkError.PHONE_TAKEN, field="phone")


def _refuse_known_codes(specs: Sequence[WorkshopSpec]) -> None:
    codes: set[str] = set()
    for spec in specs:
        code = fields.code("code", spec.code, 12)
        if code in codes:
            raise Invalid(NetworkError.CODE_TWICE, field="code", code=code)
        codes.add(code)
    listed = list(codes)
    for start in range(0, len(listed), SLICE):
        taken = Workshop.objects.filter(code__in=listed[start : start + SLICE]).values_list("code", flat=True).first()
        if taken is not None:
            raise Rejected(NetworkError.CODE_TAKEN, field="code", code=taken)


def _workshop(ctx: Context, spec: WorkshopSpec, places: _Places) -> Workshop:
    hub_code = fields.code("hub_code", spec.hub_code, 8)
    if hub_code not in places.hubs:
        raise Invalid(NetworkError.UNKNOWN_HUB, field="hub_code", code=hub_code)
    county_code = require_range("county_code", spec.county_code, 1, LARGEST_COUNTY)
    if county_code not in places.counties:
        raise Invalid(NetworkError.UNKNOWN_COUNTY, field="county_code", code=county_code)
    calendar_code = fields.code("calendar_code", spec.calendar_code, 30)
    if calendar_code not in places.calendars:
        raise Invalid(NetworkError.UNKNOWN_CALENDAR, field="calendar_code", code=calendar_code)
    joined_on = ctx.today if spec.joined_on is None else fields.day("joined_on", spec.joined_on)
    if joined_on > ctx.today:
        raise Invalid(CoreError.MALFORMED, field="joined_on", reason="it is in the future")
    return Workshop(
        id=new_id(),
        code=spec.code.strip(),
        trade_name=fields.text("trade_name", spec.trade_name, 120),
        hub_id=places.hubs[hub_code],
        county_id=county_code,
        zone=fields.choice("zone", spec.zone, ZONES),
        calendar_id=calendar_code,
        capacity_factor=fields.decimal("capacity_factor", spec.capacity_factor, "0.01", "100", 2),
        target_weekly_income_minor=require_range(
            "target_weekly_income_minor", spec.target_weekly_income_minor, 0, LARGEST_MINOR
        ),
        acceptance=fields.decimal("acceptance", spec.acceptance, "0", "1", 3),
        on_time=fields.decimal("on_time", spec.on_time, "0", "1", 3),
        joined_on=joined_on,
    )


def _artisans(
    workshop: Workshop, spec: WorkshopSpec, facts: list[tuple[UUID, str, str]], phones: dict[str, str]
) -> list[Artisan]:
    owners = sum(person.role == "owner" for person in spec.artisans)
    if owners != 1:
        raise Invalid(NetworkError.OWNER_MISSING, field="artisans", code=workshop.code, count=owners)
    people = []
    for person in spec.artisans:
        name, phone = checked_artisan(person)
        artisan = Artisan(
            id=new_id(),
            workshop=workshop,
            role=person.role,
            gender=person.gender,
            language=person.language,
            channel=person.channel,
            joined_on=workshop.joined_on,
        )
        people.append(artisan)
        facts.append((artisan.id, vault.NAME, name))
        if phone:
            if phone in phones:
                raise Invalid(
                    NetworkError.PHONE_TWICE, field="artisan.phone", first=phones[phone], second=workshop.code
                )
            phones[phone] = workshop.code
            facts.append((artisan.id, vault.PHONE, phone))
        elif person.role == "owner":
            raise Invalid(NetworkError.OWNER_PHONE, field="artisan.phone", code=workshop.code)
    return people


def _capabilities(workshop: Workshop, spec: WorkshopSpec, places: _Places) -> list[Capability]:
    skills: dict[str, Capability] = {}
    for skill in spec.capabilities:
        technique = fields.code("capability.technique", skill.technique, 30)
        if technique not in places.techniques:
            raise Invalid(NetworkError.UNKNOWN_TECHNIQUE, field="capability.technique", code=technique)
        if technique in skills:
            raise Invalid(NetworkError.CAPABILITY_TWICE, field="capability", code=workshop.code, technique=technique)
        speed, yield_share, grade = checked_capability(skill)
        skills[technique] = Capability(
            workshop=workshop, technique_id=technique, speed=speed, yield_share=yield_share, grade=grade
        )
    return list(skills.values())
