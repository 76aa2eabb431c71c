"""Break-glass views of the catalog."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.catalog.models import (
    BenchmarkWage,
    BillOfMaterialsLine,
    Material,
    Operation,
    Style,
    Technique,
    TechPack,
    Variant,
)

for model in (Technique, Material, Style, Variant, TechPack, BillOfMaterialsLine, Operation, BenchmarkWage):
    admin.site.register(model, ReadOnlyAdmin)
