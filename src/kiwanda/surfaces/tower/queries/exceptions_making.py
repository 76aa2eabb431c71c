"""Exceptions of offers and work: who is silent or late, what has no maker, who wants other terms or does not agree."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kiwanda.core.actors import Actor
from kiwanda.factory.conversations import behalf
from kiwanda.factory.conversations import queries as conversations
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network import queries as network
from kiwanda.factory.planning import queries as planning
from kiwanda.surfaces.tower.queries.cards import SHOWN_PER_KIND, Card, Kind, short_day


def silent(actor: Actor, now: datetime, today: date) -> Kind:
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
                    "due": short_day(row.due_on),
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


def late_work(actor: Actor, today: date) -> Kind:
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


def unfilled(actor: Actor) -> Kind:
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
                "due": short_day(row.production_order.due_on),
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


def late_orders(actor: Actor) -> Kind:
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
                % {"quantity": row.quantity, "sku": row.variant.sku, "due": short_day(row.due_on)},
                row.due_on,
                reverse("tower:production_order", args=[row.pk]),
                _("See the steps"),
                "trending-down",
            )
        )
    return Kind("forecast", _("Forecast late"), rows.count(), reverse("tower:orders") + "?show=late", cards_)


def counters(actor: Actor, now: datetime) -> Kind:
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
                _("by %(wish)s instead of %(due)s")
                % {"wish": short_day(row.counter_due_on), "due": short_day(row.due_on)}
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


def contested(actor: Actor) -> Kind:
    """Workshops that do not agree: that their work went to others, or with what staff did in their name."""
    moved = dispatch.reassignments(actor).filter(state="contested").order_by("contested_at")
    acted = conversations.actions(actor).filter(state="contested").order_by("contested_at")
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
        for row in moved[:SHOWN_PER_KIND]
    ]
    newest = list(acted[:SHOWN_PER_KIND])
    shops = network.workshops(actor).filter(pk__in=[row.workshop_id for row in newest])
    names = dict(shops.values_list("pk", "trade_name"))
    cards_ += [
        Card(
            "urgent",
            "contested",
            _("Contested"),
            _("%(workshop)s does not agree with what was done for it") % {"workshop": names.get(row.workshop_id, "–")},
            f"{deed.text} · “{row.contest}”",
            row.contested_at,
            reverse("tower:messages") + "?show=contested",
            _("Answer"),
            "users",
        )
        for row, deed in zip(newest, behalf.deeds(newest, get_language() or "en"), strict=True)
    ]
    cards_.sort(key=lambda card: str(card.since))
    where = reverse("tower:messages") + "?show=contested" if newest else reverse("tower:work")
    return Kind("contested", _("Contested"), moved.count() + acted.count(), where, cards_[:SHOWN_PER_KIND])
