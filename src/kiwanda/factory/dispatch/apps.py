from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "kiwanda.factory.dispatch"
    label = "dispatch"
    verbose_name = "Dispatch"
