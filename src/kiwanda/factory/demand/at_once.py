"""A promise at the moment an order is placed. Planning is downstream: it registers itself here, demand asks."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from kiwanda.core.commands import Context

#: Promises the open lines of an order inside the given command; returns how many. Never waits.
Promising = Callable[[Context, UUID], int]


def nobody(ctx: Context, order_id: UUID) -> int:
    """Demand on its own, without planning: lines wait for their promise."""
    return 0


_promising: Promising = nobody


def register_promising(promising: Promising) -> None:
    """Tell demand who can promise (planning does, when the apps are ready)."""
    global _promising
    _promising = promising


def promise_at_once(ctx: Context, order_id: UUID) -> int:
    """Promise what can be promised without waiting; the rest is promised by planning's reaction right after."""
    return _promising(ctx, order_id)
