"""The menu as one function: where she was and what she typed give the next screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kiwanda.core import actors, clock, vault
from kiwanda.core.actors import Channel
from kiwanda.core.errors import Invalid
from kiwanda.core.ids import derived_id
from kiwanda.factory.conversations import menus
from kiwanda.factory.conversations.commands import request_call
from kiwanda.factory.conversations.menus import Place, Shown, Step
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.models import Artisan
from kiwanda.ports.menus import MenuRequest, MenuScreen
from kiwanda.surfaces.ussd import screens
from kiwanda.surfaces.ussd.screen import SCREENS, Caller, show, shown
from kiwanda.surfaces.ussd.screens.root import LEADS_TO
from kiwanda.surfaces.ussd.words import word

__all__ = ["answer", "screens"]
#: Hubs named to a stranger.
HUBS_NAMED = 4


def answer(request: MenuRequest) -> MenuScreen:
    """The screen for one hop; the same hop again gives the same screen and has no second effect."""
    try:
        person = network.artisan_by_phone(request.phone)
    except Invalid:
        person = None
    step = _for_strangers(request.phone) if person is None else _for(person)
    return menus.answer(request.session_id, request.text, person.pk if person is not None else None, step)


def _for(person: Artisan) -> Step:
    actor = actors.artisan(person.pk, person.workshop_id, Channel.USSD)

    def step(place: Place | None, typed: str, hop_id: UUID) -> Shown:
        caller = Caller(person, actor, person.language, hop_id)
        if place is None:
            return _dialled(caller, typed)
        screen = SCREENS.get(place.screen)
        # A session that lives through a new version may stand on a screen that is no more.
        return screen.take(caller, place.data, typed) if screen is not None else show("root", caller)

    return step


def _dialled(caller: Caller, typed: str) -> Shown:
    """The beginning. People who know the way dial ``*384*…*2#``: the first number leads to its screen, and nothing is
    done that was not on a screen before.
    """
    first = typed.split("*", 1)[0].strip()
    if first in LEADS_TO:
        return show(LEADS_TO[first], caller)
    return show("root", caller)


def _for_strangers(phone: str) -> Step:
    def step(place: Place | None, typed: str, hop_id: UUID) -> Shown:
        data: dict[str, Any] = place.data if place is not None else {"language": "sw"}
        language = str(data.get("language", "sw"))
        if place is not None and typed.strip() == "1":
            # Once a day and number: a stranger who dials a hundred times is called once.
            who = vault.blind_index(vault.PHONE, phone)
            request_call(
                actor=actors.system(Channel.USSD), command_id=derived_id("stranger-call", who, clock.today()),
                channel="ussd", phone=phone,
            )
            return shown("stranger", data, word("call", language), ends=True)
        if place is not None and typed.strip() == "2":
            language = "en" if language == "sw" else "sw"
        hubs = ", ".join(hub.name for hub in network.hubs()[:HUBS_NAMED])
        return shown(
            "stranger", {"language": language}, word("stranger", language), word("stranger_options", language),
            hubs=hubs or "Nairobi",
        )

    return step
