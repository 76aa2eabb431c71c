"""Pay, behind a PIN: a phone lying about shows nobody what its owner earns."""

from __future__ import annotations

import hmac
from typing import Any

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.factory.conversations.commands import check_pin, set_pin
from kiwanda.factory.conversations.commands.set_pin import GUESSED, is_pin, pin_hash
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.menus import Shown
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.settlement import statements
from kiwanda.factory.settlement.models import Payout
from kiwanda.surfaces.ussd.page import money
from kiwanda.surfaces.ussd.screen import Caller, choice, done, register, short, show, shown


def _show(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    if not Contact.objects.filter(pk=caller.person.pk).exclude(pin_hash="").exists():
        return show("pin_new", caller)
    return shown("pin", {}, caller.say("pin"), caller.say("back"), note=note)


def _take(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("root", caller)
    try:
        check_pin(actor=caller.actor, pin=choice(typed))
    except Rejected as refusal:
        if refusal.error is ConversationsError.PIN_LOCKED:
            return shown("done", {}, refusal.message(caller.language), ends=True)
        return show("pin", caller, note=refusal.message(caller.language))
    return _pay(caller)


def _show_new(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    return shown("pin_new", {}, caller.say("pin_new"), caller.say("back"), note=note)


def _take_new(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "0":
        return show("root", caller)
    if not is_pin(chosen) or chosen in GUESSED:
        return show("pin_new", caller, note=ConversationsError.PIN_FORM.sentence(caller.language))
    # Between the two screens only the keyed hash is kept.
    return shown("pin_again", {"hash": pin_hash(caller.person.pk, chosen)}, caller.say("pin_again"))


def _show_again(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    return shown("pin_again", data, caller.say("pin_again"), note=note)


def _take_again(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if not is_pin(chosen) or not hmac.compare_digest(pin_hash(caller.person.pk, chosen), str(data["hash"])):
        return show("pin_new", caller, note=caller.say("pin_differs"))
    try:
        set_pin(actor=caller.actor, pin=chosen)
    except Rejected as refusal:
        return done(caller, refusal.message(caller.language))
    return _pay(caller)


def _pay(caller: Caller) -> Shown:
    totals = statements.totals(caller.workshop_id)
    currency = caller.person.workshop.currency
    last = Payout.objects.filter(workshop_id=caller.workshop_id, state="paid").order_by("-paid_at").first()
    told = caller.say("never_paid")
    if last is not None and last.paid_at is not None:
        told = caller.say(
            "last_paid",
            amount=money(last.amount_minor, last.currency),
            on=short(clock.local_date(last.paid_at)),
            receipt=last.receipt_ref[:20],
        )
    body = caller.say(
        "pay",
        earned=money(totals.earned_minor, currency),
        waiting=money(totals.waiting_minor, currency),
        coming=money(totals.on_its_way_minor, currency),
        last=told,
    )
    return done(caller, body)


register("pin", _show, _take)
register("pin_new", _show_new, _take_new)
register("pin_again", _show_again, _take_again)
