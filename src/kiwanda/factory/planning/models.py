"""What the engine plans for and what it proposed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Operation, TechPack, Variant
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.network.models import Workshop


class ProductionOrder(models.Model):
    """A quantity of one variant to be made by one revision, for one or several order lines (its pegs).

    The pegs of a live production order sum to its quantity, or to less where a line was cancelled while its pieces were
    being made: the next release gives those pieces to other lines.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12, unique=True)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT)
    tech_pack = models.ForeignKey(TechPack, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField()
    allowance = models.PositiveIntegerField(default=0, help_text="pieces made beyond that for expected rejects")
    release_on = models.DateField()
    due_on = models.DateField()
    weight = models.DecimalField(max_digits=8, decimal_places=2, default=1)
    forecast_on = models.DateField(null=True, help_text="last finish in the published plan; null: none or undone")
    state = models.CharField(max_length=12, default="open")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["due_on", "code"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="production_order_open")]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="production_order_positive")]

    def __str__(self) -> str:
        return self.code


class Peg(models.Model):
    """So many pieces of a production order are for this order line."""

    production_order = models.ForeignKey(ProductionOrder, on_delete=models.PROTECT, related_name="pegs")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="pegs")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["production_order", "line"], name="peg_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="peg_positive"),
        ]


class PlanRun(models.Model):
    """One run of the engine: the question asked, the proposal stored, whether it was published.

    ``objective`` and ``bound`` are the engine's own figures; ``summary`` holds load against capacity per technique and
    week and the differences against the plan published before.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=12, default="queued")
    reason = models.CharField(max_length=120, blank=True)
    start_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField(default=0)
    budget_seconds = models.DecimalField(max_digits=6, decimal_places=1, default=2)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    problem_sha256 = models.CharField(max_length=64, blank=True)
    plan_sha256 = models.CharField(max_length=64, blank=True, help_text="the engine's answer, as a stored file")
    objective = models.JSONField(default=dict)
    bound = models.JSONField(default=dict)
    order_results = models.JSONField(default=list, help_text="per production order: finish_on, tardiness, undone")
    summary = models.JSONField(default=dict)
    requested_at = models.DateTimeField()
    requested_by = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="published"), name="plan_run_one_published")
        ]


class Allocation(models.Model):
    """A lot of the plan: this workshop makes so many good pieces of this operation between these days."""

    id = models.UUIDField(primary_key=True, default=new_id)
    plan_run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="allocations")
    production_order = models.ForeignKey(ProductionOrder, on_delete=models.PROTECT, related_name="allocations")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="allocations")
    quantity = models.PositiveIntegerField()
    start_on = models.DateField()
    finish_on = models.DateField()
    minutes = models.DecimalField(max_digits=10, decimal_places=1)
    state = models.CharField(max_length=12, default="proposed")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["plan_run", "state", "start_on"], name="allocation_wave"),
            models.Index(fields=["workshop", "start_on"], name="allocation_workshop"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="allocation_positive"),
            models.CheckConstraint(condition=Q(finish_on__gte=models.F("start_on")), name="allocation_days_ordered"),
        ]


class Scenario(models.Model):
    """A what-if: changes to the factory as it is, planned beside the plan in force and never in its place.

    It has no allocations and no way to be published. ``changes`` are what a person asked (see
    :mod:`kiwanda.factory.planning.scenario_changes`); ``base`` and ``result`` hold, for the factory without and with
    them, what a plan run holds: files of problem and plan, objective, bound, the orders' fate.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=12, default="draft")
    changes = models.JSONField(default=list)
    days = models.PositiveSmallIntegerField(default=56)
    seed = models.PositiveIntegerField(default=0)
    budget_seconds = models.DecimalField(
        max_digits=6, decimal_places=1, null=True, help_text="for each of the two plans; null: a fixed amount of work"
    )
    start_on = models.DateField(null=True)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    headline = models.JSONField(default=dict)
    base = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    requested_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return self.name
