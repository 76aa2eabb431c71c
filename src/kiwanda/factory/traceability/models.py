"""Passports: which pieces and batches have a public page, and which claims about them are proved."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kiwanda.core.ids import new_id
from kiwanda.factory.planning.models import ProductionOrder


class Passport(models.Model):
    """The public page of one batch (and of every piece in it). Withdrawing unpublishes at once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    production_order = models.OneToOneField(ProductionOrder, on_delete=models.PROTECT, related_name="passport")
    story_en = models.TextField(blank=True)
    story_sw = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="published")
    published_at = models.DateTimeField()


class Claim(models.Model):
    """One sentence a passport may show, and whether its evidence holds."""

    id = models.UUIDField(primary_key=True, default=new_id)
    passport = models.ForeignKey(Passport, on_delete=models.CASCADE, related_name="claims")
    kind = models.CharField(max_length=30, help_text="made_by, paid, above_living_wage, upcycled")
    state = models.CharField(max_length=10, default="unproved")
    figures = models.JSONField(default=dict, help_text="numbers, dates and methods the sentence is filled with")
    checked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["passport", "kind"], name="claim_once")]


class Evidence(models.Model):
    """What proves a claim: an event, a payout, a lot, a certificate, by opaque reference."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=30)
    reference = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reference=""), name="evidence_has_reference"),
        ]
