"""The network over HTTP. Parse, call, answer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.http import caller, command_id, page
from kiwanda.factory.network import commands, queries
from kiwanda.factory.network.commands import ArtisanSpec, CapabilitySpec, WorkshopSpec
from kiwanda.factory.network.models import Consent, DayOff, Workshop
from kiwanda.factory.network.states import WORKSHOP

router = Router(tags=["network"])


class HubOut(Schema):
    id: UUID
    code: str
    name: str
    county_id: int
    latitude: Decimal
    longitude: Decimal


class CapabilityOut(Schema):
    technique_id: str
    speed: Decimal
    yield_share: Decimal
    grade: str
    state: str


class WorkshopOut(Schema):
    id: UUID
    code: str
    trade_name: str
    hub_id: UUID
    county_id: int
    zone: str
    calendar_id: str
    capacity_factor: Decimal
    acceptance: Decimal
    on_time: Decimal
    state: str
    joined_on: date
    capabilities: list[CapabilityOut]


class PersonOut(Schema):
    id: UUID
    name: str
    phone: str
    role: str
    gender: str
    language: str
    channel: str
    state: str


class ArtisanIn(Schema):
    name: str
    phone: str | None = None
    role: str = "member"
    gender: str = "undisclosed"
    language: str = "sw"
    channel: str = "sms"


class CapabilityIn(Schema):
    technique: str
    speed: Decimal = Decimal(1)
    yield_share: Decimal = Decimal("0.97")
    grade: str = "B"


class WorkshopIn(Schema):
    code: str
    trade_name: str
    hub_code: str
    county_code: int
    zone: str = "urban"
    calendar_code: str
    capacity_factor: Decimal = Decimal(1)
    target_weekly_income_minor: int = 0
    acceptance: Decimal = Decimal("0.9")
    on_time: Decimal = Decimal("0.9")
    joined_on: date | None = None
    artisans: list[ArtisanIn]
    capabilities: list[CapabilityIn] = []

    def spec(self) -> WorkshopSpec:
        """The command's own form."""
        plain = self.dict(exclude={"artisans", "capabilities"})
        return WorkshopSpec(
            **plain,
            artisans=[ArtisanSpec(**person.dict()) for person in self.artisans],
            capabilities=[CapabilitySpec(**skill.dict()) for skill in self.capabilities],
        )


class DaysOffIn(Schema):
    days: list[date]
    reason: str = "other"


class DayOffOut(Schema):
    on: date
    reason: str


class ReasonIn(Schema):
    reason: str = ""


class ConsentIn(Schema):
    field: str
    channel: str = "passport"
    purpose: str
    language: str = "sw"
    expires_on: date


class ConsentOut(Schema):
    id: UUID
    artisan_id: UUID
    field: str
    channel: str
    purpose: str
    language: str
    granted_at: datetime
    expires_on: date
    withdrawn_at: datetime | None


@router.get("/hubs", response=list[HubOut])
def list_hubs(request: HttpRequest) -> Any:
    """Open hubs."""
    return queries.hubs()


@router.get("/workshops", response=list[WorkshopOut])
def list_workshops(
    request: HttpRequest, technique: str = "", hub: str = "", state: str = "", limit: int = 100, offset: int = 0
) -> Any:
    """Workshops the caller may see, by code; at most 500 at a time."""
    rows = queries.workshops(caller(request)).prefetch_related("capabilities")
    if technique:
        wanted = fields.code("technique", technique, 30)
        rows = rows.filter(capabilities__technique=wanted, capabilities__state="active")
    if hub:
        rows = rows.filter(hub__code=fields.code("hub", hub, 8))
    if state:
        rows = rows.filter(state=fields.choice("state", state, WORKSHOP.states))
    return rows[page(limit, offset)]


@router.get("/workshops/{workshop_id}", response=WorkshopOut)
def get_workshop(request: HttpRequest, workshop_id: UUID) -> Workshop:
    """One workshop."""
    return queries.workshop(caller(request), workshop_id)


