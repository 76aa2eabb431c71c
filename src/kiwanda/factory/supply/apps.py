from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "kiwanda.factory.supply"
    label = "supply"
    verbose_name = "Supply"
