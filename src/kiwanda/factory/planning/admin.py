"""Break-glass views of planning."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.planning.models import Allocation, Peg, PlanRun, ProductionOrder, Scenario

for model in (ProductionOrder, Peg, PlanRun, Allocation, Scenario):
    admin.site.register(model, ReadOnlyAdmin)
