"""Language, the channel we write by, stopping and starting SMS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiwanda.factory.conversations.commands import set_opt_out
from kiwanda.factory.conversations.contacts import contact_of
from kiwanda.factory.conversations.menus import Shown
from kiwanda.factory.network.commands import set_contact_preference
from kiwanda.surfaces.ussd.screen import Caller, again, attempt, choice, register, show, shown

CHANNELS = {"2": "sms", "3": "whatsapp", "4": "app"}
NAMES = {"sms": "SMS", "ussd": "SMS", "whatsapp": "WhatsApp", "app": "App"}


def _stopped(caller: Caller) -> bool:
    return contact_of(caller.person.pk).sms_stopped_at is not None


def _show(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    caller.person.refresh_from_db(fields=["channel", "language"])
    options = caller.say("settings_options", stop=caller.say("start" if _stopped(caller) else "stop"))
    body = caller.say("settings", channel=NAMES.get(caller.person.channel, caller.person.channel))
    return shown("settings", {}, body, f"{options}\n{caller.say('back')}", note=note)


def _take(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "0":
        return show("root", caller)
    if chosen == "1":
        return _prefer(caller, "en" if caller.language.startswith("sw") else "sw", caller.person.channel)
    if chosen in CHANNELS:
        return _prefer(caller, caller.language, CHANNELS[chosen])
    if chosen == "5":
        return attempt(
            caller,
            lambda: set_opt_out(
                actor=caller.actor, command_id=caller.command_id("stop"), artisan_id=caller.person.pk, channel="sms",
                stopped=not _stopped(caller),
            ),
            lambda _: show("settings", caller, note=caller.say("saved")),
        )
    return again("settings", caller, data)


def _prefer(caller: Caller, language: str, channel: str) -> Shown:
    reader = replace(caller, language=language)
    return attempt(
        caller,
        lambda: set_contact_preference(
            actor=caller.actor, command_id=caller.command_id("preference"), artisan_id=caller.person.pk,
            language=language, channel=channel,
        ),
        lambda _: show("settings", reader, note=reader.say("saved")),
    )


register("settings", _show, _take)
