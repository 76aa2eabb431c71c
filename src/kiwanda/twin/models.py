"""What the twin must remember between days: under which seed it plays, how far it has played, what hands have done.

Nothing of the factory is here. A production factory has no row in these tables.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Play(models.Model):
    """The one play of this database (``pk`` is always 1)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seed = models.PositiveIntegerField()
    workshops = models.PositiveIntegerField()
    order_share = models.FloatField(default=1.0, help_text="part of the source's invoices that arrive")
    built_on = models.DateField(help_text="the day the demo was built as today; order dates hang on it")
    played_until = models.DateTimeField(help_text="factory time up to which everything has happened")
    is_live = models.BooleanField(default=False, help_text="the worker plays on as the clock goes")
    hands = models.JSONField(default=dict, help_text="work order id → pieces made so far, written down or not")
    tally = models.JSONField(default=dict, help_text="commands given and refused, by name")
    phones = models.JSONField(default=dict, help_text="artisan id → what her phone's app remembers: token, device, …")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="play_only_one")]
