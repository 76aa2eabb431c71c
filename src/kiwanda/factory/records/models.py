"""Signed histories an artisan takes away, and the house's keys they are signed with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kiwanda.core.ids import new_id


class SigningKey(models.Model):
    """A key pair on P-256. ``kid`` names it in what it signed; the private half lies in the vault under the row's id.

    One key signs. Retired ones go on being published, so that what they signed can be verified for ever.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kid = models.CharField(max_length=43, unique=True, help_text="RFC 7638 thumbprint")
    public_jwk = models.JSONField()
    state = models.CharField(max_length=10, default="active")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="signing_key_one_active")
        ]


class IssuedRecord(models.Model):
    """A history one artisan took away: which facts, signed by which key. The signed text lies in the vault."""

    id = models.UUIDField(primary_key=True, default=new_id)
    artisan_id = models.UUIDField()
    workshop_id = models.UUIDField()
    fields = models.JSONField(help_text="names of the facts she chose")
    language = models.CharField(max_length=5)
    kid = models.CharField(max_length=43)
    issued_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        indexes: ClassVar = [models.Index(fields=["artisan_id", "issued_at"], name="issued_record_artisan")]
