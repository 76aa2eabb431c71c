from django.apps import AppConfig


class SurfacesConfig(AppConfig):
    name = "kiwanda.surfaces"
    label = "surfaces"
