from django.apps import AppConfig


class UssdConfig(AppConfig):
    name = "kiwanda.surfaces.ussd"
    label = "surface_ussd"
