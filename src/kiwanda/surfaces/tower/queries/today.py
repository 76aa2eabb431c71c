"""What needs somebody today, the most pressing first, and the figures above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiwanda.core.actors import Actor
from kiwanda.core.clock import local_date
from kiwanda.core.money import format_money
from kiwanda.factory.advances import queries as advances
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.planning import queries as planning
from kiwanda.factory.production import queries as production
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.settlement import queries as settlement
from kiwanda.surfaces.tower.queries import fair_rates
from kiwanda.surfaces.tower.queries.promises import unpromised, why_no_promise

#: Exceptions of one kind that are read; of all kinds together fewer of each are shown, the rest are counted.
SHOWN_PER_KIND = 12
SHOWN_TOGETHER = 3
ORDER = {"urgent": 0, "soon": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Card:
    """One card: ``severity`` is urgent, soon or note; ``kind`` the filter it belongs to."""

    severity: str
    kind: str
    subject: str
    title: str
    what: str
    since: datetime | date | None
    href: str
    action: str
    icon: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Exceptions of one kind: how many there are and the most pressing ones."""

    key: str
    label: str
    count: int
    href: str
    cards: list[Card]


def kinds(actor: Actor, now: datetime) -> list[Kind]:
    """All kinds that have something, in the order of the factory's way."""
    today = local_date(now)
    found = [
        _silent(actor, now, today),
        _late_work(actor, today),
        _unfilled(actor),
        _late_orders(actor),
        _disputed(actor),
        _failed_inspections(actor, now),
        _contested(actor),
        _counters(actor, now),
        _stuck_payouts(actor),
        _rates(actor, now),
        _advances(actor),
        _unmapped(actor),
        _unpromised(actor),
    ]
    return [kind for kind in found if kind.count]


def cards(found: list[Kind], only: str = "") -> list[Card]:
    """The cards of ``found`` (of one kind with ``only``), urgent ones first."""
    if only:
        return [card for kind in found if kind.key == only for card in kind.cards]
    rows = [card for kind in found for card in kind.cards[:SHOWN_TOGETHER]]
    return sorted(rows, key=lambda card: ORDER[card.severity])


def _silent(actor: Actor, now: datetime, today: date) -> Kind:
    rows = dispatch.silent_work(actor, now, today)
    cards_ = []
    for row in rows[:SHOWN_PER_KIND]:
        days = (now - row.last_sign_at).days
        cards_.append(
            Card(
                "urgent" if row.due_on <= today + timedelta(days=3) else "soon",
                "silent",
                _("Silent"),
                ngettext(
                    "%(workshop)s has been silent for %(count)s day",
                    "%(workshop)s has been silent for %(count)s days",
                    days,
                )
                % {"workshop": row.workshop.trade_name, "count": days},
                _("%(code)s · %(open)s of %(quantity)s pieces open, %(made)s reported made, due %(due)s")
                % {
                    "code": row.code,
                    "open": row.open_quantity,
                    "quantity": row.quantity,
                    "made": row.made_quantity,
                    "due": _day(row.due_on),
                },
                row.last_sign_at,
                *_take_over(row, _("Call or take over")),
                "bell",
            )
        )
    return Kind("silent", _("Silent"), rows.count(), reverse("tower:work") + "?show=silent", cards_)


def _take_over(row: WorkOrder, else_word: str) -> tuple[str, str]:
    """Where a card leads: to whom the unmade pieces could go, or to the work where everything is made."""
    if row.unmade_quantity:
        return reverse("tower:reassign", args=["work", row.pk]), _("Give it to…")
    return reverse("tower:work_order", args=[row.pk]), else_word


def _late_work(actor: Actor, today: date) -> Kind:
    rows = dispatch.late_work(actor, today)
    cards_ = []
    for row in rows[:SHOWN_PER_KIND]:
        days = (today - row.due_on).days
        cards_.append(
            Card(
                "urgent" if days > 2 else "soon",
                "late",
                _("Late"),
                ngettext(
                    "%(workshop)s is %(count)s day late with %(open)s pieces",
                    "%(workshop)s is %(count)s days late with %(open)s pieces",
                    days,
                )
                % {"workshop": row.workshop.trade_name, "count": days, "open": row.open_quantity},
                _("%(code)s · %(step)s · %(made)s of %(quantity)s reported made")
                % {
                    "code": row.code,
                    "step": row.operation.name_en,
                    "made": row.made_quantity,
                    "quantity": row.quantity,
                },
                row.due_on,
                *_take_over(row, _("See the work")),
                "clock",
            )
        )
    return Kind("late", _("Late"), rows.count(), reverse("tower:work") + "?show=late", cards_)


def _unfilled(actor: Actor) -> Kind:
    rows = dispatch.unfilled_work(actor)
    cards_ = [
        Card(
            "urgent",
            "unfilled",
            _("Unfilled"),
            ngettext("%(count)s piece has no workshop", "%(count)s pieces have no workshop", row.quantity)
            % {"count": row.quantity},
            ngettext(
                "%(order)s · %(step)s · refused %(count)s time, due %(due)s",
                "%(order)s · %(step)s · refused %(count)s times, due %(due)s",
                row.refusals,
            )
            % {
                "order": row.production_order.code,
                "step": row.operation.name_en,
                "count": row.refusals,
                "due": _day(row.production_order.due_on),
            },
            None,
            _find_workshop(actor, row),
            _("Give it to…"),
            "users",
        )
        for row in rows[:SHOWN_PER_KIND]
    ]
    return Kind("unfilled", _("Unfilled"), len(rows), reverse("tower:offers") + "?state=declined", cards_)


