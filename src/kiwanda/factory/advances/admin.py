"""Break-glass views of advances."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.advances.models import Advance, AdvanceTerms, Instalment, PayOff

for model in (AdvanceTerms, Advance, Instalment, PayOff):
    admin.site.register(model, ReadOnlyAdmin)
