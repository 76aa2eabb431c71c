from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "kiwanda.factory.quality"
    label = "quality"
    verbose_name = "Quality"
