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
    """``reason`` is given where the wage was lowered."""

    benchmark_wage_id: UUID
    kind: str
    zone: str
    grade: str
    valid_from: date
    monthly_minor: int
    currency: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TimeStudyOpened(DomainEvent, subject="time_study"):
    time_study_id: UUID
    style_id: UUID
    operation_id: UUID
    operation_code: str
    allowance_percent: int


@dataclass(frozen=True, slots=True)
class MakerTimed(DomainEvent, subject="time_study"):
    time_study_id: UUID
    observation_id: UUID
    style_id: UUID
    operation_code: str
    workshop_id: UUID
    pieces: int
    minutes: str
    rating_percent: int


@dataclass(frozen=True, slots=True)
class ObservationSetAside(DomainEvent, subject="time_study"):
    time_study_id: UUID
    observation_id: UUID
    style_id: UUID
    operation_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class TimeStudyClosed(DomainEvent, subject="time_study"):
    time_study_id: UUID
    style_id: UUID
    operation_id: UUID
    operation_code: str
    standard_minutes: str
    makers: int


@dataclass(frozen=True, slots=True)
class TimeStudyWithdrawn(DomainEvent, subject="time_study"):
    time_study_id: UUID
    style_id: UUID
    operation_code: str


@dataclass(frozen=True, slots=True)
class RateProposed(DomainEvent, subject="piece_rate"):
    """``old_rate_minor`` is what the operation pays now."""

    piece_rate_id: UUID
    style_id: UUID
    operation_id: UUID
    operation_code: str
    old_rate_minor: int
    piece_rate_minor: int
    floor_minor: int
    currency: str
    valid_from: date
    reason: str


@dataclass(frozen=True, slots=True)
class RateReviewed(DomainEvent, subject="piece_rate"):
    piece_rate_id: UUID
    style_id: UUID
    operation_code: str
    piece_rate_minor: int
    currency: str
    approved: bool
    note: str


@dataclass(frozen=True, slots=True)
class RateWithdrawn(DomainEvent, subject="piece_rate"):
    piece_rate_id: UUID
    style_id: UUID
    operation_code: str


@dataclass(frozen=True, slots=True)
class RateReleased(DomainEvent, subject="piece_rate"):
    """The rate holds for work planned by ``tech_pack_id`` (the new revision, or the draft it was put into)."""

    piece_rate_id: UUID
    style_id: UUID
    tech_pack_id: UUID
    operation_id: UUID
    operation_code: str
    old_rate_minor: int
    piece_rate_minor: int
    floor_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class RateAppealFiled(DomainEvent, subject="rate_appeal"):
    rate_appeal_id: UUID
    style_id: UUID
    operation_id: UUID
    operation_code: str
    workshop_id: UUID
    answer_by: date


@dataclass(frozen=True, slots=True)
class RateAppealAnswered(DomainEvent, subject="rate_appeal"):
    rate_appeal_id: UUID
    style_id: UUID
    operation_id: UUID
    operation_code: str
    workshop_id: UUID
    granted: bool
    in_time: bool