@router.get("/workshops/{workshop_id}/people", response=list[PersonOut])
def list_people(request: HttpRequest, workshop_id: UUID) -> Any:
    """Its people; phone numbers are masked for who neither calls nor pays."""
    return queries.people(caller(request), workshop_id)


@router.post("/workshops", response={201: WorkshopOut})
def register_workshop(request: HttpRequest, body: WorkshopIn) -> Status[Workshop]:
    """Register a workshop with its people and capabilities."""
    return Status(
        201, commands.register_workshop(actor=caller(request), command_id=command_id(request), spec=body.spec())
    )


@router.post("/workshops/{workshop_id}/capabilities", response=CapabilityOut)
def set_capability(request: HttpRequest, workshop_id: UUID, body: CapabilityIn) -> Any:
    """Add or correct what it can make."""
    return commands.set_capability(
        actor=caller(request), command_id=command_id(request), workshop_id=workshop_id, **body.dict()
    )


@router.post("/workshops/{workshop_id}/pause", response=WorkshopOut)
def pause_workshop(request: HttpRequest, workshop_id: UUID, body: ReasonIn) -> Workshop:
    """Plan no new work for it."""
    return commands.pause_workshop(
        actor=caller(request), command_id=command_id(request), workshop_id=workshop_id, reason=body.reason
    )


@router.post("/workshops/{workshop_id}/reopen", response=WorkshopOut)
def reopen_workshop(request: HttpRequest, workshop_id: UUID) -> Workshop:
    """Plan for it again."""
    return commands.reopen_workshop(
        actor=caller(request), command_id=command_id(request), workshop_id=workshop_id
    )


@router.get("/workshops/{workshop_id}/days-off", response=list[DayOffOut])
def list_days_off(request: HttpRequest, workshop_id: UUID) -> Any:
    """Its days off, past and coming."""
    found = queries.workshop(caller(request), workshop_id)
    return found.days_off.order_by("on")


@router.post("/workshops/{workshop_id}/days-off", response={201: list[DayOffOut]})
def take_days_off(request: HttpRequest, workshop_id: UUID, body: DaysOffIn) -> Status[list[DayOff]]:
    """Take days off, from today on."""
    return Status(
        201,
        commands.take_days_off(
            actor=caller(request), command_id=command_id(request), workshop_id=workshop_id, **body.dict()
        ),
    )


@router.delete("/workshops/{workshop_id}/days-off/{on}", response={204: None})
def cancel_day_off(request: HttpRequest, workshop_id: UUID, on: date) -> Status[None]:
    """Work on that day after all."""
    commands.cancel_day_off(actor=caller(request), command_id=command_id(request), workshop_id=workshop_id, on=on)
    return Status(204, None)


@router.get("/artisans/{artisan_id}/consents", response=list[ConsentOut])
def list_consents(request: HttpRequest, artisan_id: UUID) -> Any:
    """What she agreed to, newest first, withdrawn ones included."""
    queries.artisan(caller(request), artisan_id)
    return queries.consents(caller(request)).filter(artisan_id=artisan_id)


@router.post("/artisans/{artisan_id}/consents", response={201: ConsentOut})
def give_consent(request: HttpRequest, artisan_id: UUID, body: ConsentIn) -> Status[Consent]:
    """Record a consent."""
    return Status(
        201,
        commands.give_consent(
            actor=caller(request), command_id=command_id(request), artisan_id=artisan_id, **body.dict()
        ),
    )


@router.post("/consents/{consent_id}/withdraw", response=ConsentOut)
def withdraw_consent(request: HttpRequest, consent_id: UUID) -> Consent:
    """Withdraw it at once."""
    return commands.withdraw_consent(
        actor=caller(request), command_id=command_id(request), consent_id=consent_id
    )
