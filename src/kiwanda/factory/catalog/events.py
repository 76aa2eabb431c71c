"""What the catalog tells. Things named by a code have an id derived from it, so that the log can hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class TechniqueCreated(DomainEvent, subject="technique"):
    technique_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class MaterialCreated(DomainEvent, subject="material"):
    material_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class StyleCreated(DomainEvent, subject="style"):
    style_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class VariantAdded(DomainEvent, subject="style"):
    style_id: UUID
    variant_id: UUID
    sku: str
    gtin: str


@dataclass(frozen=True, slots=True)
class TechPackDrafted(DomainEvent, subject="style"):
    style_id: UUID
    tech_pack_id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class TechPackReleased(DomainEvent, subject="style"):
    """``superseded_id`` is the revision it replaces; ``floors_minor`` the pay floor each operation was held against."""

    style_id: UUID
    tech_pack_id: UUID
    revision: int
    superseded_id: UUID | None
    floors_minor: dict[str, int]


@dataclass(frozen=True, slots=True)
class BenchmarkWageSet(DomainEvent, subject="benchmark_wage"):
    benchmark_wage_id: UUID
    kind: str
    zone: str
    grade: str
    valid_from: date
    monthly_minor: int
    currency: str
