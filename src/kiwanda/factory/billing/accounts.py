"""The ledger's accounts of the brand side. A code stands for one currency, so the currency is part of it."""

from __future__ import annotations

#: Kinds of shipment costs; each is a cost account and a supplier owed.
COST_KINDS = ("freight", "customs", "packing", "insurance")


def receivable(channel: str, currency: str) -> str:
    """What a buyer owes us. Channels name businesses, never people."""
    return f"receivable:{channel}-{currency}"


def sales(channel: str, currency: str) -> str:
    return f"sales:{channel}-{currency}"


def bank(currency: str) -> str:
    return f"bank:{currency}"


def suspense(currency: str) -> str:
    """Money from brands that no invoice explains yet."""
    return f"suspense:brands-{currency}"


def bad_debt(currency: str) -> str:
    return f"cost:unpaid-invoices-{currency}"


def cost(kind: str, currency: str) -> str:
    return f"cost:{kind}-{currency}"


def carrier(kind: str, currency: str) -> str:
    return f"supplier:{kind}-{currency}"
