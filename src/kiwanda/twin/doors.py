"""The doors the twin's people come through: a share of what they do goes by the app's sync, by USSD, SMS and WhatsApp
as it would from a real network, through the factory's own addresses in this process; the rest gives the same commands
directly.

Who uses which channel was drawn when the network was made, by the county's phone ownership and internet use (census of
2019, ``network.py``). Only a share (:data:`SHARES`) of the acts takes the long way, because a USSD session costs three
hops and an SMS a post, an answer and its delivery: the demo's build must not get slower for it. Of the app's users it
is always the same ones who sync, so that few phones have to log in.

A person whose phone fails her (two offers at once, a menu she does not get through) is served directly: nothing is
done twice, because only what the door left undone is given again.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.urls import resolve

from kiwanda.core import vault
from kiwanda.core.jobs import TIMERS, load_jobs
from kiwanda.factory.conversations import sending
from kiwanda.factory.conversations.models import Question
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import DECLINE_REASONS, LIVE_WORK_ORDERS
from kiwanda.twin.app_phones import AppPhones
from kiwanda.twin.phones import PHONE_NUMBER_ID, secret
from kiwanda.twin.simulators import AfricasTalkingSimulator, Post, WhatsAppSimulator

#: Parts of the acts of each channel's people that take the channel's own door; of the app's, parts of the people.
SHARES = {"app": 0.12, "ussd": 0.12, "sms": 0.12, "whatsapp": 0.12}
#: Answers a person gives at most in one talk.
LONGEST_TALK = 3


class Person(Protocol):
    """Who acts: the owner of a workshop of the twin."""

    @property
    def workshop_id(self) -> UUID: ...

    @property
    def owner_id(self) -> UUID: ...

    @property
    def channel(self) -> str: ...


def in_process(item: Post) -> tuple[int, bytes]:
    """Give a provider's post to the view that answers its address, without a server between."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": item.path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": item.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(item.body)),
        "wsgi.input": io.BytesIO(item.body),
        "wsgi.url_scheme": "http",
    }
    for name, value in item.headers.items():
        if name not in ("Content-Type", "Content-Length"):
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    found = resolve(item.path)
    response = found.func(WSGIRequest(environ), *found.args, **found.kwargs)
    return response.status_code, response.content


