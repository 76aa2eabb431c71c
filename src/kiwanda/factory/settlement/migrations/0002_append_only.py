from django.db import migrations

from kiwanda.core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial")]

    operations = [append_only("settlement_transfer"), append_only("settlement_ledgerentry")]
