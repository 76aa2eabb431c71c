"""New work, one offer a screen, the most urgent first: accept, decline with a reason, or other terms.

What a number means is pinned to the offer that was on the screen: if it has gone meanwhile, the command says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from kiwanda.factory.conversations.menus import Shown
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import accept_offer, counter_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import DECLINE_REASONS
from kiwanda.surfaces.ussd.page import money
from kiwanda.surfaces.ussd.screen import (
    Caller,
    again,
    attempt,
    choice,
    done,
    named,
    register,
    short,
    short_time,
    show,
    shown,
    whole,
)

LATEST_DAYS = 60
REASONS = list(DECLINE_REASONS)


def _live(caller: Caller) -> list[Offer]:
    return list(dispatch.live_offers(caller.actor).select_related("production_order__variant__style")[:50])


def _current(caller: Caller, data: dict[str, Any]) -> Offer | None:
    rows = dispatch.live_offers(caller.actor).select_related("production_order__variant__style")
    return rows.filter(pk=data["offer"]).first() if "offer" in data else None


def _show(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    live = _live(caller)
    if not live:
        return done(caller, caller.say("no_offers"))
    ids = [str(row.pk) for row in live]
    at = ids.index(data["offer"]) if data.get("offer") in ids else 0
    offer = live[at]
    countered = offer.state == "countered"
    options = [caller.say("offer_options_countered" if countered else "offer_options")]
    if len(live) > 1:
        options.append(caller.say("next"))
    options.append(caller.say("back"))
    style = offer.production_order.variant.style
    body = caller.say(
        "offer_countered" if countered else "offer",
        at=f"({at + 1}/{len(live)}) " if len(live) > 1 else "",
        quantity=offer.quantity,
        pay=money(offer.pay_minor, offer.currency),
        rate=money(offer.piece_rate_minor, offer.currency),
        due=short(offer.due_on),
        until=short_time(offer.expires_at),
    )
    after = ids[(at + 1) % len(ids)]
    return shown(
        "offers", {"offer": str(offer.pk), "next": after, "countered": countered}, body, "\n".join(options), note=note,
        operation=named(caller, offer.operation.name_en, offer.operation.name_sw),
        style=named(caller, style.name_en, style.name_sw),
    )


def _take(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "1":
        return attempt(
            caller,
            lambda: accept_offer(
                actor=caller.actor, command_id=caller.command_id("accept"), offer_id=UUID(data["offer"])
            ),
            lambda order: _accepted(caller, order),
        )
    if chosen == "2":
        return show("decline", caller, {"offer": data["offer"]})
    if chosen == "3" and not data["countered"]:
        return show("terms", caller, {"offer": data["offer"]})
    if chosen == "4" and data["next"] != data["offer"]:
        return show("offers", caller, {"offer": data["next"]})
    if chosen == "0":
        return show("root", caller)
    return again("offers", caller, {"offer": data["offer"]})


def _accepted(caller: Caller, order: WorkOrder) -> Shown:
    return done(caller, caller.say("accepted", code=order.code, quantity=order.quantity, due=short(order.due_on)))


def _show_decline(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    options = f"{caller.say('decline_reasons')}\n{caller.say('back')}"
    return shown("decline", data, caller.say("why"), options, note=note)


def _take_decline(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("offers", caller, data)
    number = whole(typed, 1, len(REASONS))
    if number is None:
        return again("decline", caller, data)
    return attempt(
        caller,
        lambda: decline_offer(
            actor=caller.actor, command_id=caller.command_id("decline"), offer_id=UUID(data["offer"]),
            reason=REASONS[number - 1],
        ),
        lambda _: done(caller, caller.say("declined")),
    )


def _show_terms(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    offer = _current(caller, data)
    if offer is None:
        return done(caller, caller.say("gone"))
    body = caller.say("terms", quantity=offer.quantity, due=short(offer.due_on))
    return shown("terms", data, body, f"{caller.say('terms_options')}\n{caller.say('back')}", note=note)


def _take_terms(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "0":
        return show("offers", caller, data)
    if chosen in ("1", "2"):
        return show("fewer" if chosen == "1" else "later", caller, data)
    return again("terms", caller, data)


def _show_fewer(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    offer = _current(caller, data)
    if offer is None or offer.quantity < 2:
        return done(caller, caller.say("gone"))
    body = caller.say("how_many_fewer", most=offer.quantity - 1)
    return shown("fewer", data, body, caller.say("back"), note=note)


def _take_fewer(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("terms", caller, data)
    number = whole(typed, 1, 1_000_000)
    if number is None:
        return show("fewer", caller, data, caller.say("number"))
    return _counter(caller, data, quantity=number)


def _show_later(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    offer = _current(caller, data)
    if offer is None:
        return done(caller, caller.say("gone"))
    return shown(
        "later", data, caller.say("how_much_later", due=short(offer.due_on)), caller.say("back"), note=note
    )


def _take_later(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("terms", caller, data)
    number, offer = whole(typed, 1, LATEST_DAYS), _current(caller, data)
    if offer is None:
        return done(caller, caller.say("gone"))
    if number is None:
        return show("later", caller, data, caller.say("number"))
    return _counter(caller, data, due_on=offer.due_on + timedelta(days=number))


def _counter(caller: Caller, data: dict[str, Any], **terms: Any) -> Shown:
    return attempt(
        caller,
        lambda: counter_offer(
            actor=caller.actor, command_id=caller.command_id("counter"), offer_id=UUID(data["offer"]), **terms
        ),
        lambda _: done(caller, caller.say("countered")),
    )


register("offers", _show, _take)
register("decline", _show_decline, _take_decline)
register("terms", _show_terms, _take_terms)
register("fewer", _show_fewer, _take_fewer)
register("later", _show_later, _take_later)
