"""A workshop's phones: who carries the app, when it was last heard of; a lost one logged out, a forgotten PIN reset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core.actors import Actor
from kiwanda.factory.conversations.commands import reset_pin
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.devices import queries as devices
from kiwanda.factory.devices.commands import revoke_device
from kiwanda.factory.devices.models import Device, PushSubscription
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.models import Workshop
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.giving import give
from kiwanda.surfaces.tower.views.shell import page

#: Phones of one person that are shown, those logged out included.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Carrier:
    """One person of the workshop with her phones."""

    person: network.Person
    has_pin: bool
    phones: list[tuple[Device, bool]]


@require_GET
@staff_only
def workshop_phones(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """Everybody in the workshop and the phones the app runs on."""
    actor = actor_of(request)
    shown = _workshop(actor, workshop_id)
    context: dict[str, Any] = {"workshop": shown, "carriers": _carriers(actor, shown)}
    return page(request, "tower/phones.html", "workshops", context)


def _carriers(actor: Actor, shown: Workshop) -> list[Carrier]:
    people = network.people(actor, shown.pk)
    found = devices.devices(actor).filter(workshop_id=shown.pk)
    woken = set(PushSubscription.objects.filter(device__in=found).values_list("device_id", flat=True))
    phones: dict[UUID, list[tuple[Device, bool]]] = {}
    for device in found.order_by("state", "-seen_at"):
        phones.setdefault(device.artisan_id, []).append((device, device.pk in woken))
    pins = set(
        Contact.objects.filter(pk__in=[row.id for row in people]).exclude(pin_hash="").values_list("pk", flat=True)
    )
    return [Carrier(row, row.id in pins, phones.get(row.id, [])[:SHOWN]) for row in people]


@require_POST
@staff_only
def revoke(request: HttpRequest, workshop_id: UUID, device_id: UUID) -> HttpResponse:
    """A lost phone speaks for her no more."""
    return give(
        request, revoke_device, key=f"phone-{device_id}", done=_("The phone was logged out."), back=_back(workshop_id),
        device_id=device_id,
    )  # fmt: skip


@require_POST
@staff_only
def forget_pin(request: HttpRequest, workshop_id: UUID, artisan_id: UUID) -> HttpResponse:
    """Somebody the coordinator knows forgot her PIN."""
    return give(
        request, reset_pin, key=f"pin-{artisan_id}", done=_("The PIN is forgotten. She chooses a new one."),
        back=_back(workshop_id), artisan_id=artisan_id,
    )  # fmt: skip


def _back(workshop_id: UUID) -> str:
    return reverse("tower:workshop_phones", args=[workshop_id])


def _workshop(actor: Actor, workshop_id: UUID) -> Workshop:
    found = network.workshops(actor).filter(pk=workshop_id).select_related("hub", "county").first()
    if found is None:
        raise Http404
    return found
