"""What ``kiwanda audit`` proves about devices."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Max

from kiwanda.core import files
from kiwanda.core.audit import check
from kiwanda.factory.devices.models import Device, Feed, FeedRow, PhoneCommand, Photo


@check("Every phone's count of commands is the newest it sent")
def commands_are_counted() -> Iterator[str]:
    newest = PhoneCommand.objects.values("device_id").annotate(n=Max("seq")).order_by()
    for device_id, last, seq in newest.values_list("device_id", "device__last_seq", "n"):
        if last < seq:
            yield f"phone {device_id} counted {last} commands and sent {seq}"


@check("Only people with a phone have a feed, and everybody with a phone has one")
def feeds_belong_to_phones() -> Iterator[str]:
    active = set(Device.objects.filter(state="active").order_by().values_list("artisan_id", flat=True))
    feeds = set(Feed.objects.values_list("artisan_id", flat=True))
    for artisan_id in active - feeds:
        yield f"artisan {artisan_id} has a phone and no feed"
    for row in Device.objects.filter(state="active").exclude(workshop_id__in=Feed.objects.values("workshop_id")):
        yield f"phone {row.id} belongs to a workshop no feed knows"


@check("No thing of a feed has a number its feed has not reached")
def versions_are_reached() -> Iterator[str]:
    heads = dict(Feed.objects.values_list("artisan_id", "version"))
    rows = FeedRow.objects.values("artisan_id").annotate(n=Max("version")).order_by()
    for artisan_id, version in rows.values_list("artisan_id", "n"):
        if version > heads.get(artisan_id, 0):
            yield f"feed of {artisan_id} stands at {heads.get(artisan_id)} and holds number {version}"


@check("A photo that counts as complete is stored under its hash")
def photos_are_stored() -> Iterator[str]:
    done = Photo.objects.filter(state="complete")
    for photo_id in done.exclude(offset=F("length")).values_list("pk", flat=True):
        yield f"photo {photo_id} counts as complete with bytes missing"
    for photo_id, sha256 in done.values_list("pk", "sha256"):
        if not files.path_of(sha256).exists():
            yield f"photo {photo_id} is complete and its file is absent"
