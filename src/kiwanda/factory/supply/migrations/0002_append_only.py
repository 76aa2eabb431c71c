from django.db import migrations

from kiwanda.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("supply", "0001_initial")]

    operations = [append_only("supply_stockmovement")]
