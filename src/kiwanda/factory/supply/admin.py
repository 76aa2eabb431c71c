"""Break-glass views of supply."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.supply.models import Issue, MaterialLot, StockMovement

for model in (MaterialLot, Issue, StockMovement):
    admin.site.register(model, ReadOnlyAdmin)
