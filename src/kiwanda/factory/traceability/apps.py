from django.apps import AppConfig


class TraceabilityConfig(AppConfig):
    name = "kiwanda.factory.traceability"
    label = "traceability"
    verbose_name = "Traceability"
