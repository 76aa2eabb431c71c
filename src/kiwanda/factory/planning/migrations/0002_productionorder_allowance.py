
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='productionorder',
            name='allowance',
            field=models.PositiveIntegerField(default=0, help_text='pieces made beyond that for expected rejects'),
        ),
    ]
