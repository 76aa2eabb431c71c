from django.apps import AppConfig


class RecordsSurfaceConfig(AppConfig):
    name = "kiwanda.surfaces.records"
    label = "records_pages"
