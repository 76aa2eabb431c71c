from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "kiwanda.surfaces.bench"
    label = "surface_bench"
