from django.db import migrations

from kiwanda.factory.catalog.rate_guard import guard


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_floors_from_the_log")]

    operations = [guard()]
