"""Phones that keep a copy of an artisan's work, what changed for them, what they sent, and photos on their way.

One device row is one account on one phone: two artisans who share a phone have two, with two tokens. A feed exists
only for artisans with a device; nobody else costs anything.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id


class Device(models.Model):
    """One account on one phone. The token itself was shown once; only its hash is kept.

    ``last_seq`` is the newest of its commands that was carried out; ``cursor`` how far it is known to have heard.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    artisan_id = models.UUIDField()
    workshop_id = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60, blank=True, help_text="what the phone calls itself")
    app_version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, default="active")
    last_seq = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    skew_seconds = models.BigIntegerField(default=0, help_text="its clock less ours, where more than ten minutes")
    registered_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-seen_at"]
        indexes: ClassVar = [
            models.Index(fields=["artisan_id", "state"], name="device_artisan"),
            models.Index(fields=["workshop_id"], name="device_workshop"),
        ]


class Feed(models.Model):
    """The head of one artisan's feed: its numbers belong to ``epoch``; another epoch begins the copy anew."""

    artisan_id = models.UUIDField(primary_key=True)
    workshop_id = models.UUIDField()
    language = models.CharField(max_length=5)
    epoch = models.PositiveIntegerField()
    version = models.BigIntegerField(default=0)
    compare_at = models.DateTimeField(help_text="next comparison of the rows with what there is")
    purge_at = models.DateTimeField(help_text="rows gone from the phones are forgotten then")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workshop_id"], name="feed_workshop")]


class FeedRow(models.Model):
    """The newest version of one thing in one artisan's feed. What it says is read when it is sent."""

    id = models.BigAutoField(primary_key=True)
    artisan_id = models.UUIDField()
    kind = models.CharField(max_length=8)
    object_id = models.CharField(max_length=40)
    version = models.BigIntegerField()
    gone = models.BooleanField(default=False, help_text="too old for the phone, or not hers any more")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["artisan_id", "kind", "object_id"], name="feed_row_once")
        ]
        indexes: ClassVar = [models.Index(fields=["artisan_id", "version"], name="feed_row_version")]


class FeedChange(models.Model):
    """Something changed and has no version yet. Written in the transaction of the change, without waiting for anybody;
    the next sync gives it its number. Whatever commits late is therefore numbered late, never overlooked.
    """

    id = models.BigAutoField(primary_key=True)
    artisan_id = models.UUIDField()
    kind = models.CharField(max_length=8)
    object_id = models.CharField(max_length=40)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["artisan_id"], name="feed_change_artisan")]


class PhoneCommand(models.Model):
    """A command a device sent and its answer, written in the transaction of its effect. ``id`` is the phone's."""

    id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="commands")
    seq = models.BigIntegerField()
    type = models.CharField(max_length=30)
    body_hash = models.CharField(max_length=64, help_text="keyed: a PIN is among what is sent")
    base = models.BigIntegerField(default=0)
    done_at_ms = models.BigIntegerField(default=0, help_text="by the phone's clock")
    received_at = models.DateTimeField()
    status = models.CharField(max_length=8)
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=8, blank=True)
    object_id = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "seq"], name="phone_command_once")]
        indexes: ClassVar = [models.Index(fields=["received_at"], name="phone_command_time")]


class Photo(models.Model):
    """A picture on its way: promised by a command, or begun by the phone. ``length`` 0: only promised so far."""

    id = models.UUIDField(primary_key=True, default=new_id)
    artisan_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    length = models.PositiveIntegerField(default=0)
    offset = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, default="waiting", help_text="waiting, complete, refused, expired")
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["artisan_id", "sha256"], name="photo_once"),
            models.CheckConstraint(condition=Q(offset__lte=F("length")), name="photo_offset_within"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["touched_at"], condition=Q(state="waiting"), name="photo_waiting"),
            models.Index(fields=["sha256"], name="photo_hash"),
        ]


class PushSubscription(models.Model):
    """Where a browser's push service takes wake-ups for a device. The address is a secret: it waits in the vault."""

    id = models.UUIDField(primary_key=True, default=new_id)
    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="push")
    artisan_id = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["artisan_id"], name="push_artisan")]


class LearnedStep(models.Model):
    """A step of a technique's lesson an artisan has gone through."""

    artisan_id = models.UUIDField()
    technique = models.CharField(max_length=30)
    step = models.PositiveSmallIntegerField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["artisan_id", "technique", "step"], name="learned_once")
        ]


class IdleWeek(models.Model):
    """Why a workshop had no work in a week, worked out by the worker: ``said`` is [[code, facts], …]."""

    workshop_id = models.UUIDField(primary_key=True)
    monday = models.DateField()
    said = models.JSONField(default=list)
    explained_at = models.DateTimeField()
