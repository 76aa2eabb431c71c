"""Break-glass views of conversations."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.conversations.models import Message, Thread

for model in (Thread, Message):
    admin.site.register(model, ReadOnlyAdmin)
