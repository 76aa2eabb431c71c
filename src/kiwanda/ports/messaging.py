"""Port to message providers: SMS and WhatsApp for artisans, a chat room for staff. Reference: docs/how-to/messaging.md.

Three halves, because they are used at three places: :class:`Messaging` sends (jobs only), :class:`Webhook` reads what a
provider posts to us (web process: is it genuine? worker: what does it say?), :class:`StaffChat` talks to staff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Button:
    """An answer the reader can tap. ``id`` comes back to us; ``title`` is cut to what the provider shows."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """``id`` is ours and, where the provider knows such a thing, its de-duplication key.

    ``params`` are the template's values in the order its sentence names them (providers that only send templates they
    have approved get those instead of ``body``). ``in_session`` is True while the provider lets us write freely.
    ``address`` is the provider's own name for the person, for people whose ``phone`` it does not tell.
    """

    id: UUID
    channel: str
    phone: str
    language: str
    template: str
    body: str
    params: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    in_session: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class SendResult:
    """``ok`` with the provider's reference, or the error; ``permanent`` errors are not tried again.

    ``cost_micros`` is the price in millionths of ``currency`` (an SMS costs fractions of a cent), None when it is not
    known (yet). ``delivered``: the provider knows already that it arrived. ``retry_after_seconds`` is the provider's
    own wish (a throttle), 0 without one.
    """

    ok: bool
    provider_ref: str = ""
    error: str = ""
    permanent: bool = False
    cost_micros: int | None = None
    currency: str = ""
    delivered: bool = False
    retry_after_seconds: int = 0


class Messaging(Protocol):
    """Sends messages. Only jobs call it."""

    def send(self, message: OutgoingMessage) -> SendResult:
        """Give one message to the provider. Never raises for the provider's faults: it answers what is known."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that waits at the provider; ``sha256`` in hex where the provider tells it."""

    media_id: str
    mime_type: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """Somebody wrote, tapped a button or sent a picture. ``ref`` is the provider's id: the same again is the same.

    ``phone`` is E.164 or "" when the provider hides it; ``address`` is then its own name for the person. ``button`` is
    the id of a tapped button, ``about_ref`` the message it answers. ``kind`` is ``text``, ``button``, ``picture`` or
    the provider's word for something we do not read (``audio``, ``location``).
    """

    ref: str
    channel: str
    phone: str
    address: str = ""
    text: str = ""
    button: str = ""
    picture: Picture | None = None
    about_ref: str = ""
    kind: str = "text"
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message we sent: ``state`` is ``sent``, ``delivered``, ``read`` or ``failed``.

    ``category`` and ``billable`` are what the provider says about its price, where it does.
    """

    ref: str
    channel: str
    state: str
    error: str = ""
    at: datetime | None = None
    category: str = ""
    billable: bool | None = None
    cost_micros: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something a provider tells that concerns nobody here (a template was approved, somebody is typing)."""

    kind: str


Arrival = IncomingMessage | DeliveryReport | Ignored


class Unreadable(ValueError):
    """A body that does not have the provider's form. The sentence names the field."""


class Webhook(Protocol):
    """Reads what a provider posts to us."""

    def genuine(self, headers: Mapping[str, str], body: bytes, *, secret: str, remote: str, now: datetime) -> bool:
        """Whether the provider sent it. ``secret`` is what the address held, ``remote`` the caller's IP address."""
        ...

    def read(self, body: bytes, *, what: str = "") -> list[Arrival]:
        """What ``body`` says; ``what`` tells kinds apart that come to different addresses. Raises ``Unreadable``."""
        ...


class Subscribing(Protocol):
    """A provider that asks once whether an address is ours (WhatsApp)."""

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What to answer, or None when the question is not the provider's."""
        ...


@dataclass(frozen=True, slots=True)
class FetchedPicture:
    """``data`` is None when it could not be had; ``permanent`` then tells whether to ask again."""

    data: bytes | None
    error: str = ""
    permanent: bool = False


class PictureSource(Protocol):
    """Where pictures wait. Only jobs call it."""

    def fetch(self, picture: Picture) -> FetchedPicture: ...


@dataclass(frozen=True, slots=True)
class NoticeAction:
    """A button under a notice. ``value`` comes back; ``url`` makes it a link instead; ``style`` good, bad or plain."""

    id: str
    label: str
    value: str = ""
    url: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A few lines for staff with what can be done about it."""

    id: UUID
    title: str
    lines: tuple[str, ...] = ()
    actions: tuple[NoticeAction, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffAction:
    """A member of staff pressed a button. ``ref`` names this press: the same again is the same."""

    ref: str
    person: str
    action: str
    value: str
    answer_url: str


class StaffChat(Protocol):
    """The chat room of staff. ``post`` and ``answer`` are for jobs only."""

    def post(self, notice: Notice) -> SendResult: ...

    def answer(self, answer_url: str, text: str) -> SendResult:
        """Say under the notice what came of a press."""
        ...

    def genuine(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool: ...

    def read(self, body: bytes) -> list[StaffAction]:
        """The presses in ``body``, none for other kinds of post. Raises ``Unreadable``."""
        ...
