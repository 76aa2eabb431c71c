"""The parts every screen is made of: who looks, what is shown next, how a refusal reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.factory.conversations.menus import Place, Shown
from kiwanda.factory.network.models import Artisan
from kiwanda.ports.menus import MenuScreen
from kiwanda.surfaces.ussd.page import page
from kiwanda.surfaces.ussd.words import word


@dataclass(frozen=True, slots=True)
class Caller:
    """Who holds the phone; ``hop_id`` names this hop, so that an effect of it happens once."""

    person: Artisan
    actor: Actor
    language: str
    hop_id: UUID
    phone: str = ""

    @property
    def workshop_id(self) -> UUID:
        found: UUID = self.person.workshop_id
        return found

    def say(self, key: str, **values: object) -> str:
        return word(key, self.language, **values)

    def command_id(self, what: str) -> UUID:
        """The id of a command given by this hop: a repeated hop repeats the id."""
        return derived_id("ussd-command", self.hop_id, what)


#: Shows a screen from its data; ``note`` says what just happened.
Show = Callable[[Caller, dict[str, Any], str], Shown]
#: Answers what was typed on it.
Take = Callable[[Caller, dict[str, Any], str], Shown]


@dataclass(frozen=True, slots=True)
class Screen:
    show: Show
    take: Take


SCREENS: dict[str, Screen] = {}


def register(name: str, show: Show, take: Take) -> None:
    SCREENS[name] = Screen(show, take)


def show(name: str, caller: Caller, data: dict[str, Any] | None = None, note: str = "") -> Shown:
    return SCREENS[name].show(caller, data or {}, note)


def shown(
    name: str, data: dict[str, Any], body: str, options: str = "", *, note: str = "", ends: bool = False,
    **names: str,
) -> Shown:
    """A screen as it goes out. ``names`` fill the body's ``<placeholders>`` and may be cut."""
    return Shown(MenuScreen(page(body, options, names=names, note=note), ends), Place(name, data))


def done(caller: Caller, sentence: str, **names: str) -> Shown:
    """What came of an action; 0 leads on."""
    return Shown(MenuScreen(page(sentence, caller.say("menu"), names=names)), Place("done", {}))


def again(name: str, caller: Caller, data: dict[str, Any]) -> Shown:
    """The same screen once more, saying that a number is to be chosen."""
    return show(name, caller, data, caller.say("choose"))


def attempt(caller: Caller, action: Callable[[], Any], then: Callable[[Any], Shown]) -> Shown:
    """Give a command; a refusal is its sentence in the reader's language."""
    try:
        result = action()
    except Rejected as refusal:
        return done(caller, refusal.message(caller.language))
    return then(result)


def whole(typed: str, low: int, high: int) -> int | None:
    """The whole number typed, when it lies within the limits."""
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        return None
    number = int(text)
    return number if low <= number <= high else None


def choice(typed: str) -> str:
    """The option typed: people add spaces."""
    return typed.strip()


def short(day: date) -> str:
    """``05/12``."""
    return day.strftime("%d/%m")


def short_time(moment: datetime) -> str:
    """``24/11 18:00`` in Nairobi."""
    return moment.astimezone(clock.FACTORY_ZONE).strftime("%d/%m %H:%M")


def named(caller: Caller, english: str, swahili: str) -> str:
    return (swahili or english) if caller.language.startswith("sw") else english
