"""Fair rates: time studies, benchmark wages, proposed and released rates, and what workshops say against them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models.designs import Operation


class BenchmarkWage(models.Model):
    """A dated monthly wage a piece rate is held against: statutory minimum or living wage, by zone and grade."""

    kind = models.CharField(max_length=10, help_text="statutory or living")
    zone = models.CharField(max_length=10, help_text="urban or rural")
    grade = models.CharField(max_length=20, default="general")
    valid_from = models.DateField()
    monthly_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="KES")
    source = models.CharField(max_length=200)
    set_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "zone", "grade", "valid_from"], name="benchmark_wage_once")
        ]


class TimeStudy(models.Model):
    """Several makers timed at one operation. Closed, it says the standard minutes and never changes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="time_studies")
    allowance_percent = models.PositiveSmallIntegerField(help_text="rest, personal needs, delays: 10 to 20")
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, default="open")
    standard_minutes = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    maker_count = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-opened_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(allowance_percent__range=(10, 20)), name="study_allowance_range"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(standard_minutes__gt=0, maker_count__gte=5),
                name="study_of_five_makers",
            ),
        ]


class Observation(models.Model):
    """One maker timed once: ``minutes`` for ``pieces`` good pieces. ``workshop_id`` is opaque here.

    ``rating_percent`` is the observer's judgement of the pace, 100 being the pace a practised maker keeps all day.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    time_study = models.ForeignKey(TimeStudy, on_delete=models.CASCADE, related_name="observations")
    workshop_id = models.UUIDField()
    pieces = models.PositiveIntegerField()
    minutes = models.DecimalField(max_digits=8, decimal_places=2)
    rating_percent = models.PositiveSmallIntegerField(default=100)
    observed_on = models.DateField()
    observed_by = models.UUIDField(null=True)
    set_aside_reason = models.CharField(max_length=200, blank=True, help_text="set: shown, but does not count")

    class Meta:
        ordering: ClassVar = ["observed_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pieces__gt=0, minutes__gt=0), name="observation_positive"),
            models.CheckConstraint(condition=Q(rating_percent__range=(50, 150)), name="observation_rating_range"),
        ]


class PieceRate(models.Model):
    """A rate on its way: proposed by one person, reviewed by another, released with a new revision of the tech pack.

    ``operation`` is the one it was proposed for, ``released_operation`` the one that pays it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="proposed_rates")
    released_operation = models.OneToOneField(
        Operation, null=True, on_delete=models.PROTECT, related_name="released_rate"
    )
    time_study = models.ForeignKey(TimeStudy, null=True, on_delete=models.PROTECT, related_name="rates")
    state = models.CharField(max_length=10, default="proposed")
    standard_minutes = models.DecimalField(max_digits=8, decimal_places=2)
    piece_rate_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    material_costs_minor = models.BigIntegerField(default=0)
    tools_minor = models.BigIntegerField(default=0)
    on_costs_minor = models.BigIntegerField(default=0)
    floor_minor = models.BigIntegerField(help_text="the pay floor when it was proposed, then when it was released")
    valid_from = models.DateField()
    reason = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    proposed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    review_note = models.CharField(max_length=300, blank=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-proposed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operation"], condition=Q(state__in=["proposed", "reviewed"]), name="piece_rate_one_under_way"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("proposed_by")), name="piece_rate_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["reviewed", "released"]) | Q(reviewed_by__isnull=False),
                name="piece_rate_reviewed",
            ),
            models.CheckConstraint(condition=Q(piece_rate_minor__gte=F("floor_minor")), name="piece_rate_above_floor"),
            models.CheckConstraint(
                condition=Q(material_costs_minor__gte=0, tools_minor__gte=0, on_costs_minor__gte=0),
                name="piece_rate_costs_not_negative",
            ),
        ]

    @property
    def costs_minor(self) -> int:
        return self.material_costs_minor + self.tools_minor + self.on_costs_minor


class RateAppeal(models.Model):
    """A workshop says a rate is wrong; somebody who had no part in the rate answers with reasons by ``answer_by``."""

    id = models.UUIDField(primary_key=True, default=new_id)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="rate_appeals")
    workshop_id = models.UUIDField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default="open")
    filed_at = models.DateTimeField()
    answer_by = models.DateField()
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["answer_by", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operation", "workshop_id"], condition=Q(state="open"), name="rate_appeal_one_open"
            ),
            models.CheckConstraint(condition=Q(state="open") | ~Q(answer=""), name="rate_appeal_answered_with_reasons"),
        ]