def _find_workshop(actor: Actor, row: dispatch.Unfilled) -> str:
    """The choices for the last refused offer of this work; the production order where none can be given on."""
    refused = dispatch.offers(actor).filter(
        production_order=row.production_order, operation=row.operation, state__in=dispatch.DEAD_OFFERS
    )
    last: Offer | None = refused.filter(replacements=None).order_by("-answered_at").first()
    if last is None:
        return reverse("tower:production_order", args=[row.production_order.pk])
    return reverse("tower:reassign", args=["offer", last.pk])


def _late_orders(actor: Actor) -> Kind:
    if planning.published_plan(actor) is None:
        return Kind("forecast", _("Forecast late"), 0, "", [])
    rows = planning.late_orders(actor).select_related("variant")
    cards_ = []
    for row in rows[:SHOWN_PER_KIND]:
        if row.forecast_on is None:
            title = _("%(code)s is not finished within the plan") % {"code": row.code}
        else:
            days = (row.forecast_on - row.due_on).days
            title = ngettext("%(code)s will be %(count)s day late", "%(code)s will be %(count)s days late", days) % {
                "code": row.code,
                "count": days,
            }
        cards_.append(
            Card(
                "soon",
                "forecast",
                _("Forecast"),
                title,
                _("%(quantity)s × %(sku)s, due %(due)s")
                % {"quantity": row.quantity, "sku": row.variant.sku, "due": _day(row.due_on)},
                row.due_on,
                reverse("tower:production_order", args=[row.pk]),
                _("See the steps"),
                "trending-down",
            )
        )
    return Kind("forecast", _("Forecast late"), rows.count(), reverse("tower:orders") + "?show=late", cards_)


def _disputed(actor: Actor) -> Kind:
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


def _failed_inspections(actor: Actor, now: datetime) -> Kind:
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


def _counters(actor: Actor, now: datetime) -> Kind:
    rows = dispatch.counters(actor)
    cards_ = []
    for row in rows[:SHOWN_PER_KIND]:
        wish = []
        if row.counter_quantity is not None:
            wish.append(
                _("%(count)s instead of %(quantity)s pieces")
                % {"count": row.counter_quantity, "quantity": row.quantity}
            )
        if row.counter_due_on is not None:
            wish.append(
                _("by %(wish)s instead of %(due)s") % {"wish": _day(row.counter_due_on), "due": _day(row.due_on)}
            )
        cards_.append(
            Card(
                "urgent" if row.expires_at < now + timedelta(hours=12) else "soon",
                "counters",
                _("Counter-offer"),
                _("%(workshop)s would take other terms") % {"workshop": row.workshop.trade_name},
                f"{row.production_order.code} · " + ", ".join(wish),
                row.answered_at,
                reverse("tower:offers") + "?state=countered",
                _("Answer"),
                "message-circle",
            )
        )
    return Kind("counters", _("Counter-offers"), rows.count(), reverse("tower:offers") + "?state=countered", cards_)


def _stuck_payouts(actor: Actor) -> Kind:
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


def _contested(actor: Actor) -> Kind:
    rows = dispatch.reassignments(actor).filter(state="contested").order_by("contested_at")
    cards_ = [
        Card(
            "urgent",
            "contested",
            _("Contested"),
            _("%(workshop)s does not agree that its work went to others") % {"workshop": row.workshop.trade_name},
            _("%(code)s · %(count)s pieces · “%(words)s”")
            % {"code": row.work_order.code, "count": row.quantity, "words": row.contest},
            row.contested_at,
            reverse("tower:work_order", args=[row.work_order_id]),
            _("Answer"),
            "message-circle",
        )
        for row in rows[:SHOWN_PER_KIND]
    ]
    return Kind("contested", _("Contested"), rows.count(), reverse("tower:work"), cards_)


def _unpromised(actor: Actor) -> Kind:
    rows, count = unpromised(actor, SHOWN_PER_KIND)
    cards_ = []
    for row in rows:
        why, next_step, _href = why_no_promise(row)
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


def _rates(actor: Actor, now: datetime) -> Kind:
    """Objections to rates, rates below the floor, and an hour's pay that is too low for too many."""
    rows = fair_rates.alarms(actor, now)
    cards_ = [
        Card(severity, "rates", subject, title, what, since, href, _("Look at the rate"), "scale")
        for severity, subject, title, what, since, href in rows[:SHOWN_PER_KIND]
    ]
    return Kind("rates", _("Rates"), len(rows), reverse("tower:rates"), cards_)


def _advances(actor: Actor) -> Kind:
    """Advances that wait for a decision."""
    rows = advances.waiting(actor).select_related("workshop")
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


def _unmapped(actor: Actor) -> Kind:
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


def _day(on: date) -> str:
    from django.utils import formats

    return formats.date_format(on, "j M")


def badge_counts(actor: Actor, now: datetime) -> dict[str, tuple[int, str]]:
    """What the rail counts: exceptions of Today, open counters, waiting hand-ins, stuck payouts, unmapped SKUs."""
    today = local_date(now)
    silent = dispatch.silent_work(actor, now, today).order_by().count()
    late = dispatch.late_work(actor, today).order_by().count()
    stuck = settlement.stuck(actor).order_by().count()
    counters = dispatch.counters(actor).order_by().count()
    waiting = production.hand_ins(actor).filter(Q(state="received") | Q(state="disputed")).count()
    unmapped = (
        demand.lines(actor).filter(state="unmapped").values("order__channel_id", "external_sku").distinct().count()
    )
    return {
        "today": (silent + late + stuck + counters, "bad"),
        "work": (counters, ""),
        "quality": (waiting, ""),
        "pay": (stuck, "bad"),
        "skus": (unmapped, ""),
    }
