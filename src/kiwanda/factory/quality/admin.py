"""Break-glass views of quality."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.quality.models import Appeal, Defect, DefectCode, Inspection, Rework

for model in (DefectCode, Inspection, Defect, Rework, Appeal):
    admin.site.register(model, ReadOnlyAdmin)
