"""Break-glass views of production."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.production.models import ComponentIssue, HandIn, ProgressReport

admin.site.register(ProgressReport, ReadOnlyAdmin)
admin.site.register(HandIn, ReadOnlyAdmin)
admin.site.register(ComponentIssue, ReadOnlyAdmin)
