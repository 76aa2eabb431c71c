"""Who was told what, by which channel, and what they answered: one thread per subject."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kiwanda.core.ids import new_id


class Thread(models.Model):
    """All messages about one thing with one workshop."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    workshop_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "workshop_id"], name="thread_once")
        ]


class Message(models.Model):
    """One message out to an artisan (``out``) or in from her (``in``).

    The body holds no personal data and no secret: what a person wrote, and a log-in code, wait sealed in the vault
    under the message's (the code's) id.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3)
    artisan_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=5)
    template = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=10, default="queued")
    provider_ref = models.CharField(max_length=80, blank=True)
    error = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, help_text="not tried again before")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="message_queue"),
            models.Index(fields=["artisan_id", "created_at"], name="message_artisan"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "provider_ref"], condition=Q(direction="in") & ~Q(provider_ref=""),
                name="message_in_once",
            )
        ]
