"""What settlement holds about a person. What is paid and booked is given to the workshop's owner: it is hers."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held, kept_out
from kiwanda.factory.settlement.models import (
    Account,
    Adjustment,
    BalanceSnapshot,
    Correction,
    Earning,
    FxDeal,
    FxRate,
    KillFee,
    LedgerEntry,
    LedgerLink,
    NumberHold,
    Payout,
    PayoutAttempt,
    PayoutBatch,
    PayoutReversal,
    PayRules,
    RailLine,
    RailPost,
    RailStatement,
    Resolution,
    StandingOrder,
    Transfer,
)

held(Earning, _("Earned"), ("earned_at", "work_order__code", "quantity", "piece_rate_minor", "amount_minor"),
     workshop="workshop_id", owners=True)  # fmt: skip
held(Payout, _("Payouts"), ("created_at", "code", "amount_minor", "state", "receipt_ref", "paid_at"),
     person="payee_id", secret=("payee_mark",))  # fmt: skip
held(PayoutAttempt, _("Attempts to pay"), ("recorded_at", "payout__code", "payee_masked", "state", "message"),
     person="payout__payee_id", secret=("payee_mark",))  # fmt: skip
held(PayoutReversal, _("Payouts taken back"), ("proposed_at", "payout__code", "state", "note"),
     person="payout__payee_id")  # fmt: skip
held(RailPost, _("Answers of the mobile-money provider"), ("received_at", "rail", "outcome"),
     person="attempt__payout__payee_id", sealed=("rail_post",))  # fmt: skip
held(Adjustment, _("Additions and deductions"), ("made_at", "kind", "amount_minor", "reason"),
     workshop="workshop_id", owners=True)  # fmt: skip
held(Correction, _("Corrections of earnings"), ("proposed_at", "quantity", "amount_minor", "reason", "state"),
     workshop="workshop_id", owners=True)  # fmt: skip
held(KillFee, _("Pay for work called off"), ("made_at", "work_order__code", "amount_minor", "reason"),
     workshop="work_order__workshop_id", owners=True)  # fmt: skip
held(NumberHold, _("Changes of the number that is paid to"), ("changed_at", "state", "until", "note"),
     person="artisan_id")  # fmt: skip
held(Account, _("Accounts in the books"), ("code", "balance_minor", "currency"), workshop="owner_id", owners=True)
kept_out(
    "The books of all; each line about her stands in the earning, payout, deduction or advance it books.",
    LedgerEntry,
    LedgerLink,
    Transfer,
    BalanceSnapshot,
)
kept_out(
    "The provider's statement and what finance made of it; her line is the receipt of her payout.",
    RailLine,
    RailStatement,
    Resolution,
)
kept_out("Names only members of staff who proposed and approved.", PayoutBatch, PayRules, StandingOrder, FxDeal, FxRate)
