"""What we hold in which currency, and what the exchanges made are worth today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from kiwanda.factory.settlement import balances, fx
from kiwanda.factory.settlement.models import FxRate

#: Gains and losses are told in the currency the makers are paid in.
HOME = "KES"


@dataclass(frozen=True, slots=True)
class Holding:
    """One currency: money in our bank account, what the exchanges gave (+) or took (−), minor units; ``rate``: the
    newest into :data:`HOME`, None where none was recorded.
    """

    currency: str
    bank_minor: int
    exchanged_minor: int
    rate: FxRate | None
    is_stale: bool

    @property
    def at_home_minor(self) -> int | None:
        """What the exchanged money of this currency is worth today, minor units of :data:`HOME`."""
        if self.currency == HOME:
            return self.exchanged_minor
        return None if self.rate is None else fx.converted(self.exchanged_minor, self.currency, HOME, self.rate.rate)


def holdings(now: datetime) -> list[Holding]:
    """Every currency we have a bank account or a position in, by code."""
    bank: dict[str, int] = defaultdict(int)
    exchanged: dict[str, int] = defaultdict(int)
    for line in balances.trial_balance():
        if line.code == f"bank:{line.currency}":
            bank[line.currency] += line.debit_minor - line.credit_minor
        elif line.code == fx.position(line.currency):
            # What the position was credited with came into our account.
            exchanged[line.currency] += line.credit_minor - line.debit_minor
    found = []
    for currency in sorted(bank.keys() | exchanged.keys()):
        rate = None
        if currency != HOME:
            rate = FxRate.objects.filter(base=currency, quote=HOME, quoted_at__lte=now).order_by("-quoted_at").first()
        stale = rate is not None and now - rate.quoted_at > fx.STALE_AFTER
        found.append(Holding(currency, bank[currency], exchanged[currency], rate, stale))
    return found


def gain_minor(rows: list[Holding]) -> int | None:
    """Gain (+) or loss (−) of all exchanges at the newest rates, minor units of :data:`HOME`; None where a rate that is
    needed is missing.
    """
    values = [row.at_home_minor for row in rows if row.exchanged_minor]
    return None if None in values else sum(value for value in values if value is not None)
