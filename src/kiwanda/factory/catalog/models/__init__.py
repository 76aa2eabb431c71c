"""The catalog's tables: designs and how they are made, and the rates they are paid at."""

from kiwanda.factory.catalog.models.designs import (
    BillOfMaterialsLine,
    Material,
    Operation,
    Style,
    Technique,
    TechPack,
    Variant,
)
from kiwanda.factory.catalog.models.rates import BenchmarkWage, Observation, PieceRate, RateAppeal, TimeStudy

__all__ = [
    "BenchmarkWage",
    "BillOfMaterialsLine",
    "Material",
    "Observation",
    "Operation",
    "PieceRate",
    "RateAppeal",
    "Style",
    "TechPack",
    "Technique",
    "TimeStudy",
    "Variant",
]
