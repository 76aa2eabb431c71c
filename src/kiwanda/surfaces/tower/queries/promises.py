"""What the tower says about days: before an order is placed, and of lines that have no promise yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiwanda.core.actors import Actor
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Technique, Variant
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.demand.models import OrderLine, SalesChannel
from kiwanda.factory.demand.sku_mapping import MeaningOfSkus, normal_sku
from kiwanda.factory.planning import order_promise
from kiwanda.factory.planning.order_promise import LineQuote, Quoting, rough_quotes
from kiwanda.factory.planning.pegging import Want
from kiwanda.factory.planning.standing_plan import warm, warm_up_in_background

#: More rows than this are answered roughly while somebody types; they get their exact day when the order is placed.
MOST_EXACT = 20


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One row of an order being typed. ``why`` says why there is no day, ``next_step`` what helps, ``href`` where."""

    sku: str
    name: str
    pieces: int
    quote: LineQuote | None
    why: str = ""
    next_step: str = ""
    href: str = ""

    @property
    def later_quantity(self) -> int:
        """Pieces that would come after the day asked for."""
        return self.pieces - self.quote.in_time_quantity if self.quote else 0


@dataclass(frozen=True, slots=True)
class Quotes:
    """Answers to an order being typed. ``rough``: the exact ones follow within a second or so."""

    rows: list[QuoteRow]
    rough: bool
    may_be_exact: bool

    @property
    def sure_on(self) -> date | None:
        """The day the whole order is ready, by the surest measure; None where a row has none."""
        days = [row.quote.sure_on if row.quote else None for row in self.rows]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None


def quotes_for(channel: SalesChannel, lines: Sequence[tuple[str, int]], due_on: date) -> Quotes:
    """Days for ``lines`` of (SKU, units). Never waits: roughly where the standing plan is not at hand."""
    meaning = MeaningOfSkus(channel)
    found = [(sku, units, meaning.find(normal_sku(channel.kind, sku))) for sku, units in lines]
    known = {item.variant_id for _, _, item in found if item is not None and item.variant_id is not None}
    variants = Variant.objects.in_bulk(known)
    wants: list[Want | None] = []
    for _sku, units, item in found:
        variant = variants.get(item.variant_id) if item is not None and item.variant_id is not None else None
        if item is None or variant is None:
            wants.append(None)
            continue
        pieces = units * item.pieces_per_unit
        wants.append(Want(new_id(), variant.id, variant.style_id, variant.price_minor, pieces, due_on))
    asked = [want for want in wants if want is not None]
    standing = warm()
    exact = standing is not None and len(asked) <= MOST_EXACT
    if standing is None:
        warm_up_in_background()
    answers = Quoting(standing).quote(asked, likely=True) if standing and exact else rough_quotes(asked)
    rows = []
    for (sku, units, item), want in zip(found, wants, strict=True):
        if want is None:
            rows.append(_unknown(sku, units, ignored=item is not None))
        else:
            variant = variants[want.variant_id]
            rows.append(_row(sku, variant.name_en, want.quantity, answers[want.line_id]))
    return Quotes(rows, rough=bool(asked) and not exact, may_be_exact=len(asked) <= MOST_EXACT)


def _unknown(sku: str, units: int, *, ignored: bool) -> QuoteRow:
    if ignored:
        return QuoteRow(sku, "", units, None, _("This SKU is set aside: nothing is made for it."))
    return QuoteRow(
        sku, "", units, None, _("This SKU is not known: the line waits without a promise until it is mapped."),
        _("Map it"), "tower:skus",
    )  # fmt: skip


def _row(sku: str, name: str, pieces: int, quote: LineQuote) -> QuoteRow:
    why, next_step, href = why_no_day(quote.problem, quote.technique)
    return QuoteRow(sku, name, pieces, quote, why, next_step, href)


def why_no_day(problem: str, technique: str = "") -> tuple[str, str, str]:
    """``(why, next step, address name)`` for a reason code of :mod:`kiwanda.factory.planning.order_promise`."""
    if problem == order_promise.NO_TECH_PACK:
        return (
            _("No tech pack of this style is released, so nobody can be asked to make it."),
            _("A designer releases its tech pack; the line gets its promise right after."),
            "",
        )
    if problem == order_promise.NOBODY_CAN:
        return (
            _("No workshop with hours has the technique %(technique)s.") % {"technique": technique_name(technique)},
            _("Train workshops in it, or reopen one that is paused."),
            "tower:workshops",
        )
    if problem == order_promise.BEYOND:
        return (
            _("Everything is taken for the next sixteen weeks."),
            _("Order fewer pieces, agree on a later day, or win further workshops."),
            "",
        )
    return "", "", ""


def why_no_promise(line: OrderLine) -> tuple[str, str, str]:
    """The same for a line, from what was noted on it."""
    problem, _colon, technique = line.unpromised_reason.partition(":")
    return why_no_day(problem, technique)


def technique_name(code: str) -> str:
    """A technique in the reader's language; its code where it is unknown."""
    row = Technique.objects.filter(pk=code).first()
    if row is None:
        return code
    return row.name_sw if (get_language() or "en").startswith("sw") and row.name_sw else row.name_en


def waiting_lines(actor: Actor) -> tuple[int, int]:
    """Open lines that wait for their promise, and open lines no day could be promised for."""
    rows = demand.lines(actor).filter(state="open", order__is_history=False, promises=None)
    waiting = rows.filter(unpromised_reason="").count()
    return waiting, rows.exclude(unpromised_reason="").count()


def unpromised(actor: Actor, limit: int) -> tuple[list[OrderLine], int]:
    """Lines no day could be promised for, the soonest wanted first, and how many there are."""
    rows = demand.lines(actor).filter(state="open", order__is_history=False, promises=None)
    rows = rows.exclude(unpromised_reason="").select_related("order", "variant").order_by("due_on", "pk")
    return list(rows[:limit]), rows.count()


def line_of(actor: Actor, line_id: UUID) -> OrderLine | None:
    """One line with its order and variant."""
    return demand.lines(actor).select_related("order", "variant").filter(pk=line_id).first()
