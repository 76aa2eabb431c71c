from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="PersonalLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("user_id", models.UUIDField()),
                ("page", models.CharField(help_text="the page's name, not its address", max_length=80)),
                ("field", models.CharField(max_length=30)),
                ("people", models.PositiveIntegerField()),
                (
                    "subjects",
                    models.TextField(help_text="their ids, 32 hexadecimal digits each, a space between"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="look_time"),
                    models.Index(fields=["user_id", "at"], name="look_user"),
                ],
            },
        ),
    ]
