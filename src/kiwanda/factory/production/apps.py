from django.apps import AppConfig


class ProductionConfig(AppConfig):
    name = "kiwanda.factory.production"
    label = "production"
    verbose_name = "Production"
