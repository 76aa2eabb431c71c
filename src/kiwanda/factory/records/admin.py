"""Break-glass views of records."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.records.models import IssuedRecord, SigningKey

for model in (SigningKey, IssuedRecord):
    admin.site.register(model, ReadOnlyAdmin)
