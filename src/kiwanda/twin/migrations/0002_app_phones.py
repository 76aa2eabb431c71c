from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("twin", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="play",
            name="phones",
            field=models.JSONField(
                default=dict, help_text="artisan id → what her phone's app remembers: token, device, …"
            ),
        ),
    ]
