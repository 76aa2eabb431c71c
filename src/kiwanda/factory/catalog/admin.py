"""Break-glass views of the catalog."""

from django.contrib import admin

from kiwanda.core.admin import ReadOnlyAdmin
from kiwanda.factory.catalog.models import (
    BenchmarkWage,
    BillOfMaterialsLine,
    Material,
    Observation,
    Operation,
    PieceRate,
    RateAppeal,
    Style,
    Technique,
    TechPack,
    TimeStudy,
    Variant,
)

for model in (
    Technique,
    Material,
    Style,
    Variant,
    TechPack,
    BillOfMaterialsLine,
    Operation,
    BenchmarkWage,
    TimeStudy,
    Observation,
    PieceRate,
    RateAppeal,
):
    admin.site.register(model, ReadOnlyAdmin)
