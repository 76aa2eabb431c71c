"""Break-glass views of devices."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.devices.models import Device, Feed, PhoneCommand, Photo

for model in (Device, Feed, PhoneCommand, Photo):
    admin.site.register(model, ReadOnlyAdmin)
