"""Tables every room leans on. Fields and constraints only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Func

from kiwanda.core.ids import new_id


class TransactionId(Func):
    """The writing transaction's id: PostgreSQL's, or 0 on SQLite where writers never overlap."""

    function = "pg_current_xact_id"
    template = "%(function)s()::text::bigint"
    output_field = models.BigIntegerField()
    arity = 0

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[str | int, ...]]:
        return "0", ()


class Event(models.Model):
    """One line of the append-only log: what happened, to what, by whom, through which door.

    Readers go by ``(tx, position)`` and stop before the oldest transaction still open, because PostgreSQL hands out
    positions in another order than commits. Database triggers refuse UPDATE and DELETE.
    """

    position = models.BigAutoField(primary_key=True)
    id = models.UUIDField(default=new_id, unique=True, editable=False)
    tx = models.BigIntegerField(db_default=TransactionId())
    type = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=10)
    at = models.DateTimeField()
    command_id = models.UUIDField(null=True)
    data = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tx", "position"], name="event_tx_position"),
            models.Index(fields=["subject_id", "position"], name="event_subject"),
            models.Index(fields=["type", "position"], name="event_type"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.type}"


class Receipt(models.Model):
    """The stored answer to one command id; playing the command again gives this instead of a second effect."""

    command_id = models.UUIDField(primary_key=True)
    command = models.CharField(max_length=80)
    body_hash = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    at = models.DateTimeField()


class ReactionCursor(models.Model):
    """How far one reaction has read. Moved in the same transaction as the reaction's effect."""

    name = models.CharField(max_length=100, primary_key=True)
    tx = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)


class ParkedEvent(models.Model):
    """An event one reaction could not digest after every retry; staff see it and play it again."""

    reaction = models.CharField(max_length=100)
    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    error = models.TextField()
    parked_at = models.DateTimeField()
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["reaction", "event"], name="parked_once")]


class ClockOffset(models.Model):
    """The demo clock's distance from the system clock, one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seconds = models.BigIntegerField(default=0)


class VaultEntry(models.Model):
    """One encrypted personal fact. ``blind_index`` is a keyed hash for exact look-up; nothing else reads it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_id = models.UUIDField()
    field = models.CharField(max_length=30)
    ciphertext = models.BinaryField()
    blind_index = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject_id", "field"], name="vault_one_fact")]
        indexes: ClassVar = [models.Index(fields=["blind_index"], name="vault_blind_index")]


class PersonalLook(models.Model):
    """Staff saw one kind of personal fact of some people on one page (:mod:`kiwanda.core.looks`)."""

    at = models.DateTimeField()
    user_id = models.UUIDField()
    page = models.CharField(max_length=80, help_text="the page's name, not its address")
    field = models.CharField(max_length=30)
    people = models.PositiveIntegerField()
    subjects = models.TextField(help_text="their ids, 32 hexadecimal digits each, a space between")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at"], name="look_time"),
            models.Index(fields=["user_id", "at"], name="look_user"),
        ]


class StoredFile(models.Model):
    """A content-addressed file (photo, import, plan); the bytes lie in the storage folder under their hash."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField()


class WorkerHeartbeat(models.Model):
    """A worker process that lives; the reaper frees the jobs of those that stopped beating."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    beat_at = models.DateTimeField()


class CronRun(models.Model):
    """When each timer last ran (wall clock)."""

    name = models.CharField(max_length=100, primary_key=True)
    ran_at = models.DateTimeField()


class User(AbstractUser):
    """A member of staff. Roles are groups named as :class:`kiwanda.core.actors.Role`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(max_length=40, default="Africa/Nairobi")

    class Meta:
        ordering: ClassVar = [F("username").asc()]
