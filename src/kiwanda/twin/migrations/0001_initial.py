from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Play",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seed", models.PositiveIntegerField()),
                ("workshops", models.PositiveIntegerField()),
                ("order_share",
                 models.FloatField(default=1.0, help_text="part of the source's invoices that arrive")),
                ("built_on", models.DateField(
                    help_text="the day the demo was built as today; order dates hang on it")),
                ("played_until", models.DateTimeField(
                    help_text="factory time up to which everything has happened")),
                ("is_live", models.BooleanField(default=False, help_text="the worker plays on as the clock goes")),
                ("hands", models.JSONField(
                    default=dict, help_text="work order id → pieces made so far, written down or not")),
                ("tally", models.JSONField(default=dict, help_text="commands given and refused, by name")),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="play_only_one")],
            },
        ),
    ]
