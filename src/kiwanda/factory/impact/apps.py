from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "kiwanda.factory.impact"
    label = "impact"
    verbose_name = "Impact"
