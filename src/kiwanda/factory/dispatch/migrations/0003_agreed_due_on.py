"""The agreed due day stays beside the one that counts, which moves when parts or material come late."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.models import F, Q


def as_agreed(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Until now no due day ever moved."""
    apps.get_model("dispatch", "WorkOrder").objects.update(agreed_due_on=F("due_on"))


class Migration(migrations.Migration):
    # PostgreSQL does not change a table whose rows were written in the same transaction.
    atomic = False

    dependencies: ClassVar = [("dispatch", "0002_reassignment")]

    operations: ClassVar = [
        migrations.AddField("workorder", "agreed_due_on", models.DateField(null=True)),
        migrations.RunPython(as_agreed, migrations.RunPython.noop),
        migrations.AlterField(
            "workorder",
            "agreed_due_on",
            models.DateField(help_text="as agreed when the work was accepted; never changes"),
        ),
        migrations.AlterField(
            "workorder",
            "due_on",
            models.DateField(help_text="the day that counts: moved when parts or material come late"),
        ),
        migrations.AddField(
            "workorder",
            "due_reason",
            models.CharField(
                blank=True, default="", help_text="why it was last moved: a code of DUE_REASONS", max_length=20
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "workorder",
            models.CheckConstraint(condition=Q(due_on__gte=F("agreed_due_on")), name="work_order_due_not_sooner"),
        ),
    ]
