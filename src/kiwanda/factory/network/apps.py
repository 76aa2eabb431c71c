from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "kiwanda.factory.network"
    label = "network"
    verbose_name = "Network"
