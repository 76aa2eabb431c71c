"""The chart of accounts: what the first word of an account's code says about it.

A code is ``<prefix>:<rest>``, for example ``payable:WS-0012``, ``float:daraja`` or ``bank:USD``. Accounts are made when
they are first named, in the currency of that first posting; one code never changes its currency.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefix:
    """``name`` has a place for the rest of the code; ``kind`` is asset, liability, income, expense or equity.

    ``owned``: the rest is a workshop's code. Such accounts keep their balance and may never fall below 0.
    """

    name: str
    kind: str
    owned: bool = False


#: Kinds whose balance is credits minus debits; for the others it is debits minus credits.
CREDIT_NORMAL = frozenset({"liability", "income", "equity"})

PREFIXES = {
    # What workshops are owed, and what they owe: advances, and pay that was taken back with their consent.
    "payable": Prefix("Owed to {}", "liability", owned=True),
    "recover": Prefix("To be taken back from {}", "asset", owned=True),
    "advance": Prefix("Advanced to {}", "asset", owned=True),
    # Money: in banks, at the rails, and on its way.
    "bank": Prefix("Bank account {}", "asset"),
    "float": Prefix("Float at {}", "asset"),
    "clearing": Prefix("On the way: {}", "liability"),
    "suspense": Prefix("Not explained: {}", "liability"),
    "fx": Prefix("Position in {}", "equity"),
    "equity": Prefix("Own funds: {}", "equity"),
    "lender": Prefix("Owed to lender {}", "liability"),
    # The business: brands owe us, we sell, use material, and bear costs.
    "receivable": Prefix("Owed by {}", "asset"),
    "prepaid": Prefix("Paid ahead by {}", "liability"),
    "material": Prefix("Material at {}", "asset"),
    "supplier": Prefix("Owed to supplier {}", "liability"),
    "sales": Prefix("Sales of {}", "income"),
    "income": Prefix("Income from {}", "income"),
    "cost": Prefix("Cost of {}", "expense"),
}

#: Beancount's five roots, by kind.
ROOTS = {
    "asset": "Assets", "liability": "Liabilities", "income": "Income", "expense": "Expenses", "equity": "Equity",
}  # fmt: skip


def prefix_of(code: str) -> Prefix:
    """What the code's first word says; :class:`ValueError` for a code outside the chart."""
    word, colon, rest = code.partition(":")
    if not colon or not rest or word not in PREFIXES:
        raise ValueError(f"{code!r} is not in the chart of accounts; begin with one of {', '.join(PREFIXES)}.")
    return PREFIXES[word]
