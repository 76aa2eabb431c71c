"""Earnings, the double-entry ledger, payouts, and what the rails say of them."""

from kiwanda.factory.settlement.models.earnings import Adjustment, Correction, Earning, KillFee
from kiwanda.factory.settlement.models.ledger import (
    Account,
    BalanceSnapshot,
    FxDeal,
    FxRate,
    LedgerEntry,
    LedgerLink,
    Transfer,
)
from kiwanda.factory.settlement.models.payouts import Payout, PayoutAttempt, PayoutBatch, PayoutReversal
from kiwanda.factory.settlement.models.rails import RailLine, RailPost, RailStatement, Resolution
from kiwanda.factory.settlement.models.rules import NumberHold, PayRules, StandingOrder

__all__ = [
    "Account",
    "Adjustment",
    "BalanceSnapshot",
    "Correction",
    "Earning",
    "FxDeal",
    "FxRate",
    "KillFee",
    "LedgerEntry",
    "LedgerLink",
    "NumberHold",
    "PayRules",
    "Payout",
    "PayoutAttempt",
    "PayoutBatch",
    "PayoutReversal",
    "RailLine",
    "RailPost",
    "RailStatement",
    "Resolution",
    "StandingOrder",
    "Transfer",
]
