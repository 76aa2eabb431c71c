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
    """One payout to be: ``earnings`` of one workshop with what is taken off them, ``amount_minor`` to pay.

    ``extra`` are the amounts of further payments where a single earning is larger than the rail's largest.
    ``carried_minor`` is what was carried in from the payout before less what is carried on to the next:
    ``amount_minor + sum(extra) = earnings + carried_minor``.
    """

    amount_minor: int = 0
    earnings: list[E] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    carried_minor: int = 0


def cut(
    earnings: Sequence[E],
    smallest_minor: int,
    largest_minor: int,
    unit_minor: int = 1,
    carry_minor: int = 0,
    deductions: Sequence[E] = (),
) -> list[Share[E]]:
    """Cut one workshop's earnings, in order, into payments within [``smallest_minor``, ``largest_minor``].

    Empty when all together are too small: they wait for the next batch. What would be left over too small to pay is
    left waiting as well, except that the parts of one large earning are evened out so that none is too small.
    Payments are whole multiples of ``unit_minor``; the rest below one is carried to the next, beginning with
    ``carry_minor`` (less than a unit) from payouts before. ``deductions`` (amounts below 0) come off the first payment,
    which takes as many earnings as it needs to pay them.
    """
    shares: list[Share[E]] = []
    most = largest_minor - largest_minor % unit_minor

    def close(taken: list[E], carry: int) -> int | None:
        """Pay for ``taken`` and return what is carried on; None where it is too little."""
        owed = sum(item.amount_minor for item in taken) + carry
        payable = owed - owed % unit_minor
        if not taken or payable < smallest_minor:
            return None
        parts = _even_parts(payable, most, unit_minor)
        shares.append(Share(parts[0], taken, parts[1:], payable - owed + carry))
        return owed - payable

    current: list[E] = list(deductions)
    unpaid = bool(deductions)
    for earning in earnings:
        amount = earning.amount_minor
        if unpaid:
            # Deductions are paid first, out of as many earnings as that takes.
            current.append(earning)
            if sum(item.amount_minor for item in current) + carry_minor > most:
                carried = close(current, carry_minor)
                carry_minor, current, unpaid = carry_minor if carried is None else carried, [], False
            continue
        if amount > most:
            carried = close([earning], carry_minor)
            carry_minor = carry_minor if carried is None else carried
            continue
        if sum(item.amount_minor for item in current) + amount > most:
            carried = close(current, carry_minor)
            carry_minor = carry_minor if carried is None else carried
            current = []
        current.append(earning)
    close(current, carry_minor)
    return shares


def content_hash(payouts: Iterable[Payout]) -> str:
    """SHA-256 over who gets how much, at which number: approval binds exactly this."""
    lines = sorted(
        (
            str(p.pk), str(p.workshop_id), str(p.payee_id), p.amount_minor, p.currency, str(p.part_of_id or ""),
            # Batches from before numbers were remembered have none.
            *([p.payee_mark] if p.payee_mark else []),
        )
        for p in payouts
    )  # fmt: skip
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def reference(payout_id: UUID) -> str:
    """The remark a payee sees: short, without personal data."""
    return f"Kiwanda {str(payout_id)[-6:].upper()}"


def _even_parts(amount: int, largest: int, unit: int) -> list[int]:
    units, most = amount // unit, largest // unit
    count = -(-units // most)
    share, rest = divmod(units, count)
    return [unit * (share + (1 if index < rest else 0)) for index in range(count)]
