from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "kiwanda.factory.catalog"
    label = "catalog"
    verbose_name = "Catalog"
