from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "kiwanda.factory.records"
    label = "records"
    verbose_name = "Records"
