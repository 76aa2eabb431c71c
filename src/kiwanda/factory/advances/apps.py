from django.apps import AppConfig


class AdvancesConfig(AppConfig):
    name = "kiwanda.factory.advances"
    label = "advances"
    verbose_name = "Advances"
