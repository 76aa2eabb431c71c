"""The people and places: hubs, workshops, artisans, what they can make, when they work, what they consent to.

Names, phone numbers and exact places are in the vault under the row's id; coordinates here are coarse (county town).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Technique


class County(models.Model):
    """One of Kenya's 47 counties (code as in the 2019 census)."""

    code = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=60)
    latitude = models.DecimalField(max_digits=8, decimal_places=5)
    longitude = models.DecimalField(max_digits=8, decimal_places=5)
    population = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Hub(models.Model):
    """Where workshops hand in and pieces are inspected and packed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=80)
    county = models.ForeignKey(County, on_delete=models.PROTECT)
    latitude = models.DecimalField(max_digits=8, decimal_places=5)
    longitude = models.DecimalField(max_digits=8, decimal_places=5)
    state = models.CharField(max_length=10, default="open")

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TransferTime(models.Model):
    """Whole days a consignment takes from hub to hub (0 within a hub)."""

    from_hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="transfers_out")
    to_hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="transfers_in")
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["from_hub", "to_hub"], name="transfer_time_once")]


class Calendar(models.Model):
    """A working week in minutes a day, Monday first, with or without Kenya's public holidays."""

    code = models.SlugField(max_length=30, primary_key=True)
    name_en = models.CharField(max_length=80)
    name_sw = models.CharField(max_length=80)
    weekday_minutes = models.JSONField(help_text="seven whole numbers, Monday first")
    keeps_public_holidays = models.BooleanField(default=True)


class CalendarDay(models.Model):
    """An exception in a calendar: a gazetted holiday, market day or closure."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="exceptions")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["calendar", "on"], name="calendar_day_once")]


class Workshop(models.Model):
    """An independent business that accepts work freely. ``trade_name`` names no person."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12, unique=True)
    trade_name = models.CharField(max_length=120)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="workshops")
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="workshops")
    zone = models.CharField(max_length=10, default="urban", help_text="urban or rural: which wage floor applies")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT)
    capacity_factor = models.DecimalField(
        max_digits=5, decimal_places=2, default=1, help_text="people's worth of the calendar's minutes"
    )
    target_weekly_income_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="KES")
    acceptance = models.DecimalField(max_digits=4, decimal_places=3, default="0.9")
    on_time = models.DecimalField(max_digits=4, decimal_places=3, default="0.9")
    state = models.CharField(max_length=10, default="active")
    joined_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["code"]
        indexes: ClassVar = [models.Index(fields=["state", "hub"], name="workshop_state_hub")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(capacity_factor__gt=0), name="workshop_capacity_positive"),
            models.CheckConstraint(condition=Q(acceptance__range=(0, 1)), name="workshop_acceptance_share"),
            models.CheckConstraint(condition=Q(on_time__range=(0, 1)), name="workshop_on_time_share"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.trade_name}"


class Artisan(models.Model):
    """A person in a workshop. Name and phone are in the vault; ``gender`` is asked for impact figures and optional."""

    id = models.UUIDField(primary_key=True, default=new_id)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="artisans")
    role = models.CharField(max_length=10, default="member", help_text="owner or member")
    gender = models.CharField(max_length=12, default="undisclosed")
    language = models.CharField(max_length=5, default="sw")
    channel = models.CharField(max_length=10, default="sms", help_text="how she is reached first")
    state = models.CharField(max_length=10, default="active")
    joined_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workshop"], condition=Q(role="owner", state="active"),
                                    name="workshop_one_owner")
        ]


class LoginCode(models.Model):
    """A one-time password sent to a phone. Only a keyed hash is kept."""

    artisan = models.ForeignKey(Artisan, on_delete=models.CASCADE)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class Capability(models.Model):
    """What a workshop can make: speed relative to standard (1.2 = 20 % faster), yield as a share of good pieces."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="capabilities")
    technique = models.ForeignKey(Technique, on_delete=models.PROTECT)
    speed = models.DecimalField(max_digits=5, decimal_places=3, default=1)
    yield_share = models.DecimalField(max_digits=4, decimal_places=3, default="0.97")
    grade = models.CharField(max_length=2, default="B", help_text="A master, B skilled, C learning")
    state = models.CharField(max_length=10, default="active")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workshop", "technique"], name="capability_once"),
            models.CheckConstraint(condition=Q(speed__gt=0), name="capability_speed_positive"),
            models.CheckConstraint(condition=Q(yield_share__gt=0, yield_share__lte=1), name="capability_yield_share"),
        ]


class DayOff(models.Model):
    """A day a workshop does not work: illness, a funeral, planting, a market."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="days_off")
    on = models.DateField()
    reason = models.CharField(max_length=20, default="other")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workshop", "on"], name="day_off_once")]


class Consent(models.Model):
    """One permission by one person: which field, on which channel, for what, until when (Kenya DPA 2019)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    artisan = models.ForeignKey(Artisan, on_delete=models.CASCADE, related_name="consents")
    field = models.CharField(max_length=20, help_text="name, county, story, photo")
    channel = models.CharField(max_length=20, default="passport")
    purpose = models.CharField(max_length=60)
    language = models.CharField(max_length=5, default="sw")
    granted_at = models.DateTimeField()
    expires_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["artisan", "field", "channel"], condition=Q(withdrawn_at=None), name="consent_one_live"
            )
        ]
