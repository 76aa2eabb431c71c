from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "kiwanda.factory.conversations"
    label = "conversations"
    verbose_name = "Conversations"
