from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "kiwanda.factory.planning"
    label = "planning"
    verbose_name = "Planning"
