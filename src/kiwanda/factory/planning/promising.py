"""Giving new order lines their promise: at once inside the command that places them, or right after, in batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from kiwanda.core.actors import Actor
from kiwanda.core.commands import Context
from kiwanda.factory.demand.events import LinePromised
from kiwanda.factory.demand.models import OrderLine, Promise
from kiwanda.factory.planning.events import LineNotPromised
from kiwanda.factory.planning.order_promise import LineQuote, Quoting
from kiwanda.factory.planning.pegging import Want
from kiwanda.factory.planning.standing_plan import StandingPlan, standing_plan, warm

#: An order with more lines than this is promised in the background: each takes some milliseconds.
MOST_AT_ONCE = 12
#: Lines promised in one transaction by the background job.
BATCH = 200
#: Seconds for exact answers inside the command that places an order, and for a batch of the background job.
AT_ONCE_SECONDS, BATCH_SECONDS = 0.2, 5.0

BASIS = "engine"


class NewPromise(NamedTuple):
    """A day for a line, as :func:`record` writes it."""

    line_id: UUID
    promised_on: date
    likely_on: date | None
    confidence_percent: int


def unpromised(line_ids: Collection[UUID] | None = None) -> list[Want]:
    """Open lines nobody has promised yet, earliest due first; of ``line_ids`` or of all."""
    lines = OrderLine.objects.filter(state="open", variant__isnull=False, order__is_history=False, promises=None)
    if line_ids is not None:
        lines = lines.filter(pk__in=line_ids)
    rows = lines.order_by("due_on", "pk").values_list(
        "id", "variant_id", "variant__style_id", "variant__price_minor", "quantity", "due_on"
    )
    return [Want(*row) for row in rows]


def unpromised_in(order_id: UUID) -> bool:
    """Whether an order has an open line that nobody has promised yet."""
    return OrderLine.objects.filter(order=order_id, state="open", promises=None).exists()


def as_promises(quotes: Iterable[LineQuote]) -> list[NewPromise]:
    """The quotes that have a day."""
    return [
        NewPromise(quote.line_id, quote.promised_on, quote.likely_on, quote.confidence_percent)
        for quote in quotes
        if quote.promised_on is not None and not quote.rough
    ]


def as_refusals(quotes: Iterable[LineQuote]) -> list[tuple[UUID, str]]:
    """``(line, why)`` of the quotes that have none; the technique nobody has stands after a colon."""
    return [
        (quote.line_id, f"{quote.problem}:{quote.technique}" if quote.technique else quote.problem)
        for quote in quotes
        if quote.problem and not quote.rough
    ]


def record(ctx: Context, promises: Sequence[NewPromise], refusals: Sequence[tuple[UUID, str]] = ()) -> int:
    """Write promises for lines that are still open and have none, and tell of each; returns how many.

    ``refusals`` are noted on their lines, and told where they are new.
    """
    wanted = {item.line_id: item for item in promises}
    lines = list(
        OrderLine.objects.select_for_update(of=("self",))
        .filter(pk__in=list(wanted), state="open", promises=None)
        .order_by("pk")
        .values_list("pk", "order_id")
    )
    Promise.objects.bulk_create(
        [
            Promise(
                line_id=line,
                promised_on=wanted[line].promised_on,
                likely_on=wanted[line].likely_on,
                confidence_percent=wanted[line].confidence_percent,
                basis=BASIS,
                made_at=ctx.now,
            )
            for line, _ in lines
        ],
        batch_size=500,
    )
    ctx.emit_all(
        LinePromised(
            line_id=line,
            order_id=order,
            promised_on=wanted[line].promised_on,
            confidence_percent=wanted[line].confidence_percent,
            basis=BASIS,
        )
        for line, order in lines
    )
    OrderLine.objects.filter(pk__in=[line for line, _ in lines]).exclude(unpromised_reason="").update(
        unpromised_reason=""
    )
    _note(ctx, dict(refusals))
    return len(lines)


def _note(ctx: Context, refusals: dict[UUID, str]) -> None:
    rows = OrderLine.objects.filter(pk__in=list(refusals), state="open", promises=None)
    for line, order, quantity, before in list(rows.values_list("pk", "order_id", "quantity", "unpromised_reason")):
        reason = refusals[line][:60]
        if reason == before:
            continue
        OrderLine.objects.filter(pk=line).update(unpromised_reason=reason)
        ctx.emit(LineNotPromised(line_id=line, order_id=order, quantity=quantity, reason=reason))


def promise_order_at_once(ctx: Context, order_id: UUID) -> int:
    """Promise an order's lines inside the command that placed it, where the standing plan is at hand."""
    standing = warm()
    if standing is None:
        return 0
    open_lines = OrderLine.objects.filter(order=order_id, state="open").values_list("pk", flat=True)
    lines = list(open_lines[: MOST_AT_ONCE + 1])
    if not lines or len(lines) > MOST_AT_ONCE:
        return 0
    quotes = Quoting(standing, AT_ONCE_SECONDS).quote(unpromised(lines), likely=True)
    _expect(standing, quotes)
    return record(ctx, as_promises(quotes.values()), as_refusals(quotes.values()))


def promise_new_lines(
    *, actor: Actor, line_ids: Collection[UUID] | None = None, progress: Callable[[int, int], None] | None = None
) -> int:
    """Promise every open line that has no promise (of ``line_ids``, or all); returns how many were promised.

    A walk, not a command: the engine works outside any transaction, the promises are written some hundred at a time.
    Safe to call again, and from two processes at once: a line is promised by whoever is first.
    """
    from kiwanda.factory.planning.commands.record_promises import record_promises

    wants = unpromised(line_ids)
    if not wants:
        return 0
    standing = standing_plan()
    quoting = Quoting(standing, BATCH_SECONDS)
    done = made = 0
    for first in range(0, len(wants), BATCH):
        part = wants[first : first + BATCH]
        quoting.exact_seconds = BATCH_SECONDS
        quotes = quoting.quote(part, likely=True)
        _expect(standing, quotes)
        made += record_promises(
            actor=actor, promises=as_promises(quotes.values()), refusals=as_refusals(quotes.values())
        )
        done += len(part)
        if progress is not None:
            progress(done, len(wants))
    return made


def _expect(standing: StandingPlan, quotes: dict[UUID, LineQuote]) -> None:
    """Remember where the lines will be made, so that their promises need not be worked out again when seen."""
    with standing.lock:
        for line, quote in quotes.items():
            if quote.lots:
                standing.expected[line] = quote.lots
