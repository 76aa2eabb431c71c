"""People say what a difference with a rail's statement was."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.settlement import ledger, reconciling
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import DifferenceSettled
from kiwanda.factory.settlement.models import LedgerEntry, Resolution
from kiwanda.factory.settlement.reconciling import Difference


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def resolve_difference(ctx: Context, *, rail: str, key: str, action: str, note: str) -> Resolution:
    """Settle the difference called ``key``: ``top_up`` (our own money came into the float), ``suspense`` (booked as
    not explained, so that ledger and rail agree) or ``explained`` (nothing to book).

    Payments that are a payout's, or took one back, are settled on the payout (``settle_by_line``,
    ``reverse_by_line``). ``note`` names the evidence.
    """
    why = fields.text("note", note, 200)
    found = next((item for item in reconciling.reconcile(ctx.actor, rail).differences if item.key == key), None)
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="difference")
    if action not in reconciling.ACTIONS[found.kind]:
        raise Rejected(SettlementError.WRONG_ACTION)
    row = Resolution(
        rail=rail, key=key, kind=found.kind.value, action=action, amount_minor=found.amount_minor, note=why,
        line=found.line, resolved_at=ctx.now, resolved_by=ctx.actor.id,
    )
    row.entry = _book(ctx, rail, found, row)
    row.save(force_insert=True)
    ctx.emit(
        DifferenceSettled(
            resolution_id=row.pk, rail=rail, kind=row.kind, action=action, amount_minor=found.amount_minor
        )
    )
    return row


def _book(ctx: Context, rail: str, found: Difference, row: Resolution) -> LedgerEntry | None:
    """Bring the float to where the rail has it; None where nothing moved."""
    if row.action == "explained":
        return None
    other = f"bank:{ledger.RAIL_CURRENCY}" if row.action == "top_up" else f"suspense:{rail}"
    moved = found.unbooked_minor
    if moved == 0:
        return None
    float_account = ledger.float_at(rail)
    pair = (float_account, other) if moved > 0 else (other, float_account)
    return ledger.post(
        f"resolution:{rail}:{found.key}"[:120], f"rail_{row.action}", row.pk,
        [ledger.Move(*pair, abs(moved), ledger.RAIL_CURRENCY)], ctx.now,
    )  # fmt: skip
