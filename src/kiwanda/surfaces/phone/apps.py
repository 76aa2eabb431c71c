from django.apps import AppConfig


class PhoneConfig(AppConfig):
    name = "kiwanda.surfaces.phone"
    label = "phone"
