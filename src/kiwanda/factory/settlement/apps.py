from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "kiwanda.factory.settlement"
    label = "settlement"
    verbose_name = "Settlement"
