"""The first screen, and the last word after an action."""

from __future__ import annotations

from typing import Any

from kiwanda.factory.conversations.commands import request_call
from kiwanda.factory.conversations.menus import Shown
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.surfaces.ussd.screen import Caller, again, attempt, choice, done, register, show, shown
from kiwanda.surfaces.ussd.screens.changes import changes

#: What each number of the first screen opens; the others act.
LEADS_TO = {
    "1": "offers", "2": "work", "3": "pin", "4": "days", "6": "settings", "7": "why", "8": "changes",
}


def _show(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    changed = len(changes(caller))
    options = "\n".join(
        [
            caller.say(
                "root_options",
                offers=dispatch.live_offers(caller.actor).count(),
                work=dispatch.live_work(caller.actor).count(),
            ),
            caller.say("root_why"),
            *([caller.say("root_changes", n=changed)] if changed else []),
        ]
    )
    name = caller.person.workshop.trade_name
    return shown("root", {}, caller.say("root"), options, note=note, workshop=name)


def _take(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen in LEADS_TO:
        return show(LEADS_TO[chosen], caller)
    if chosen == "5":
        return attempt(
            caller,
            lambda: request_call(actor=caller.actor, command_id=caller.command_id("call"), channel="ussd"),
            lambda _: done(caller, caller.say("call")),
        )
    return again("root", caller, data)


def _after(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    return show("root", caller, note="" if choice(typed) == "0" else caller.say("choose"))


register("root", _show, _take)
register("done", _show, _after)
