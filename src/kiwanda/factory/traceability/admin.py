"""Break-glass views of traceability."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.traceability.models import Claim, Passport

admin.site.register(Passport, ReadOnlyAdmin)
admin.site.register(Claim, ReadOnlyAdmin)
