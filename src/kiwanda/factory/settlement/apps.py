from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SettlementConfig(AppConfig):
    name = "kiwanda.factory.settlement"
    label = "settlement"
    verbose_name = "Settlement"

    def ready(self) -> None:
        from kiwanda.factory.settlement import ledger

        # Migrating and flushing replace the tables under the process.
        post_migrate.connect(lambda **_: ledger.forget_accounts(), sender=self, weak=False)
