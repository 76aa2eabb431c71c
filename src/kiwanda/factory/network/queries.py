"""Reads of the network. Staff see every workshop, an artisan her own, the public none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from kiwanda.core import vault
from kiwanda.core.actors import Actor, Role
from kiwanda.core.errors import CoreError, Forbidden, NotFound
from kiwanda.core.models import VaultEntry
from kiwanda.core.personal import Person as PersonAsked
from kiwanda.factory.network.models import Artisan, Capability, Consent, DayOff, Hub, LoginCode, Workshop
from kiwanda.factory.network.phones import masked, normalised
from kiwanda.factory.network.subjects import login_code_subject

#: Who may read whole phone numbers: those who call, and those who pay.
PHONE_READERS = (
    Role.COORDINATOR,
    Role.INSPECTOR,
    Role.FINANCE_MAKER,
    Role.FINANCE_CHECKER,
    Role.ADMINISTRATOR,
)


def workshops(actor: Actor) -> QuerySet[Workshop]:
    """Workshops ``actor`` may see."""
    if actor.is_staff or actor.kind == "system":
        return Workshop.objects.all()
    if actor.workshop_id is not None:
        return Workshop.objects.filter(pk=actor.workshop_id)
    return Workshop.objects.none()


def workshop(actor: Actor, workshop_id: UUID) -> Workshop:
    """One workshop, or :class:`NotFound`."""
    found = workshops(actor).filter(pk=workshop_id).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="workshop")
    return found


def artisans(actor: Actor) -> QuerySet[Artisan]:
    """Artisans of the workshops ``actor`` may see, those who left included."""
    return Artisan.objects.filter(workshop__in=workshops(actor))


def artisan(actor: Actor, artisan_id: UUID) -> Artisan:
    """One artisan, or :class:`NotFound`."""
    found = artisans(actor).filter(pk=artisan_id).select_related("workshop").first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="artisan")
    return found


def owner_of(workshop_id: UUID) -> Artisan | None:
    """The person offers, messages and money of a workshop go to."""
    return Artisan.objects.filter(workshop_id=workshop_id, role="owner", state="active").first()


def owners_of(workshop_ids: Iterable[UUID]) -> dict[UUID, Artisan]:
    """That person of each workshop, by workshop id. One query."""
    rows = Artisan.objects.filter(workshop_id__in=list(workshop_ids), role="owner", state="active")
    return {row.workshop_id: row for row in rows}


def capabilities(actor: Actor) -> QuerySet[Capability]:
    """Active capabilities of the workshops ``actor`` may see."""
    return Capability.objects.filter(workshop__in=workshops(actor), state="active")


def days_off(actor: Actor) -> QuerySet[DayOff]:
    return DayOff.objects.filter(workshop__in=workshops(actor)).order_by("on")


def consents(actor: Actor) -> QuerySet[Consent]:
    return Consent.objects.filter(artisan__in=artisans(actor)).order_by("-granted_at")


def live_consents(artisan_ids: Iterable[UUID], channel: str, on: object) -> QuerySet[Consent]:
    """Consents in force on a day for ``channel``: given, not withdrawn, not expired."""
    return Consent.objects.filter(
        artisan_id__in=list(artisan_ids), channel=channel, withdrawn_at=None, expires_on__gte=on
    )


def hubs() -> QuerySet[Hub]:
    """Open hubs; where they stand is no secret."""
    return Hub.objects.filter(state="open").select_related("county")


@dataclass(frozen=True, slots=True)
class Person:
    """An artisan with what the vault says; ``phone`` is masked for readers who need not call or pay."""

    id: UUID
    name: str
    phone: str
    role: str
    gender: str
    language: str
    channel: str
    state: str


def people(actor: Actor, workshop_id: UUID) -> list[Person]:
    """The people of one workshop, owner first. Three queries; the public has no business here."""
    if not (actor.is_staff or actor.kind == "artisan"):
        raise Forbidden(CoreError.NOT_ALLOWED)
    found = workshop(actor, workshop_id)
    rows = sorted(found.artisans.all(), key=lambda row: (row.role != "owner", row.state != "active", str(row.id)))
    ids = [row.id for row in rows]
    names, phones = vault.get_many(ids, vault.NAME), vault.get_many(ids, vault.PHONE)
    whole = actor.kind == "artisan" or actor.has(*PHONE_READERS)
    return [
        Person(
            id=row.id,
            name=names.get(row.id, ""),
            phone=_shown(phones.get(row.id, ""), whole),
            role=row.role,
            gender=row.gender,
            language=row.language,
            channel=row.channel,
            state=row.state,
        )
        for row in rows
    ]


def _shown(phone: str, whole: bool) -> str:
    return phone if whole or not phone else masked(phone)


def artisan_by_phone(phone: str) -> Artisan | None:
    """The active artisan with this number (any usual spelling), in a workshop that is not closed. For log-in and
    incoming messages; :class:`Invalid` when it is no Kenyan mobile number.
    """
    number = normalised(phone)
    subjects = VaultEntry.objects.filter(field=vault.PHONE, blind_index=vault.blind_index(vault.PHONE, number)).values(
        "subject_id"
    )
    rows = Artisan.objects.filter(pk__in=subjects, state="active").exclude(workshop__state="closed")
    return rows.select_related("workshop").first()


def login_code_shown_in_demo(phone: str) -> str | None:
    """The code last sent to ``phone``, only in demo mode, where no message reaches a phone."""
    if not settings.KIWANDA_DEMO:
        return None
    person = artisan_by_phone(phone)
    row = LoginCode.objects.filter(artisan=person, used_at=None).order_by("-pk").first() if person else None
    return vault.get(login_code_subject(row.pk), "login_code") if row else None


def person_of(artisan: Artisan) -> PersonAsked:
    """Whom an export is about."""
    return PersonAsked(artisan.pk, artisan.workshop_id, artisan.language, artisan.role == "owner")
