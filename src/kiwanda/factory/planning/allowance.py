"""Pieces made beyond an order's quantity because some will be rejected, so that a few bad ones do not go round again.

A rejected piece is needed anew at every operation before it. Planned, offered, made and inspected as work of its own it
takes as long as the whole order did; made with the first lots it costs a few pieces more. Every operation of an order
is therefore planned for ``quantity + allowance``. Losses use the allowance up; what is left of it when the order is
done are finished pieces without a buyer, which the next release gives to the next buyer of that variant.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from kiwanda.factory.planning.routings import Step, downstream, heaviest_chain

#: Share of pieces rejected or lost where nothing was inspected yet, and how many inspected pieces it weighs as much as.
USUAL_LOSS, USUAL_LOSS_PIECES = 0.02, 200
#: Rejects come in lots: the variance of their number is so many times that of pieces failing one by one.
CLUSTERING = 4.0
#: Standard deviations of losses covered: about five orders in six get by without a second round.
COVERED_DEVIATIONS = 1.0
#: Share of orders that lose more than their allowance and go round again: beyond one deviation.
UNCOVERED = 0.16
#: Never more than this share of the order.
LARGEST_SHARE = 0.12


def loss_shares(judged: Mapping[str, tuple[int, int]], techniques: Collection[str]) -> dict[str, float]:
    """Share of pieces lost, by technique, from ``judged``: (pieces lost, pieces judged or lost) in recent weeks."""
    shares = {}
    for technique in techniques:
        lost, seen = judged.get(technique, (0, 0))
        shares[technique] = (lost + USUAL_LOSS * USUAL_LOSS_PIECES) / (seen + USUAL_LOSS_PIECES)
    return shares


def allowance_for(quantity: int, steps: Sequence[Step], shares: Mapping[str, float]) -> int:
    """Pieces to make beyond ``quantity`` when each operation loses the share of its technique (each below 1).

    Pieces of parallel components lost at one time are the same sets: the chain that loses most decides.
    """
    lost = heaviest_chain(steps, {step.id: -math.log1p(-shares[step.technique]) for step in steps})
    expected = quantity * math.expm1(lost)
    wanted = expected + COVERED_DEVIATIONS * math.sqrt(CLUSTERING * expected)
    return math.ceil(min(wanted, LARGEST_SHARE * quantity))


def worth_making(
    order_id: UUID,
    quantity: int,
    allowance: int,
    steps: Sequence[Step],
    given_out: Mapping[tuple[UUID, UUID], int],
    losses: Mapping[tuple[UUID, UUID], int],
) -> int:
    """:func:`allowance_left` of one order from the books.

    ``given_out`` are pieces accepted, at work or on offer, ``losses`` pieces lost, both by (order, operation).
    """
    later = downstream(steps)
    lost = {step.id: losses.get((order_id, step.id), 0) for step in steps}
    net = (given_out.get((order_id, step.id), 0) - sum(lost[key] for key in later[step.id]) for step in steps)
    return allowance_left(quantity, allowance, round(heaviest_chain(steps, lost)), net)


def allowance_left(quantity: int, allowance: int, lost: int, given_out: Iterable[int]) -> int:
    """What of ``allowance`` is still worth making.

    Parameters
    ----------
    quantity : int
        Pieces wanted.
    lost : int
        Pieces lost along the chain of operations that lost most: they have used up that much.
    given_out : iterable of int
        For each operation the pieces accepted, at work or on offer, less those lost further on. An operation short of
        its goal by no more than the allowance has enough for the buyers: no lot is begun for the rest, and then the
        others need not make those pieces either.
    """
    left = max(0, allowance - lost)
    worth = left
    for pieces in given_out:
        short = quantity + left - pieces
        if pieces > 0 and 0 < short <= left:
            worth = min(worth, left - short)
    return worth
