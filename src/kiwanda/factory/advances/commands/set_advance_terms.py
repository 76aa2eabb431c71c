"""What advances cost from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, require_range
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.advances.events import AdvanceTermsSet
from kiwanda.factory.advances.models import MOST_SHARE_PERCENT, AdvanceTerms
from kiwanda.factory.advances.terms import KINDS
from kiwanda.factory.catalog import fields


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def set_advance_terms(
    ctx: Context,
    *,
    kind: str,
    valid_from: date,
    weeks: int,
    least_minor: int,
    most_minor: int,
    second_person_above_minor: int,
    share_percent: int = MOST_SHARE_PERCENT,
    fee_percent: Decimal | float | str = "0",
    currency: str = "KES",
) -> AdvanceTerms:
    """Terms of new advances of a kind; those under way keep theirs. Early pay is always free."""
    day = fields.day("valid_from", valid_from)
    if day < ctx.today:
        raise Invalid(CoreError.MALFORMED, field="valid_from", reason="terms do not begin in the past")
    fields.choice("kind", kind, KINDS)
    least = require_range("least_minor", least_minor, 1, LARGEST_MINOR)
    values = {
        "fee_percent": fields.decimal("fee_percent", fee_percent, "0", "0" if kind == "pay" else "10", 2),
        "share_percent": require_range("share_percent", share_percent, 1, MOST_SHARE_PERCENT),
        "weeks": require_range("weeks", weeks, 1, 12),
        "least_minor": least,
        "most_minor": require_range("most_minor", most_minor, least, LARGEST_MINOR),
        "second_person_above_minor": require_range(
            "second_person_above_minor", second_person_above_minor, 0, LARGEST_MINOR
        ),
        "set_at": ctx.now,
        "set_by": ctx.actor.id,
    }
    row, _ = AdvanceTerms.objects.update_or_create(
        kind=kind, currency=fields.currency("currency", currency), valid_from=day, defaults=values
    )
    ctx.emit(AdvanceTermsSet(row.pk, kind, day, str(row.fee_percent), row.share_percent))
    return row
