"""How earnings become payouts: grouped by workshop, cut at the rail's limits, bound by a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from kiwanda.factory.settlement.models import Payout


class Amount(Protocol):
    """What grouping needs to know of an earning."""

    @property
    def amount_minor(self) -> int: ...


E = TypeVar("E", bound=Amount)


@dataclass(slots=True)
class Share(Generic[E]):
    """One payout to be: ``earnings`` of one workshop, ``amount_minor`` in all.

    ``extra`` are the amounts of further payments where a single earning is larger than the rail's largest.
    """

    amount_minor: int = 0
    earnings: list[E] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)


def cut(earnings: Sequence[E], smallest_minor: int, largest_minor: int) -> list[Share[E]]:
    """Cut one workshop's earnings, in order, into payments within [``smallest_minor``, ``largest_minor``].

    Empty when all together are too small: they wait for the next batch. What would be left over too small to pay is
    left waiting as well, except that the parts of one large earning are evened out so that none is too small.
    """
    shares: list[Share[E]] = []
    current: Share[E] = Share()
    for earning in earnings:
        amount = earning.amount_minor
        if amount > largest_minor:
            parts = _even_parts(amount, largest_minor)
            shares.append(Share(parts[0], [earning], parts[1:]))
            continue
        if current.amount_minor + amount > largest_minor:
            shares.append(current)
            current = Share()
        current.amount_minor += amount
        current.earnings.append(earning)
    shares.append(current)
    return [share for share in shares if share.earnings and share.amount_minor >= smallest_minor]


def content_hash(payouts: Iterable[Payout]) -> str:
    """SHA-256 over who gets how much: approval binds exactly this."""
    lines = sorted(
        (str(p.pk), str(p.workshop_id), str(p.payee_id), p.amount_minor, p.currency, str(p.part_of_id or ""))
        for p in payouts
    )
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def reference(payout_id: UUID) -> str:
    """The remark a payee sees: short, without personal data."""
    return f"Kiwanda {str(payout_id)[-6:].upper()}"


def _even_parts(amount: int, largest: int) -> list[int]:
    count = -(-amount // largest)
    share, rest = divmod(amount, count)
    return [share + (1 if index < rest else 0) for index in range(count)]
