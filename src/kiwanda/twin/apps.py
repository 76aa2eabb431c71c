from django.apps import AppConfig


class TwinConfig(AppConfig):
    name = "kiwanda.twin"
    label = "twin"
    verbose_name = "Digital twin"
