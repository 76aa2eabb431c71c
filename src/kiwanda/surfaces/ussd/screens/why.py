"""Why there is no work, or no more work, this week: the plan's own reasons, one a screen."""

from __future__ import annotations

from typing import Any

from kiwanda.factory.conversations.commands import request_call
from kiwanda.factory.conversations.menus import Shown
from kiwanda.factory.planning import explaining
from kiwanda.surfaces.ussd.screen import Caller, again, attempt, choice, done, register, show, shown

MOST_REASONS = 4


def _show(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    answer = explaining.why_no_work(caller.workshop_id, explaining.this_monday())
    sentences = [explaining.sentence(said, caller.language) for said in answer.reasons[:MOST_REASONS]]
    if not sentences:
        return done(caller, caller.say("why_unknown"))
    at = min(int(data.get("at", 0)), len(sentences) - 1)
    more = at + 1 < len(sentences)
    options = f"{caller.say('why_options' if more else 'why_last')}\n{caller.say('back')}"
    return shown("why", {"at": at, "more": more}, caller.say("why_work"), options, note=note, reason=sentences[at])


def _take(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "0":
        return show("root", caller)
    if chosen == "1" and data["more"]:
        return show("why", caller, {"at": data["at"] + 1})
    if chosen == "5":
        return attempt(
            caller,
            lambda: request_call(actor=caller.actor, command_id=caller.command_id("call"), channel="ussd"),
            lambda _: done(caller, caller.say("call")),
        )
    return again("why", caller, {"at": data["at"]})


register("why", _show, _take)
