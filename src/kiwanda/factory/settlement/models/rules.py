"""Who may be paid, how much, and whether anything may leave at all."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.network.models import Workshop


class PayRules(models.Model):
    """The limits of paying and its switch; one row. Limits are minor units of the rail's currency, None: no limit.

    ``sending`` False stops every payment that has not left. ``frozen_at`` says that the database is older than what the
    house had sent (a restored backup): it may be switched on again only after reconciling. ``marked``: the marker file
    outside the database has been written once and must be there from then on.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    house = models.UUIDField(default=new_id, help_text="tells this database's marker file from another's")
    sending = models.BooleanField(default=True)
    stopped_reason = models.CharField(max_length=200, blank=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.UUIDField(null=True)
    frozen_at = models.DateTimeField(null=True)
    marked = models.BooleanField(default=False)
    payout_limit_minor = models.BigIntegerField(null=True)
    batch_limit_minor = models.BigIntegerField(null=True)
    day_limit_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="pay_rules_one_row"),
            models.CheckConstraint(
                condition=(Q(payout_limit_minor__isnull=True) | Q(payout_limit_minor__gt=0))
                & (Q(batch_limit_minor__isnull=True) | Q(batch_limit_minor__gt=0))
                & (Q(day_limit_minor__isnull=True) | Q(day_limit_minor__gt=0)),
                name="pay_rules_positive",
            ),
        ]


class NumberHold(models.Model):
    """A payee's number changed: nothing is paid to her before ``until`` and before a second person confirmed it.

    ``state``: held → confirmed, or refused (then somebody has to put the number right, which begins a new hold).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    artisan_id = models.UUIDField()
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="number_holds")
    state = models.CharField(max_length=10, default="held")
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField(null=True)
    until = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-changed_at"]
        indexes: ClassVar = [models.Index(fields=["artisan_id", "state"], name="number_hold_artisan")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["artisan_id"], condition=Q(state="held"), name="number_hold_one"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(changed_by__isnull=True) | ~Q(decided_by=F("changed_by")),
                name="number_hold_two_people",
            ),
        ]


class StandingOrder(models.Model):
    """Two people agreed that accepted pieces are paid at once, up to limits; ended by either of them.

    ``state``: proposed → active → ended (proposed → ended where nobody agreed).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    state = models.CharField(max_length=10, default="proposed")
    payout_limit_minor = models.BigIntegerField()
    day_limit_minor = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    proposed_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-proposed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="standing_order_one"),
            models.CheckConstraint(
                condition=~Q(state="active") | (Q(approved_by__isnull=False) & ~Q(approved_by=F("proposed_by"))),
                name="standing_order_two_people",
            ),
            models.CheckConstraint(
                condition=Q(payout_limit_minor__gt=0, day_limit_minor__gt=0), name="standing_order_positive"
            ),
        ]
