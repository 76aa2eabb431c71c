"""Break-glass views of conversations."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.conversations.models import (
    CallRequest,
    Contact,
    Delivery,
    MenuSession,
    Message,
    StaffContact,
    StaffNotice,
    Thread,
)

for model in (Thread, Message, CallRequest, Contact, Delivery, MenuSession, StaffContact, StaffNotice):
    admin.site.register(model, ReadOnlyAdmin)
