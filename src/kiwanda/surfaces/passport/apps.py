from django.apps import AppConfig


class PassportConfig(AppConfig):
    name = "kiwanda.surfaces.passport"
    label = "passport"
