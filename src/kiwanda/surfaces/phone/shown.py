"""What the artisan's pages show of offers and work, computed once per row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import translation

from kiwanda.core.clock import local_date
from kiwanda.core.money import format_money
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.planning.explaining import Said, sentence


def in_language(english: str, swahili: str) -> str:
    """The Swahili wording for Swahili readers where there is one."""
    return swahili if (translation.get_language() or "").startswith("sw") and swahili else english


def reason_choices(reasons: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """``[(code, label in the reader's language)]``."""
    return [(code, in_language(*labels)) for code, labels in reasons.items()]


def hourly_minor(operation: Operation, piece_rate_minor: int) -> int:
    """What the rate pays for an hour at standard speed, minor units."""
    return int(Decimal(piece_rate_minor) * 60 / operation.standard_minutes)


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer with the sums an artisan decides by."""

    offer: Offer
    now: datetime

    @property
    def title(self) -> str:
        style = self.offer.production_order.variant.style
        return in_language(style.name_en, style.name_sw)

    @property
    def operation(self) -> str:
        return in_language(self.offer.operation.name_en, self.offer.operation.name_sw)

    @property
    def picture(self) -> str:
        variant = self.offer.production_order.variant
        return variant.picture or variant.style.picture

    @property
    def pay(self) -> str:
        return format_money(self.offer.pay_minor, self.offer.currency)

    @property
    def pay_per_piece(self) -> str:
        return format_money(self.offer.piece_rate_minor, self.offer.currency)

    @property
    def pay_per_hour(self) -> str:
        return format_money(
            hourly_minor(self.offer.operation, self.offer.piece_rate_minor) // 100 * 100, self.offer.currency
        )

    @property
    def hours(self) -> Decimal:
        """Working hours at standard speed."""
        return (self.offer.quantity * self.offer.operation.standard_minutes / 60).quantize(Decimal("0.1"))

    @property
    def hours_left(self) -> int:
        """Whole hours until the offer expires."""
        return max(0, int((self.offer.expires_at - self.now).total_seconds() // 3600))

    @property
    def waits_for_answer(self) -> bool:
        return self.offer.state == "countered"

    @property
    def why(self) -> list[str]:
        """Why this work comes to her, in sentences; empty where nothing was noted."""
        language = translation.get_language() or "sw"
        return [sentence(Said(code, facts), language) for code, facts in self.offer.why]


@dataclass(frozen=True, slots=True)
class WorkCard:
    """A work order and what is to be done next."""

    order: WorkOrder
    now: datetime

    @property
    def title(self) -> str:
        style = self.order.production_order.variant.style
        return in_language(style.name_en, style.name_sw)

    @property
    def operation(self) -> str:
        return in_language(self.order.operation.name_en, self.order.operation.name_sw)

    @property
    def picture(self) -> str:
        variant = self.order.production_order.variant
        return variant.picture or variant.style.picture

    @property
    def days_left(self) -> int:
        return (self.order.due_on - local_date(self.now)).days

    @property
    def is_late(self) -> bool:
        return self.days_left < 0 and self.order.state in ("accepted", "in_progress")

    @property
    def to_hand_in(self) -> int:
        """Made and not handed in yet."""
        return self.order.made_quantity - self.order.handed_in_quantity

    @property
    def percent(self) -> int:
        return round(100 * self.order.made_quantity / self.order.quantity)

    @property
    def pay(self) -> str:
        return format_money(self.order.quantity * self.order.piece_rate_minor, self.order.currency)

    @property
    def earned(self) -> str:
        return format_money(self.order.accepted_quantity * self.order.piece_rate_minor, self.order.currency)
