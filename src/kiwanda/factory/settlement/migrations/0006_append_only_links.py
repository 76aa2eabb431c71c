from django.db import migrations

from kiwanda.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("settlement", "0005_owed_and_ruled")]

    operations = [append_only("settlement_ledgerlink")]
