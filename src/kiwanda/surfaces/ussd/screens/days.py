"""Days off: today, tomorrow, the rest of the week, any day; and taking one back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kiwanda.core import clock
from kiwanda.factory.conversations.menus import Shown
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.commands import cancel_day_off, take_days_off
from kiwanda.surfaces.ussd.screen import (
    Caller,
    again,
    attempt,
    choice,
    done,
    register,
    short,
    show,
    shown,
    whole,
)

#: In the order the screen has them; the network's own words.
REASONS = ("ill", "family", "funeral", "planting", "market", "holiday", "other")
LONGEST = 60
LISTED = 7


def _coming(caller: Caller) -> list[date]:
    rows = network.days_off(caller.actor).filter(on__gte=clock.today())
    return list(rows.values_list("on", flat=True)[:LISTED])


def _show(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    options = f"{caller.say('days_options', n=len(_coming(caller)))}\n{caller.say('back')}"
    return shown("days", {}, caller.say("days"), options, note=note)


def _take(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen, today = choice(typed), clock.today()
    if chosen == "0":
        return show("root", caller)
    if chosen in ("1", "2"):
        return show("day_reason", caller, _span(today + timedelta(days=int(chosen) - 1), 1))
    if chosen == "3":
        return show("day_reason", caller, _span(today, 7 - today.weekday()))
    if chosen == "4":
        return show("which_day", caller)
    if chosen == "5":
        return show("day_back", caller)
    return again("days", caller, data)


def _span(first: date, number: int) -> dict[str, Any]:
    return {"first": first.isoformat(), "days": number}


def _show_which(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    return shown("which_day", {}, caller.say("which_day"), caller.say("back"), note=note)


def _take_which(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("days", caller)
    day = ahead(choice(typed), clock.today())
    if day is None:
        return show("which_day", caller, note=caller.say("no_such_day"))
    return show("how_many_days", caller, {"first": day.isoformat()})


def ahead(typed: str, today: date) -> date | None:
    """The next day written ``DDMM``, today included, within a year."""
    if not (typed.isascii() and typed.isdigit() and len(typed) == 4):
        return None
    for year in (today.year, today.year + 1):
        try:
            day = date(year, int(typed[2:]), int(typed[:2]))
        except ValueError:
            continue
        if today <= day <= today + timedelta(days=365):
            return day
    return None


def _show_many(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    first = date.fromisoformat(data["first"])
    return shown("how_many_days", data, caller.say("how_many_days", on=short(first)), caller.say("back"), note=note)


def _take_many(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("days", caller)
    number = whole(typed, 1, LONGEST)
    if number is None:
        return show("how_many_days", caller, data, caller.say("number"))
    return show("day_reason", caller, {"first": data["first"], "days": number})


def _show_reason(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    body = caller.say("why_days", n=data["days"], on=short(date.fromisoformat(data["first"])))
    return shown("day_reason", data, body, f"{caller.say('day_reasons')}\n{caller.say('back')}", note=note)


def _take_reason(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("days", caller)
    number = whole(typed, 1, len(REASONS))
    if number is None:
        return again("day_reason", caller, data)
    first = date.fromisoformat(data["first"])
    return attempt(
        caller,
        lambda: take_days_off(
            actor=caller.actor, command_id=caller.command_id("days-off"), workshop_id=caller.workshop_id,
            days=[first + timedelta(days=step) for step in range(data["days"])], reason=REASONS[number - 1],
        ),
        lambda _: done(caller, caller.say("days_taken", n=data["days"], on=short(first))),
    )


def _show_back(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    days = _coming(caller)
    if not days:
        return done(caller, caller.say("no_days"))
    options = [f"{number} {short(day)}" for number, day in enumerate(days, 1)]
    kept = {"days": [day.isoformat() for day in days]}
    return shown("day_back", kept, caller.say("work_on"), "\n".join([*options, caller.say("back")]), note=note)


def _take_back(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    if choice(typed) == "0":
        return show("days", caller)
    number = whole(typed, 1, len(data["days"]))
    if number is None:
        return again("day_back", caller, data)
    day = date.fromisoformat(data["days"][number - 1])
    return attempt(
        caller,
        lambda: cancel_day_off(
            actor=caller.actor, command_id=caller.command_id("day-back"), workshop_id=caller.workshop_id, on=day
        ),
        lambda _: done(caller, caller.say("day_back", on=short(day))),
    )


register("days", _show, _take)
register("which_day", _show_which, _take_which)
register("how_many_days", _show_many, _take_many)
register("day_reason", _show_reason, _take_reason)
register("day_back", _show_back, _take_back)
