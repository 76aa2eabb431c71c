"""How a command says no: an error code with an English and a Swahili sentence, never a traceback."""

from __future__ import annotations

from enum import Enum
from typing import Any


class ErrorCode(Enum):
    """Base of every room's ``errors.py``: ``NAME = ("English sentence.", "Swahili sentence.")``.

    Sentences may hold ``{placeholders}`` filled from the rejection's parameters.
    """

    @property
    def code(self) -> str:
        """Stable machine name, for example ``dispatch.offer_taken``."""
        room = type(self).__module__.split(".")[-2]
        return f"{room}.{self.name.lower()}"

    def sentence(self, language: str = "en", **params: Any) -> str:
        """The sentence in ``language`` (``en`` or ``sw``) with its placeholders filled."""
        english: str
        swahili: str
        english, swahili = self.value
        return (swahili if language.startswith("sw") else english).format(**params)


class Rejected(Exception):
    """A command refused. Nothing was changed. ``status`` is the HTTP status a surface answers with."""

    status = 409

    def __init__(self, error: ErrorCode, *, field: str | None = None, **params: Any) -> None:
        self.error = error
        self.field = field
        self.params = params
        super().__init__(self.message())

    @property
    def code(self) -> str:
        return self.error.code

    def message(self, language: str = "en") -> str:
        return self.error.sentence(language, field=self.field, **self.params)


class Invalid(Rejected):
    """The request itself is wrong (a field out of range, an unknown code)."""

    status = 422


class Forbidden(Rejected):
    """The actor may not do this."""

    status = 403


class NotFound(Rejected):
    """Not there, or not the actor's to see; the two are indistinguishable on purpose."""

    status = 404


class CoreError(ErrorCode):
    """Refusals every command can give."""

    NOT_ALLOWED = ("Your role does not allow this.", "Jukumu lako halikuruhusu kufanya hili.")
    NOT_FOUND = ("That {what} does not exist or is not yours.", "{what} hiyo haipo au si yako.")
    ID_REUSED = (
        "This request was already used for something else. Reload the page and try again.",
        "Ombi hili lilishatumika kwa jambo jingine. Pakia ukurasa upya ujaribu tena.",
    )
    CHANGED_MEANWHILE = (
        "Somebody changed this a moment ago. Look again before you go on.",
        "Mtu amebadilisha hili sasa hivi. Angalia tena kabla ya kuendelea.",
    )
    WRONG_STATE = (
        "This cannot be done now: it is already {state}.",
        "Hili haliwezi kufanyika sasa: tayari ni {state}.",
    )
    OUT_OF_RANGE = (
        "{field} must be between {low} and {high}.",
        "{field} lazima iwe kati ya {low} na {high}.",
    )
    BEHALF_REASON = (
        "Say why you do this for her: she is told.",
        "Eleza kwa nini unafanya hivi kwa niaba yake: ataambiwa.",
    )
    MISSING = ("{field} is missing.", "{field} haipo.")
    MALFORMED = ("{field} is not valid: {reason}", "{field} si sahihi: {reason}")


def require(condition: bool, error: ErrorCode, **params: Any) -> None:
    """Reject with ``error`` unless ``condition`` holds."""
    if not condition:
        raise Rejected(error, **params)


def require_range(field: str, value: int, low: int, high: int) -> int:
    """``value`` when it is an int within [low, high]; otherwise :class:`Invalid` naming ``field``."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Invalid(CoreError.OUT_OF_RANGE, field=field, low=low, high=high)
    return value
