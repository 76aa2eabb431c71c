"""Parsed orders into the books: the one way in for files and for orders typed by hand.

Safe to repeat: an order is known by its channel and external id, a line by its reference in the order. What is known
already is left as it is. A later file may bring more lines of a known order, or cancel it; it never changes a quantity
in silence: that is counted and told (``differing_lines``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.commands import Context
from kiwanda.factory.demand.bulk_insert import fresh_ids, insert_rows
from kiwanda.factory.demand.events import SalesOrderExtended, SalesOrderPlaced
from kiwanda.factory.demand.importing.parsed import ParsedLine, ParsedOrder
from kiwanda.factory.demand.importing.problems import Problem
from kiwanda.factory.demand.importing.report import Report
from kiwanda.factory.demand.models import OrderLine, SalesChannel, SalesOrder
from kiwanda.factory.demand.order_life import LIVE, cancel_line, close_when_done
from kiwanda.factory.demand.sku_mapping import LARGEST_LINE, MeaningOfSkus

BATCH = 500
"""Orders looked up and written together."""

SHOWN_SKUS = 500
SHOWN_DIFFERENCES = 50

ORDER_COLUMNS = (
    "id",
    "channel_id",
    "external_id",
    "number",
    "customer_ref",
    "country",
    "currency",
    "ordered_at",
    "is_history",
    "state",
)
LINE_COLUMNS = (
    "id",
    "order_id",
    "external_line",
    "external_sku",
    "description",
    "variant_id",
    "quantity_units",
    "quantity",
    "shipped_quantity",
    "unit_price_minor",
    "due_on",
    "state",
)
QUANTITY, STATE = LINE_COLUMNS.index("quantity"), LINE_COLUMNS.index("state")


@dataclass(slots=True)
class Outcome:
    """What an intake did, or on a dry run would do. ``counts`` by name; ``unmapped`` by SKU."""

    counts: Counter[str] = field(default_factory=Counter)
    unmapped: dict[str, list[Any]] = field(default_factory=dict)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the import's report."""
        skus = sorted(self.unmapped.items(), key=lambda item: (-item[1][0], item[0]))
        return {
            "outcome": dict(self.counts),
            "differences": self.differences,
            "unmapped_count": len(skus),
            "unmapped": [
                {"sku": sku, "lines": lines, "units": units, "description": text}
                for sku, (lines, units, text) in skus[:SHOWN_SKUS]
            ],
        }


class KnownLine(NamedTuple):
    """What matters of a line that is in the books already; a model instance for each would double the time."""

    external_line: str
    external_sku: str
    quantity_units: int
    shipped_quantity: int
    state: str


