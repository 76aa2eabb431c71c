from django.apps import AppConfig


class LogisticsConfig(AppConfig):
    name = "kiwanda.factory.logistics"
    label = "logistics"
    verbose_name = "Logistics"
