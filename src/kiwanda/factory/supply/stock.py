"""Changing a lot's stock: the only place that does, always together with its movement.

Amounts are computed here as exact decimals and written by compare-and-swap; SQLite would add them as floats.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.supply.models import Issue, MaterialLot, StockMovement

#: Stock is kept to the thousandth of a unit.
STEP = Decimal("0.001")


def needed(quantity_per_piece: Decimal, pieces: int) -> Decimal:
    """Material for so many pieces, rounded up to what stock can hold."""
    return (quantity_per_piece * pieces).quantize(STEP, rounding=ROUND_CEILING)


def change(lot: MaterialLot, by: Decimal) -> None:
    """Change the (locked) lot's stock; the caller writes the movement for it."""
    after = lot.remaining + by
    if MaterialLot.objects.filter(pk=lot.pk, remaining=lot.remaining).update(remaining=after) != 1:
        raise Rejected(CoreError.CHANGED_MEANWHILE)
    lot.remaining = after


def movement(
    lot: MaterialLot, kind: str, quantity: Decimal, at: datetime, *, issue: Issue | None = None, note: str = ""
) -> StockMovement:
    """The row that explains a change; ``quantity`` is signed."""
    return StockMovement(lot=lot, kind=kind, quantity=quantity, issue=issue, note=note, at=at)
