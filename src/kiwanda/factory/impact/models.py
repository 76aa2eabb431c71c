"""Surveys of what the work does for people; figures are published with n and confidence intervals only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kiwanda.core.ids import new_id
from kiwanda.factory.network.models import Workshop


class Survey(models.Model):
    """One round of questions. ``arm`` of an answer tells partners from the comparison group."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=80, unique=True)
    taken_on = models.DateField()
    method = models.TextField()


class SurveyAnswer(models.Model):
    """Monthly net income and hours of one respondent, pseudonymous; ``workshop`` null for the comparison group."""

    id = models.UUIDField(primary_key=True, default=new_id)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="answers")
    workshop = models.ForeignKey(Workshop, null=True, on_delete=models.PROTECT)
    arm = models.CharField(max_length=12, help_text="partner or comparison")
    gender = models.CharField(max_length=12, default="undisclosed")
    monthly_income_minor = models.BigIntegerField()
    hours_month = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3, default="KES")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(monthly_income_minor__gte=0), name="answer_income_positive"),
            models.CheckConstraint(condition=models.Q(hours_month__range=(1, 500)), name="answer_hours_range"),
        ]
