"""Break-glass views of dispatch."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.dispatch.models import Offer, OfferedLot, WorkOrder

for model in (Offer, OfferedLot, WorkOrder):
    admin.site.register(model, ReadOnlyAdmin)
