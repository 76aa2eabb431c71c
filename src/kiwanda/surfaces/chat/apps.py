from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "kiwanda.surfaces.chat"
    label = "surface_chat"
