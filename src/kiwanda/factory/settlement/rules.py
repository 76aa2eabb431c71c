"""Limits of paying, its switch, and the marker by which a restored backup is recognised.

The database alone cannot know that it is an old copy. So the last attempt that left the house is also noted in a small
file beside the keys: a database that does not know that attempt is older than what was sent, and nothing leaves any
more before people have reconciled (``resume_payouts``). Noted before the rail is asked, so that the file is never
behind what happened, and never ahead of what was committed.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.core.money import format_money
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.ledger import RAIL_CURRENCY
from kiwanda.factory.settlement.models import PayoutAttempt, PayoutBatch, PayRules

#: The subject of events about the rules.
RULES_ID = derived_id("pay_rules")


def current(*, lock: bool = False) -> PayRules:
    """The rules in force; made on first use."""
    rows = PayRules.objects.select_for_update() if lock else PayRules.objects.all()
    found = rows.filter(pk=1).first()
    return found or PayRules.objects.get_or_create(pk=1)[0]


def require_sending(rules: PayRules) -> None:
    """Refuse while payments are stopped."""
    if not rules.sending:
        raise Rejected(SettlementError.PAYING_STOPPED, reason=rules.stopped_reason)


def require_within(rules: PayRules, amounts: list[int], now: datetime) -> None:
    """Refuse payouts of these ``amounts`` where one, all together, or the day's approvals go beyond the limits."""
    if rules.payout_limit_minor is not None and max(amounts, default=0) > rules.payout_limit_minor:
        raise Rejected(SettlementError.OVER_PAYOUT_LIMIT, limit=_kes(rules.payout_limit_minor))
    total = sum(amounts)
    if rules.batch_limit_minor is not None and total > rules.batch_limit_minor:
        raise Rejected(SettlementError.OVER_BATCH_LIMIT, limit=_kes(rules.batch_limit_minor))
    if rules.day_limit_minor is not None:
        left = rules.day_limit_minor - approved_today(now)
        if total > left:
            raise Rejected(
                SettlementError.OVER_DAY_LIMIT, limit=_kes(rules.day_limit_minor), left=_kes(max(0, left))
            )


def approved_today(now: datetime, standing_order_id: UUID | None = None) -> int:
    """Minor units approved since midnight in Nairobi, all or by one standing order."""
    rows = PayoutBatch.objects.filter(approved_at__gte=day_begins(now))
    if standing_order_id is not None:
        rows = rows.filter(standing_order_id=standing_order_id)
    return int(rows.aggregate(n=Sum("total_minor"))["n"] or 0)


def day_begins(now: datetime) -> datetime:
    """Midnight in Nairobi before ``now``. Kenya has no summer time."""
    local = now.astimezone(clock.FACTORY_ZONE)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


# ------------------------------------------------------------------------------------------------------- the marker


def marker_path() -> Path | None:
    """Where the marker lies; None where a database is thrown away after use (tests)."""
    configured = getattr(settings, "KIWANDA_PAY_MARKER", "")
    if configured is None:
        return None
    return Path(configured) if configured else Path(settings.CONFIG.home) / "keys" / "payouts.json"


def is_older_than_sent(rules: PayRules) -> bool:
    """Whether this database is older than what the house has sent."""
    path = marker_path()
    if path is None:
        return False
    noted = _read(path)
    if not noted or noted.get("house") != str(rules.house):
        # Another database's marker says nothing about this one; ours must be there once it was written.
        return rules.marked
    return not PayoutAttempt.objects.filter(pk=UUID(str(noted["attempt"]))).exists()


def note_sent(attempt_id: UUID) -> None:
    """Note an attempt that is committed and is sent next."""
    path = marker_path()
    if path is None:
        return
    rules = current()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_suffix(f".{os.getpid()}")
    # Not forced to the disk: a marker that is behind after a power cut is only less sharp, never wrong.
    aside.write_text(json.dumps({"house": str(rules.house), "attempt": str(attempt_id)}))
    aside.replace(path)
    if not rules.marked:
        PayRules.objects.filter(pk=1).update(marked=True)


def forget_marker() -> None:
    """People have brought this database up to date: what is sent next begins a new marker."""
    path = marker_path()
    if path is not None:
        path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        noted = json.loads(path.read_text())
        UUID(str(noted["attempt"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _kes(minor: int) -> str:
    return format_money(minor, RAIL_CURRENCY)
