"""The money of a payout between approval and wallet: held, then paid out or given back to what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kiwanda.factory.settlement import ledger, queries
from kiwanda.factory.settlement.models import LedgerEntry, Payout


def hold(payouts: Sequence[Payout], at: datetime, *, turn: int = 1) -> None:
    """Book the hold of each payout (with its workshop loaded); ``turn`` counts its tries from 1."""
    ledger.post_many(
        [
            ledger.Posting(
                f"payout-hold:{payout.pk}:{turn}",
                "payout_hold",
                payout.pk,
                (
                    ledger.Move(
                        ledger.payable(payout.workshop.code), ledger.CLEARING_PAYOUTS, payout.amount_minor,
                        payout.currency,
                    ),
                ),
            )
            for payout in payouts
        ],
        at,
    )


def hold_again(payout: Payout, at: datetime) -> None:
    """Book the next hold of a payout whose earlier ones were given back."""
    turns = LedgerEntry.objects.filter(subject_id=payout.pk, kind="payout_hold").count()
    hold([payout], at, turn=turns + 1)


def pay_out(payout: Payout, rail: str, at: datetime) -> None:
    """The held money left through ``rail``; a payout is paid once (its key says so)."""
    if queries.open_hold(payout) is None:
        # A late success after a proven failure: what was owed again is taken back into the hold first.
        hold_again(payout, at)
    ledger.post(
        f"payout-paid:{payout.pk}",
        "payout_paid",
        payout.pk,
        [ledger.Move(ledger.CLEARING_PAYOUTS, ledger.float_at(rail), payout.amount_minor, payout.currency)],
        at,
    )


def give_back(payout: Payout, at: datetime) -> None:
    """The payment failed: what was held is owed to the workshop again."""
    entry = queries.open_hold(payout)
    if entry is not None:
        ledger.reverse(entry, f"payout-failed:{entry.pk}", at)


def take_back(payout: Payout, rail: str, at: datetime) -> LedgerEntry:
    """What was paid came back to the float of ``rail``: it is owed to the workshop again. Once per payout."""
    return ledger.post(
        f"payout-reversed:{payout.pk}",
        "payout_reversed",
        payout.pk,
        [ledger.Move(ledger.float_at(rail), ledger.payable(payout.workshop.code), payout.amount_minor,
                     payout.currency)],
        at,
    )  # fmt: skip
