"""What impact tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class SurveyRecorded(DomainEvent, subject="survey"):
    survey_id: UUID
    taken_on: date
    partners: int
    comparisons: int
