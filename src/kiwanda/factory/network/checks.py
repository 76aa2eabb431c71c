"""What ``kiwanda audit`` proves about the network."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q

from kiwanda.core import vault
from kiwanda.core.audit import check
from kiwanda.core.models import VaultEntry
from kiwanda.factory.network.erasing import returned
from kiwanda.factory.network.models import Artisan, Workshop


@check("Every open workshop has one active owner who can be called and paid")
def owners_can_be_reached() -> Iterator[str]:
    owners = Count("artisans", filter=Q(artisans__role="owner", artisans__state="active"))
    for code, number in (
        Workshop.objects.exclude(state="closed").annotate(owners=owners).exclude(owners=1).values_list("code", "owners")
    ):
        yield f"{code}: {number} active owners"
    facts = VaultEntry.objects.filter(subject_id=OuterRef("pk"))
    reachable = Artisan.objects.filter(role="owner", state="active").exclude(workshop__state="closed")
    for code in reachable.exclude(Exists(facts.filter(field=vault.PHONE))).values_list("workshop__code", flat=True):
        yield f"{code}: the owner has no phone number"
    for code in reachable.exclude(Exists(facts.filter(field=vault.NAME))).values_list("workshop__code", flat=True):
        yield f"{code}: the owner has no name"


@check("No two active artisans share a phone number")
def phones_are_unique() -> Iterator[str]:
    active = Artisan.objects.filter(state="active").values("id")
    shared = (
        VaultEntry.objects.filter(field=vault.PHONE, subject_id__in=active)
        .values("blind_index")
        .annotate(people=Count("subject_id"))
        .filter(people__gt=1)
        .values_list("blind_index", "people")
    )
    for index, people in shared:
        ids = VaultEntry.objects.filter(field=vault.PHONE, blind_index=index).values("subject_id")
        codes = Artisan.objects.filter(pk__in=ids, state="active").values_list("workshop__code", flat=True)
        yield f"{people} active artisans have one number (workshops {', '.join(sorted(codes))})"


@check("Nobody who was erased is known again")
def erased_stay_erased() -> Iterator[str]:
    for artisan in returned():
        yield f"{artisan.pk} ({artisan.workshop.code}) came back with a backup: the worker erases her within the hour"
