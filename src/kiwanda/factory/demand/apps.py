from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "kiwanda.factory.demand"
    label = "demand"
    verbose_name = "Demand"