class Intake:
    """Takes orders in batches, inside the caller's transaction. With ``write`` off it only counts what it would do."""

    def __init__(
        self,
        ctx: Context,
        channel: SalesChannel,
        report: Report,
        *,
        as_history: bool = False,
        shift: timedelta = timedelta(0),
        import_run_id: UUID | None = None,
        write: bool = True,
    ) -> None:
        self.outcome = Outcome()
        self._ctx = ctx
        self._channel = channel
        self._report = report
        self._history = as_history
        self._shift = shift
        self._run_id = import_run_id
        self._write = write
        self._meaning = MeaningOfSkus(channel)
        self._ids = fresh_ids()
        self._batch: dict[str, ParsedOrder] = {}

    def take(self, order: ParsedOrder) -> None:
        """Add one order; the same order again is handled after the first."""
        if order.external_id in self._batch or len(self._batch) >= BATCH:
            self.flush()
        self._batch[order.external_id] = order

    def take_all(self, orders: Iterable[ParsedOrder]) -> None:
        """Every order, then :meth:`flush`."""
        for order in orders:
            self.take(order)
        self.flush()

    def flush(self) -> None:
        """Look up and write what was taken."""
        batch, self._batch = self._batch, {}
        if not batch:
            return
        known = {
            order.external_id: order
            for order in SalesOrder.objects.filter(channel=self._channel, external_id__in=list(batch))
        }
        known_lines: dict[UUID, dict[str, KnownLine]] = {order.pk: {} for order in known.values()}
        rows = OrderLine.objects.filter(order_id__in=list(known_lines)).values_list("order_id", *KnownLine._fields)
        for order_id, *values in rows.iterator(chunk_size=5000):
            line = KnownLine(*values)
            known_lines[order_id][line.external_line] = line
        order_rows: list[tuple[Any, ...]] = []
        line_rows: list[tuple[Any, ...]] = []
        for parsed in batch.values():
            order = known.get(parsed.external_id)
            if order is None:
                self._new(parsed, order_rows, line_rows)
            else:
                self._known(order, known_lines[order.pk], parsed, line_rows)
        if self._write:
            insert_rows(SalesOrder, ORDER_COLUMNS, order_rows)
            insert_rows(OrderLine, LINE_COLUMNS, line_rows)

    def _wanted(self, parsed: ParsedOrder) -> list[ParsedLine]:
        """The lines to take: not those the shop took back, nor (as demand) those it has fulfilled already."""
        wanted = []
        for line in parsed.lines:
            if line.cancelled:
                self.outcome.counts["lines_left_out_restocked"] += 1
            elif line.fulfilled and not self._history:
                self.outcome.counts["lines_left_out_fulfilled"] += 1
            else:
                wanted.append(line)
        return wanted

    def _new(self, parsed: ParsedOrder, order_rows: list[tuple[Any, ...]], line_rows: list[tuple[Any, ...]]) -> None:
        counts = self.outcome.counts
        if parsed.cancelled:
            counts["orders_left_out_cancelled"] += 1
            return
        wanted = self._wanted(parsed)
        if not wanted:
            counts["orders_left_out_empty"] += 1
            return
        order_id = next(self._ids)
        ordered_at = self._ctx.now if parsed.ordered_at is None else parsed.ordered_at + self._shift
        order_rows.append(
            (
                order_id,
                self._channel.pk,
                parsed.external_id,
                parsed.number,
                parsed.customer_ref or "",
                parsed.country,
                parsed.currency or self._channel.currency,
                ordered_at,
                self._history,
                "fulfilled" if self._history else "open",
            )
        )
        due_on = clock.local_date(ordered_at) + timedelta(days=self._channel.lead_days)
        rows = [self._line_row(order_id, line, due_on) for line in wanted]
        line_rows += rows
        counts["orders_new"] += 1
        counts["lines_new"] += len(rows)
        if not self._history:
            self._ctx.emit(
                SalesOrderPlaced(
                    order_id=order_id,
                    channel_code=self._channel.pk,
                    import_run_id=self._run_id,
                    lines=len(rows),
                    waiting_lines=sum(row[STATE] == "unmapped" for row in rows),
                    pieces=sum(row[QUANTITY] for row in rows if row[STATE] == "open"),
                )
            )

    def _line_row(self, order_id: UUID, line: ParsedLine, due_on: Any) -> tuple[Any, ...]:
        meaning = self._meaning.find(line.sku)
        variant_id, quantity, state = None, 0, "unmapped"
        if meaning is None:
            self._count_unmapped(line)
        elif meaning.variant_id is None:
            state = "ignored"
            self.outcome.counts["lines_ignored"] += 1
        else:
            variant_id, state = meaning.variant_id, "open"
            quantity = line.quantity_units * meaning.pieces_per_unit
            if quantity > LARGEST_LINE:
                limit = f"{LARGEST_LINE:,}"
                self._report.error(line.row, "", Problem.QUANTITY_TOO_LARGE, value=str(quantity), limit=limit)
                quantity = LARGEST_LINE
        return (
            next(self._ids),
            order_id,
            line.external_line,
            line.sku,
            line.description,
            variant_id,
            line.quantity_units,
            quantity,
            0,
            line.unit_price_minor or 0,
            due_on if line.due_on is None else line.due_on + self._shift,
            "history" if self._history else state,
        )

    def _count_unmapped(self, line: ParsedLine) -> None:
        entry = self.outcome.unmapped.setdefault(line.sku, [0, 0, line.description])
        entry[0] += 1
        entry[1] += line.quantity_units
        entry[2] = entry[2] or line.description
        self.outcome.counts["lines_unmapped"] += 1

    def _known(
        self,
        order: SalesOrder,
        lines: dict[str, KnownLine],
        parsed: ParsedOrder,
        line_rows: list[tuple[Any, ...]],
    ) -> None:
        counts = self.outcome.counts
        if order.is_history != self._history:
            # Past sales do not become work because somebody imports them again the other way round, nor the reverse.
            counts["orders_known_otherwise"] += 1
            return
        if parsed.cancelled:
            self._cancel(order, lines, parsed)
            return
        fresh: list[ParsedLine] = []
        cancelled = 0
        for line in parsed.lines:
            before = lines.get(line.external_line)
            if before is None:
                fresh.append(line)
            elif line.cancelled:
                cancelled += self._cancel_known(order, before)
            elif (before.quantity_units, before.external_sku) != (line.quantity_units, line.sku):
                self._differs(order, before, line)
        if cancelled and self._write:
            close_when_done(self._ctx, order.pk, "the shop took every line back")
        added = self._extend(order, parsed, fresh, line_rows)
        if added:
            counts["orders_extended"] += 1
        elif cancelled:
            counts["orders_changed"] += 1
        else:
            counts["orders_unchanged"] += 1

    def _extend(
        self, order: SalesOrder, parsed: ParsedOrder, fresh: list[ParsedLine], line_rows: list[tuple[Any, ...]]
    ) -> int:
        """Add lines a known order did not have; none to an order that has ended."""
        wanted = self._wanted(ParsedOrder("", "", None, None, "", "", False, tuple(fresh), parsed.row))
        if not wanted:
            return 0
        if order.state != "open" and not self._history:
            self.outcome.counts["lines_left_out_order_ended"] += len(wanted)
            return 0
        due_on = clock.local_date(order.ordered_at) + timedelta(days=self._channel.lead_days)
        rows = [self._line_row(order.pk, line, due_on) for line in wanted]
        line_rows += rows
        self.outcome.counts["lines_new"] += len(rows)
        if not self._history:
            self._ctx.emit(
                SalesOrderExtended(
                    order_id=order.pk,
                    import_run_id=self._run_id,
                    line_ids=[row[0] for row in rows],
                    pieces=sum(row[QUANTITY] for row in rows if row[STATE] == "open"),
                )
            )
        return len(rows)

    def _cancel(self, order: SalesOrder, lines: dict[str, KnownLine], parsed: ParsedOrder) -> None:
        counts = self.outcome.counts
        if order.state == "cancelled" or self._history:
            counts["orders_unchanged"] += 1
            return
        if order.state == "fulfilled" or any(line.shipped_quantity for line in lines.values()):
            counts["orders_cancelled_too_late"] += 1
            return
        counts["orders_cancelled"] += 1
        for line in lines.values():
            self._cancel_known(order, line, ignored_too=True)
        if self._write:
            close_when_done(self._ctx, order.pk, "cancelled in the shop")

    def _cancel_known(self, order: SalesOrder, line: KnownLine, *, ignored_too: bool = False) -> int:
        if line.shipped_quantity or not (line.state in LIVE or (ignored_too and line.state == "ignored")):
            return 0
        self.outcome.counts["lines_cancelled"] += 1
        if self._write:
            row = OrderLine.objects.select_for_update().get(order=order, external_line=line.external_line)
            cancel_line(self._ctx, row, "cancelled in the shop")
        return 1

    def _differs(self, order: SalesOrder, before: KnownLine, line: ParsedLine) -> None:
        self.outcome.counts["differing_lines"] += 1
        if len(self.outcome.differences) < SHOWN_DIFFERENCES:
            self.outcome.differences.append(
                {
                    "order": order.number,
                    "line": line.external_line,
                    "row": line.row,
                    "known_units": before.quantity_units,
                    "file_units": line.quantity_units,
                    "known_sku": before.external_sku,
                    "file_sku": line.sku,
                }
            )
