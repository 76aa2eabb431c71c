from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.conversations.commands.record_sending import tell_failed, without_numbers
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.states import MESSAGE

#: A provider's clock may be off; what it calls the future is now.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DeliveryNews:
    """``state`` is sent, delivered, read or failed; ``cost_micros`` where the news name the price."""

    channel: str
    provider_ref: str
    state: str
    error: str = ""
    at: datetime | None = None
    cost_micros: int | None = None
    cost_currency: str = ""


@command(roles={Role.SYSTEM})
def record_deliveries(ctx: Context, *, news: list[DeliveryNews]) -> int:
    """What became of messages after they were sent. Returns how many are known here.

    News come late, doubled and in any order: a status never goes backwards, and being read proves having arrived.
    """
    known = 0
    for item in news:
        row = (
            Message.objects.select_for_update(of=("self",))
            .filter(direction="out", channel=item.channel, provider_ref=item.provider_ref)
            .exclude(provider_ref="")
            .select_related("thread")
            .first()
        )
        if row is None:
            continue
        known += 1
        _apply(ctx, row, item)
    return known


def _apply(ctx: Context, row: Message, item: DeliveryNews) -> None:
    at = item.at if item.at is not None and item.at <= ctx.now + SKEW else ctx.now
    changed = []
    if item.cost_micros is not None and row.cost_micros is None:
        row.cost_micros, row.cost_currency = item.cost_micros, item.cost_currency
        changed += ["cost_micros", "cost_currency"]
    if item.state != row.state and MESSAGE.allows(row.state, item.state):
        row.state = item.state
        changed += ["state"]
        if item.state in ("delivered", "read"):
            row.error, row.fallback_at = "", None
            changed += ["error", "fallback_at"]
        if item.state == "failed":
            row.error = without_numbers(item.error)
            # Nothing will arrive any more: no use in waiting before an SMS says it.
            row.fallback_at = ctx.now if row.channel != "sms" else None
            changed += ["error", "fallback_at"]
            tell_failed(ctx, row)
    if item.state in ("delivered", "read") and row.delivered_at is None:
        row.delivered_at = at
        changed += ["delivered_at"]
    if item.state == "read" and row.read_at is None:
        row.read_at = at
        changed += ["read_at"]
    if changed:
        row.save(update_fields=changed)
