"""What settlement tells: what workshops are owed, batches, each payout's way to a wallet, rules and reconciling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class EarningBooked(DomainEvent, subject="earning"):
    """Accepted pieces earned, in the transaction of their verdict. Inline readers may take something off
    (:func:`kiwanda.factory.settlement.adjustments.deduct`).
    """

    earning_id: UUID
    work_order_id: UUID
    workshop_id: UUID
    quantity: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayAdjusted(DomainEvent, subject="adjustment"):
    """A workshop is owed more (``amount_minor`` > 0) or less beside its earnings."""

    adjustment_id: UUID
    workshop_id: UUID
    kind: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class WorkCalledOff(DomainEvent, subject="work_order"):
    """Accepted work was called off; what was done of it is paid."""

    work_order_id: UUID
    workshop_id: UUID
    quantity: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class CorrectionProposed(DomainEvent, subject="correction"):
    """Pieces that earned are said to be faulty. ``after_pay``: the workshop is asked for its consent."""

    correction_id: UUID
    workshop_id: UUID
    work_order_id: UUID
    quantity: int
    amount_minor: int
    currency: str
    after_pay: bool


@dataclass(frozen=True, slots=True)
class CorrectionDecided(DomainEvent, subject="correction"):
    """``state``: booked, agreed, refused, written_off or withdrawn."""

    correction_id: UUID
    workshop_id: UUID
    amount_minor: int
    currency: str
    state: str


@dataclass(frozen=True, slots=True)
class PayoutBatchCreated(DomainEvent, subject="payout_batch"):
    """``waiting_count`` workshops earned too little for a payment or have no payee; their earnings stay payable."""

    payout_batch_id: UUID
    payout_count: int
    total_minor: int
    currency: str
    up_to: datetime
    waiting_count: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class PayoutBatchApproved(DomainEvent, subject="payout_batch"):
    payout_batch_id: UUID
    payout_count: int
    total_minor: int
    currency: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class PayoutBatchCancelled(DomainEvent, subject="payout_batch"):
    payout_batch_id: UUID


@dataclass(frozen=True, slots=True)
class PayoutBatchDone(DomainEvent, subject="payout_batch"):
    """Nothing of the batch is open any more: its payouts arrived, or their money is owed again."""

    payout_batch_id: UUID


@dataclass(frozen=True, slots=True)
class RailStatementImported(DomainEvent, subject="rail_statement"):
    """A rail's own statement was brought in; its fees are booked."""

    rail_statement_id: UUID
    rail: str
    lines: int
    new_lines: int
    fees_minor: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class PayoutAttempted(DomainEvent, subject="payout"):
    """An attempt is on record; the rail is asked next."""

    payout_id: UUID
    attempt_id: UUID
    workshop_id: UUID
    rail: str


@dataclass(frozen=True, slots=True)
class PayoutPaid(DomainEvent, subject="payout"):
    payout_id: UUID
    attempt_id: UUID | None
    workshop_id: UUID
    payee_id: UUID
    amount_minor: int
    currency: str
    receipt_ref: str


@dataclass(frozen=True, slots=True)
class PayoutFailed(DomainEvent, subject="payout"):
    """Proven not paid; the money is payable to the workshop again."""

    payout_id: UUID
    attempt_id: UUID | None
    workshop_id: UUID
    amount_minor: int
    currency: str
    code: str


@dataclass(frozen=True, slots=True)
class PayoutStuck(DomainEvent, subject="payout"):
    """Nobody knows yet whether this payout arrived (``unknown``), or people must look (``review``)."""

    payout_id: UUID
    attempt_id: UUID | None
    workshop_id: UUID
    amount_minor: int
    currency: str
    state: str
    code: str


@dataclass(frozen=True, slots=True)
class PayoutConflict(DomainEvent, subject="payout"):
    """The rail contradicts what was settled before (a late success, another receipt). Nothing is undone by it."""

    payout_id: UUID
    attempt_id: UUID
    workshop_id: UUID
    known: str
    told: str
    receipt_ref: str


@dataclass(frozen=True, slots=True)
class PayoutRetried(DomainEvent, subject="payout"):
    payout_id: UUID
    workshop_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayoutReleased(DomainEvent, subject="payout"):
    """A failed payout is given up; its money goes into the next batch."""

    payout_id: UUID
    workshop_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayoutReversalProposed(DomainEvent, subject="payout"):
    """Somebody says that the rail took a payment back; a second person looks."""

    payout_id: UUID
    reversal_id: UUID
    workshop_id: UUID
    receipt_ref: str


@dataclass(frozen=True, slots=True)
class PayoutReversalRefused(DomainEvent, subject="payout"):
    payout_id: UUID
    reversal_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class PayoutReversed(DomainEvent, subject="payout"):
    """The rail took the payment back, by its statement or by two people's word; the money is owed again."""

    payout_id: UUID
    reversal_id: UUID
    workshop_id: UUID
    amount_minor: int
    currency: str
    receipt_ref: str


@dataclass(frozen=True, slots=True)
class PaySwitched(DomainEvent, subject="pay_rules"):
    """Sending was stopped (``sending`` False) or goes on. ``frozen``: the database is older than what was sent."""

    pay_rules_id: UUID
    sending: bool
    frozen: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PayLimitsSet(DomainEvent, subject="pay_rules"):
    pay_rules_id: UUID
    payout_limit_minor: int | None
    batch_limit_minor: int | None
    day_limit_minor: int | None


@dataclass(frozen=True, slots=True)
class NumberHeld(DomainEvent, subject="number_hold"):
    """A payee's number changed; nothing is paid to it before ``until`` and a second person's word."""

    number_hold_id: UUID
    artisan_id: UUID
    workshop_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class NumberDecided(DomainEvent, subject="number_hold"):
    number_hold_id: UUID
    artisan_id: UUID
    workshop_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class StandingOrderChanged(DomainEvent, subject="standing_order"):
    """Paying at once on acceptance was ``proposed``, is ``active``, or ``ended``."""

    standing_order_id: UUID
    state: str
    payout_limit_minor: int
    day_limit_minor: int


@dataclass(frozen=True, slots=True)
class DifferenceSettled(DomainEvent, subject="resolution"):
    """People settled a difference between the books and a rail's statement."""

    resolution_id: UUID
    rail: str
    kind: str
    action: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class FxRateRecorded(DomainEvent, subject="fx_rate"):
    fx_rate_id: UUID
    base: str
    quote: str
    rate: str
    source: str


@dataclass(frozen=True, slots=True)
class OwnFundsReceived(DomainEvent, subject="own_funds"):
    own_funds_id: UUID
    amount_minor: int
    currency: str
    receipt_ref: str


@dataclass(frozen=True, slots=True)
class MoneyExchanged(DomainEvent, subject="fx_deal"):
    fx_deal_id: UUID
    sold_minor: int
    sold_currency: str
    bought_minor: int
    bought_currency: str
