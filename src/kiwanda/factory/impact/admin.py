"""Break-glass views of impact."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.impact.models import Survey, SurveyAnswer

for model in (Survey, SurveyAnswer):
    admin.site.register(model, ReadOnlyAdmin)