class Doors:
    """The networks' side of one play. ``used`` counts what went through which door, and what it left undone;
    ``phones`` is what phones with the app remember (:class:`AppPhones`).
    """

    def __init__(self, shares: dict[str, float] | None = None, phones: dict[str, list[Any]] | None = None) -> None:
        config = settings.CONFIG
        self.shares = SHARES if shares is None else shares
        self.used: Counter[str] = Counter()
        self.apps = AppPhones(in_process, {} if phones is None else phones)
        # Neither is started as a server: nobody calls them here, they only speak as the networks do.
        self.network = AfricasTalkingSimulator(in_process, secret=config.at_callback_secret or secret("sms"))
        self.whatsapp = WhatsAppSimulator(
            in_process,
            app_secret=config.whatsapp_app_secret or secret("whatsapp"),
            phone_number_id=config.whatsapp_phone_number_id or PHONE_NUMBER_ID,
        )
        self.network._server.server_close()
        self.whatsapp._server.server_close()
        load_jobs()

    def takes(self, person: Person, draw: float) -> bool:
        """Whether this act of hers goes by her channel's door; ``draw`` in [0, 1)."""
        return draw < self.shares.get(person.channel, 0.0)

    # -- what she does

    def accept(self, person: Person, offer: Offer) -> bool:
        return self._act(
            person, "accept", lambda: _offer_state(offer) != "sent", only_offer=offer,
            ussd=["1", "1"], words=["NDIYO"], button=f"accept:{offer.pk}",
            app=("accept_offer", {"offer": str(offer.pk)}),
        )  # fmt: skip

    def decline(self, person: Person, offer: Offer, reason: str) -> bool:
        number = str(list(DECLINE_REASONS).index(reason) + 1)
        return self._act(
            person, "decline", lambda: _offer_state(offer) != "sent", only_offer=offer,
            ussd=["1", "2", number], words=["HAPANA", number], button=f"reason:{offer.pk}:{reason}",
            app=("decline_offer", {"offer": str(offer.pk), "reason": reason}),
        )  # fmt: skip

    def counter(self, person: Person, offer: Offer, quantity: int | None, due_on: date | None) -> bool:
        """Only the app has a screen for it."""
        if person.channel != "app":
            return False
        wish = {"offer": str(offer.pk), "q": quantity, "due": due_on.isoformat() if due_on else None}
        return self._act(
            person, "counter", lambda: _offer_state(offer) != "sent", ussd=[], words=[],
            app=("counter_offer", {name: value for name, value in wish.items() if value is not None}),
        )  # fmt: skip

    def report(self, person: Person, order: WorkOrder, made: int) -> bool:
        return self._act(
            person,
            "report",
            lambda: _order(order, "made_quantity") >= made,
            only_order=order,
            ussd=["2", "1", str(made)],
            words=[f"{made} tayari"],
            app=("report_progress", {"work": str(order.pk), "made": made}),
        )

    def hand_in(self, person: Person, order: WorkOrder, quantity: int) -> bool:
        before = order.handed_in_quantity
        return self._act(
            person,
            "hand in",
            lambda: _order(order, "handed_in_quantity") >= before + quantity,
            only_order=order,
            ussd=["2", "2", str(quantity)],
            words=[f"nakabidhi {quantity}"],
            app=("hand_in", {"work": str(order.pk), "q": quantity}),
        )

    # -- the ways there

    def _act(
        self,
        person: Person,
        what: str,
        done: Callable[[], bool],
        *,
        ussd: list[str],
        words: list[str],
        app: tuple[str, dict[str, Any]],
        button: str = "",
        only_offer: Offer | None = None,
        only_order: WorkOrder | None = None,
    ) -> bool:
        """Try it by her channel; True when it is done. With several offers (orders) open she would have to leaf
        through them, except in the app: then it is left to the direct command.
        """
        channel = person.channel
        phone = vault.get(person.owner_id, vault.PHONE)
        if not phone or (channel != "app" and not _only(person, only_offer, only_order)):
            return False
        if channel == "app":
            self.apps.do(person.owner_id, phone, *app)
        elif channel == "ussd":
            self._dial(phone, ussd)
        elif channel == "whatsapp" and button:
            self.whatsapp._incoming(phone, {"type": "button", "button": {"payload": button, "text": what}})
            self._deliver()
        else:
            self._talk(person, phone, channel, words, done)
        through = done()
        self.used[f"{channel} {what}" if through else f"{channel} {what} left undone"] += 1
        return through

    def _dial(self, phone: str, keys: list[str]) -> None:
        session = self.network.dial(phone)
        for key in keys:
            if not session.open:
                break
            self.network.type(session, key)
        if session.open:
            self.network.lose(session)
        self._deliver()

    def _talk(self, person: Person, phone: str, channel: str, words: list[str], done: Callable[[], bool]) -> None:
        """Say the words one after the other; asked whether she means it, she says yes first."""
        left = list(words)
        for _ in range(LONGEST_TALK):
            if done():
                break
            if len(left) < len(words) and _asked_if_sure(person, channel):
                text = "1"
            elif left:
                text = left.pop(0)
            else:
                break
            if channel == "whatsapp":
                self.whatsapp.say(phone, text)
            else:
                self.network.text(phone, text)
            self._deliver()

    def _deliver(self) -> None:
        """The posts arrive, and the factory reads them at once as its worker would."""
        self.network.callbacks.flush(tries=1)
        self.whatsapp.callbacks.flush(tries=1)
        TIMERS["chat.handle_posts"].function()

    def close_hour(self) -> None:
        """Answers to what was written go out before the day goes on."""
        if self.used:
            sending.send_queued(only_urgent=True)


def _only(person: Person, offer: Offer | None, order: WorkOrder | None) -> bool:
    if offer is not None:
        live = Offer.objects.filter(workshop_id=person.workshop_id, state__in=["sent", "countered"])
        return list(live.values_list("pk", flat=True)[:2]) == [offer.pk]
    rows = WorkOrder.objects.filter(workshop_id=person.workshop_id, state__in=LIVE_WORK_ORDERS)
    return order is not None and list(rows.values_list("pk", flat=True)[:2]) == [order.pk]


def _asked_if_sure(person: Person, channel: str) -> bool:
    asked = Question.objects.filter(artisan_id=person.owner_id, channel=channel).first()
    return asked is not None and len(asked.choices) == 2 and asked.choices[1].get("do") == "nothing"


def _offer_state(offer: Offer) -> str:
    return str(Offer.objects.values_list("state", flat=True).get(pk=offer.pk))


def _order(order: WorkOrder, field: str) -> int:
    return int(WorkOrder.objects.values_list(field, flat=True).get(pk=order.pk))
