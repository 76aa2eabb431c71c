"""Exceptions of counts, quality, money and orders: what differs, did not pass, was not paid or has no promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiwanda.core.actors import Actor
from kiwanda.core.money import format_money
from kiwanda.factory.advances import queries as advance_queries
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.production import queries as production
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.settlement import queries as settlement
from kiwanda.surfaces.tower.queries import fair_rates, promises
from kiwanda.surfaces.tower.queries.cards import SHOWN_PER_KIND, Card, Kind


def disputed(actor: Actor) -> Kind:
    rows = (
        production.hand_ins(actor)
        .filter(state="disputed")
        .select_related("work_order__workshop", "hub")
        .order_by("declared_at")
    )
    cards_ = [
        Card(
            "soon",
            "disputed",
            _("Counts differ"),
            _("%(workshop)s gave %(quantity)s pieces, the hub counted %(counted)s")
            % {
                "workshop": row.work_order.workshop.trade_name,
                "quantity": row.quantity,
                "counted": row.received_quantity,
            },
            f"{row.work_order.code} · {row.hub.name}",
            row.declared_at,
            reverse("tower:quality") + "?show=disputed",
            _("Settle it"),
            "scale",
        )
        for row in rows[:SHOWN_PER_KIND]
    ]
    return Kind("disputed", _("Counts differ"), rows.count(), reverse("tower:quality") + "?show=disputed", cards_)


#: An inspection in which more than this share of the pieces was not accepted is worth a look (the aim is 4 %).
BAD_SHARE = 0.15


def failed_inspections(actor: Actor, now: datetime) -> Kind:
    rows = (
        quality.inspections(actor)
        .filter(inspected_at__gte=now - timedelta(days=3))
        .filter(accepted_quantity__lt=F("quantity") * (1 - BAD_SHARE), quantity__gte=5)
        .select_related("work_order__workshop", "work_order__operation")
    )
    cards_ = [
        Card(
            "soon",
            "quality",
            _("Quality"),
            _("%(bad)s of %(quantity)s pieces from %(workshop)s did not pass")
            % {
                "bad": row.quantity - row.accepted_quantity,
                "quantity": row.quantity,
                "workshop": row.work_order.workshop.trade_name,
            },
            _("%(code)s · %(step)s · %(rework)s to rework, %(rejected)s rejected")
            % {
                "code": row.work_order.code,
                "step": row.work_order.operation.name_en,
                "rework": row.rework_quantity,
                "rejected": row.rejected_quantity,
            },
            row.inspected_at,
            reverse("tower:work_order", args=[row.work_order_id]),
            _("See what failed"),
            "shield-check",
        )
        for row in rows[:SHOWN_PER_KIND]
    ]
    return Kind("quality", _("Quality"), rows.count(), reverse("tower:quality_results") + "?show=failed", cards_)


def stuck_payouts(actor: Actor) -> Kind:
    rows = settlement.stuck(actor).select_related("workshop")
    words = {"failed": _("failed"), "review": _("needs a person"), "unknown": _("has no answer yet")}
    cards_ = [
        Card(
            "soon" if row.state == "unknown" else "urgent",
            "payouts",
            _("Pay"),
            _("%(amount)s to %(workshop)s %(state)s")
            % {
                "amount": format_money(row.amount_minor, row.currency),
                "workshop": row.workshop.trade_name,
                "state": words[row.state],
            },
            f"{row.code} · {row.message}" if row.message else row.code,
            row.created_at,
            reverse("tower:payouts") + "?state=stuck",
            _("Look"),
            "hand-coins",
        )
        for row in rows[:SHOWN_PER_KIND]
    ]
    return Kind("payouts", _("Pay"), rows.count(), reverse("tower:payouts") + "?state=stuck", cards_)


def unpromised(actor: Actor) -> Kind:
    rows, count = promises.unpromised(actor, SHOWN_PER_KIND)
    cards_ = []
    for row in rows:
        why, next_step, _href = promises.why_no_promise(row)
        cards_.append(
            Card(
                "soon",
                "unpromised",
                _("No promise"),
                _("No day can be promised for %(quantity)s × %(sku)s")
                % {"quantity": row.quantity, "sku": row.variant.sku if row.variant else row.external_sku},
                f"{row.order.number} · {why} {next_step}",
                row.due_on,
                reverse("tower:order", args=[row.order_id]),
                _("See the order"),
                "circle-alert",
            )
        )
    return Kind("unpromised", _("No promise"), count, reverse("tower:orders"), cards_)


def rates(actor: Actor, now: datetime) -> Kind:
    """Objections to rates, rates below the floor, and an hour's pay that is too low for too many."""
    rows = fair_rates.alarms(actor, now)
    cards_ = [
        Card(severity, "rates", subject, title, what, since, href, _("Look at the rate"), "scale")
        for severity, subject, title, what, since, href in rows[:SHOWN_PER_KIND]
    ]
    return Kind("rates", _("Rates"), len(rows), reverse("tower:rates"), cards_)


def advances(actor: Actor) -> Kind:
    """Advances that wait for a decision."""
    rows = advance_queries.waiting(actor).select_related("workshop")
    cards_ = [
        Card(
            "soon",
            "advances",
            _("Advance"),
            _("%(workshop)s asks for an advance of %(amount)s")
            % {"workshop": row.workshop.trade_name, "amount": format_money(row.principal_minor, row.currency)},
            row.about,
            row.requested_at,
            reverse("tower:advances"),
            _("Decide"),
            "coins",
        )
        for row in rows[:SHOWN_PER_KIND]
    ]
    return Kind("advances", _("Advances"), rows.count(), reverse("tower:advances"), cards_)


def unmapped(actor: Actor) -> Kind:
    rows = [row for row in demand.unmapped_skus(actor) if row.waiting_lines]
    cards_ = []
    if rows:
        lines = sum(row.waiting_lines for row in rows)
        cards_.append(
            Card(
                "note",
                "unmapped",
                _("SKU mapping"),
                ngettext("%(count)s SKU is not mapped", "%(count)s SKUs are not mapped", len(rows))
                % {"count": len(rows)},
                ngettext("%(count)s order line waits for it", "%(count)s order lines wait for them", lines)
                % {"count": lines},
                None,
                reverse("tower:skus"),
                _("Map them"),
                "link-2",
            )
        )
    return Kind("unmapped", _("SKU mapping"), len(rows), reverse("tower:skus"), cards_)
