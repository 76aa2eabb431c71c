from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "kiwanda.factory.devices"
    label = "devices"
    verbose_name = "Devices"
