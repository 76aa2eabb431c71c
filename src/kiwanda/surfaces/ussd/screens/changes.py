"""What staff did for her and work that went to others, one a screen, the newest first; contesting it with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.factory.conversations import behalf, queries
from kiwanda.factory.conversations.commands import contest_action
from kiwanda.factory.conversations.menus import Shown
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import contest_reassignment
from kiwanda.surfaces.ussd.screen import (
    Caller,
    again,
    attempt,
    choice,
    done,
    named,
    register,
    short,
    show,
    shown,
    whole,
)
from kiwanda.surfaces.ussd.words import WORDS

#: Older ones are not shown; they can still be contested at the hub.
SHOWN_DAYS = timedelta(days=30)
LISTED = 9


@dataclass(frozen=True, slots=True)
class Change:
    """``kind`` is ``deed`` or ``moved``; ``open``: it may be contested."""

    kind: str
    id: UUID
    at: Any
    open: bool
    row: Any


def changes(caller: Caller) -> list[Change]:
    """What is open or waits for an answer, the newest first."""
    since = clock.now() - SHOWN_DAYS
    deeds = queries.actions(caller.actor).filter(acted_at__gt=since, state__in=["told", "contested"])[:LISTED]
    moved = dispatch.reassignments(caller.actor).filter(made_at__gt=since, state__in=["made", "contested"])[:LISTED]
    found = [Change("deed", row.id, row.acted_at, row.state == "told", row) for row in deeds]
    found += [Change("moved", row.id, row.made_at, row.state == "made", row) for row in moved]
    return sorted(found, key=lambda item: item.at, reverse=True)[:LISTED]


def _show(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    found = changes(caller)
    if not found:
        return done(caller, caller.say("no_changes"))
    ids = [str(item.id) for item in found]
    place = ids.index(data["id"]) if data.get("id") in ids else 0
    item = found[place]
    at = f"({place + 1}/{len(found)}) " if len(found) > 1 else ""
    options = [
        *([caller.say("change_options")] if item.open else []),
        *([caller.say("change_next")] if len(found) > 1 else []),
        caller.say("back"),
    ]
    kept = {"id": ids[place], "kind": item.kind, "open": item.open, "next": ids[(place + 1) % len(ids)]}
    on = short(clock.local_date(item.at))
    if item.kind == "deed":
        (deed,) = behalf.deeds([item.row], caller.language)
        body = caller.say("deed" if item.open else "deed_waits", at=at, on=on, by=deed.by)
        names = {"did": deed.text[:1].lower() + deed.text[1:], "why": deed.why} if item.open else {"did": deed.text}
    else:
        order = item.row.work_order
        operation = order.operation
        body = caller.say("moved" if item.open else "moved_waits", at=at, on=on, n=item.row.quantity, code=order.code)
        names = {"operation": named(caller, operation.name_en, operation.name_sw)} if item.open else {}
    return shown("changes", kept, body, "\n".join(options), note=note, **names)  # type: ignore[arg-type]  # mypy fears for ``ends``


def _take(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "0":
        return show("root", caller)
    if chosen == "1" and data["open"]:
        return show("contest", caller, {"id": data["id"], "kind": data["kind"]})
    if chosen == "2" and data["next"] != data["id"]:
        return show("changes", caller, {"id": data["next"]})
    return again("changes", caller, {"id": data["id"]})


def _reasons(caller: Caller, kind: str) -> list[str]:
    swahili = caller.language.startswith("sw")
    return [line.split(" ", 1)[1] for line in WORDS[f"contest_{kind}"][1 if swahili else 0].split("\n")]


def _show_contest(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    options = f"{caller.say('contest_' + data['kind'])}\n{caller.say('back')}"
    return shown("contest", data, caller.say("why"), options, note=note)


def _take_contest(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("changes", caller, {"id": data["id"]})
    reasons = _reasons(caller, data["kind"])
    number = whole(typed, 1, len(reasons))
    if number is None:
        return again("contest", caller, data)
    identifier, reason = UUID(data["id"]), reasons[number - 1]

    def give() -> Any:
        if data["kind"] == "deed":
            return contest_action(
                actor=caller.actor, command_id=caller.command_id("contest"), action_id=identifier, reason=reason
            )
        return contest_reassignment(
            actor=caller.actor, command_id=caller.command_id("contest"), reassignment_id=identifier, contest=reason
        )

    return attempt(caller, give, lambda _: done(caller, caller.say("contested")))


register("changes", _show, _take)
register("contest", _show_contest, _take_contest)
