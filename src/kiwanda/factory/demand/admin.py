"""Break-glass views of demand."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.demand.models import ImportRun, OrderLine, Promise, SalesChannel, SalesOrder, SkuMapping

for model in (SalesChannel, SalesOrder, OrderLine, Promise, SkuMapping, ImportRun):
    admin.site.register(model, ReadOnlyAdmin)
