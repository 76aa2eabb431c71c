"""Reads of demand. Staff and the system see all; artisans and the public see nothing of who buys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from kiwanda.core.actors import Actor, Role
from kiwanda.core.errors import NotFound
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.models import ImportRun, OrderLine, Promise, SalesChannel, SalesOrder, SkuMapping
from kiwanda.factory.demand.order_life import LIVE


def _sees(actor: Actor) -> bool:
    return actor.is_staff or actor.has(Role.SYSTEM)


def channels(actor: Actor) -> QuerySet[SalesChannel]:
    """Sales channels by code."""
    return SalesChannel.objects.order_by("code") if _sees(actor) else SalesChannel.objects.none()


def channel(actor: Actor, code: str, *, lock: bool = False) -> SalesChannel:
    """One channel; ``lock`` keeps other imports and mappings of it waiting until the transaction ends."""
    found = channels(actor).filter(pk=code)
    one = (found.select_for_update() if lock else found).first()
    if one is None:
        raise NotFound(DemandError.CHANNEL_UNKNOWN, code=code)
    return one


def orders(actor: Actor) -> QuerySet[SalesOrder]:
    """Orders, newest first."""
    return SalesOrder.objects.all() if _sees(actor) else SalesOrder.objects.none()


def lines(actor: Actor) -> QuerySet[OrderLine]:
    """Order lines."""
    return OrderLine.objects.all() if _sees(actor) else OrderLine.objects.none()


def import_runs(actor: Actor) -> QuerySet[ImportRun]:
    """Imports, newest first."""
    return ImportRun.objects.select_related("channel") if _sees(actor) else ImportRun.objects.none()


def mappings(actor: Actor, channel_code: str | None = None) -> QuerySet[SkuMapping]:
    """What SKUs are, ignored ones included."""
    if not _sees(actor):
        return SkuMapping.objects.none()
    found = SkuMapping.objects.select_related("variant").order_by("channel_id", "external_sku")
    return found if channel_code is None else found.filter(channel_id=channel_code)


def open_lines() -> QuerySet[OrderLine]:
    """Mapped lines that planning has not taken up yet, earliest due first."""
    return OrderLine.objects.filter(state="open").select_related("order", "variant").order_by("due_on", "pk")


@dataclass(frozen=True, slots=True)
class WaitingSku:
    """A SKU without a mapping, and what waits for it. History lines are counted apart: they hold nobody up."""

    channel_code: str
    external_sku: str
    description: str
    waiting_lines: int
    waiting_units: int
    orders: int
    history_lines: int
    first_due_on: date | None


def unmapped_skus(actor: Actor, channel_code: str | None = None, *, history: bool = False) -> list[WaitingSku]:
    """Every SKU that lines wait for, most waiting lines first; with ``history`` also those only past sales name.

    A SKU that is ignored waits for nobody. History is asked for apart because it may be hundreds of thousands of lines.
    """
    seen = lines(actor)
    if channel_code is not None:
        seen = seen.filter(order__channel_id=channel_code)
    found = {
        (row["order__channel_id"], row["external_sku"]): row
        for row in seen.filter(state="unmapped")
        .values("order__channel_id", "external_sku")
        .annotate(
            text=Max("description"),
            waiting_lines=Count("pk"),
            waiting_units=Sum("quantity_units"),
            orders=Count("order_id", distinct=True),
            first_due_on=Min("due_on"),
        )
    }
    past = _unmapped_history(seen) if history else {}
    nothing: dict[str, Any] = {"text": "", "waiting_lines": 0, "waiting_units": 0, "orders": 0, "first_due_on": None}
    waiting = [
        WaitingSku(
            channel_code=key[0],
            external_sku=key[1],
            description=row["text"] or past.get(key, ("", 0))[0],
            waiting_lines=row["waiting_lines"],
            waiting_units=row["waiting_units"],
            orders=row["orders"],
            history_lines=past.get(key, ("", 0))[1],
            first_due_on=row["first_due_on"],
        )
        for key, row in (dict.fromkeys(past, nothing) | found).items()
    ]
    return sorted(waiting, key=lambda row: (-row.waiting_lines, -row.history_lines, row.channel_code, row.external_sku))


def _unmapped_history(seen: QuerySet[OrderLine]) -> dict[tuple[str, str], tuple[str, int]]:
    """``{(channel, SKU): (a description, lines)}`` of past sales without a variant, ignored SKUs left out."""
    ignored = set(SkuMapping.objects.filter(variant=None).values_list("channel_id", "external_sku"))
    rows = (
        seen.filter(state="history", variant=None)
        .values("order__channel_id", "external_sku")
        .annotate(text=Max("description"), n=Count("pk"))
    )
    return {
        key: (row["text"], row["n"])
        for row in rows
        if (key := (row["order__channel_id"], row["external_sku"])) not in ignored
    }


def latest_promises(line_ids: Iterable[UUID]) -> dict[UUID, Promise]:
    """The promise that counts for each line; lines without one are left out (their due date is what was asked)."""
    latest: dict[UUID, Promise] = {}
    for promise in Promise.objects.filter(line_id__in=list(line_ids)).order_by("made_at", "pk"):
        latest[promise.line_id] = promise
    return latest


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """One order's pieces, for a list. ``waiting_lines`` need a mapping; ``due_on``: the earliest of its live lines."""

    order_id: UUID
    number: str
    channel_code: str
    ordered_at: datetime
    state: str
    lines: int
    waiting_lines: int
    pieces: int
    shipped: int
    due_on: date | None


def order_summaries(actor: Actor, *, state: str = "open", limit: int = 200, offset: int = 0) -> list[OrderSummary]:
    """Orders to be made (never history), soonest due first. Orders with nothing but ignored lines come last."""
    counted = ~Q(lines__state__in=["cancelled", "ignored"])
    rows = (
        orders(actor)
        .filter(is_history=False, state=state)
        .annotate(
            line_count=Count("lines"),
            waiting_lines=Count("lines", filter=Q(lines__state="unmapped")),
            pieces=Sum("lines__quantity", filter=counted, default=0),
            shipped=Sum("lines__shipped_quantity", default=0),
            due_on=Min("lines__due_on", filter=Q(lines__state__in=LIVE)),
        )
        .order_by(F("due_on").asc(nulls_last=True), "ordered_at", "pk")[offset : offset + limit]
    )
    return [
        OrderSummary(
            row.pk,
            row.number,
            row.channel_id,
            row.ordered_at,
            row.state,
            row.line_count,
            row.waiting_lines,
            row.pieces,
            row.shipped,
            row.due_on,
        )
        for row in rows
    ]
