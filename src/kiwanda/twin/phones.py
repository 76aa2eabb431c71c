"""The demo's phones: simulators that speak as the real providers do, for the people a visitor plays.

The web process holds them (:class:`PhoneBench`); a small file in the data folder tells the worker where they are and
for whom (``site/bench_messaging.py``). Everybody else's messages go to the sandbox. What the phones send goes by HTTP
with the providers' signatures to the factory's own webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from kiwanda.core import clock
from kiwanda.twin.simulators import AfricasTalkingSimulator, Post, Poster, WhatsAppSimulator, to_address
from kiwanda.twin.simulators.africastalking import Session

NAME = "phones.json"
API_KEY, USERNAME, TOKEN, PHONE_NUMBER_ID = "bench", "bench", "bench-token", "1122334455667"
#: People played at the same time; the longest unused gives up her seat.
MOST_SEATS = 20
#: Posts shown on the wire.
WIRE = 30


def secret(name: str) -> str:
    """The demo's own webhook secret ``name``; drawn from the factory's key, different in every demo."""
    return hmac.new(settings.SECRET_KEY.encode(), f"phone-bench:{name}".encode(), hashlib.sha256).hexdigest()[:40]


@dataclass(slots=True)
class Line:
    """One bubble of a thread: ``out`` is what the phone received. ``taps`` are ``(id, title)``."""

    out: bool
    text: str
    at: str
    taps: tuple[tuple[str, str], ...] = ()
    bubble: str = ""


@dataclass(slots=True)
class Seat:
    """One played phone."""

    phone: str
    used: float
    sms: list[Line] = field(default_factory=list)
    whatsapp: list[Line] = field(default_factory=list)
    session: Session | None = None
    heard_sms: int = 0
    heard_whatsapp: int = 0


class PhoneBench:
    """The simulators of this process with their played phones. Misbehaviour is of the network, for all of them:
    ``delay`` seconds before a post leaves, ``doubled`` posts, answers that get ``lost`` (the provider asks again).
    """

    def __init__(self, factory_url: str, home: Path, *, carries: bool = True) -> None:
        self.lock = threading.RLock()
        self.path = home / NAME
        self.seats: dict[str, Seat] = {}
        self.wire: deque[dict[str, Any]] = deque(maxlen=WIRE)
        self.delay, self.lost = 0.0, False
        self._post = to_address(factory_url)
        self.sms = AfricasTalkingSimulator(
            self._poster("sms"), api_key=API_KEY, username=USERNAME, secret=secret("sms")
        )
        self.whatsapp = WhatsAppSimulator(
            self._poster("whatsapp"),
            token=TOKEN,
            phone_number_id=PHONE_NUMBER_ID,
            app_secret=secret("whatsapp"),
            clock=clock.shown,
        )
        self.sms.__enter__()
        self.whatsapp.__enter__()
        if carries:
            threading.Thread(target=self._carry, daemon=True).start()

    def close(self) -> None:
        """Take the phones away: from now on everybody is written to as before."""
        self.path.unlink(missing_ok=True)
        for service in (self.sms, self.whatsapp):
            service.__exit__(None, None, None)

    # -- the network

    def _poster(self, name: str) -> Poster:
        def post(item: Post) -> tuple[int, bytes]:
            times = 2 if self.lost else 1
            answer = (0, b"")
            for number in range(times):
                begun = time.perf_counter()
                answer = self._post(item)
                self.wire.appendleft(
                    {
                        "path": item.path.replace(secret("sms"), "…"),
                        "status": answer[0],
                        "by": name,
                        "ms": round((time.perf_counter() - begun) * 1000),
                        "again": number > 0,
                        "signed": "X-Hub-Signature-256" in item.headers,
                    }
                )
            return answer

        return post

    def _carry(self) -> None:
        """Callbacks leave as a provider sends them: soon after, late when the network is slow."""
        while True:
            time.sleep(0.25)
            if self.sms.callbacks.waiting or self.whatsapp.callbacks.waiting:
                if self.delay:
                    time.sleep(self.delay)
                self.sms.callbacks.flush(tries=1)
                self.whatsapp.callbacks.flush(tries=1)

    def misbehave(self, *, doubled: bool, lost: bool, delay: float) -> None:
        self.lost, self.delay = lost, max(0.0, min(delay, 30.0))
        self.sms.callbacks.doubled = self.whatsapp.callbacks.doubled = 1.0 if doubled else 0.0

    # -- the phones

    def seat(self, phone: str) -> Seat:
        """The phone with ``phone``'s number, taken into the bench when it is not there yet."""
        with self.lock:
            known = self.seats.get(phone)
            if known is None:
                if len(self.seats) >= MOST_SEATS:
                    del self.seats[min(self.seats, key=lambda key: self.seats[key].used)]
                known = Seat(
                    phone, time.monotonic(), heard_sms=len(self.sms.outbox), heard_whatsapp=len(self.whatsapp.bubbles)
                )
                self.seats[phone] = known
                self._tell()
            known.used = time.monotonic()
            self._hear(known)
            return known

    def _tell(self) -> None:
        """Say where the phones are, in one step: the worker reads this file while it is written."""
        text = json.dumps(
            {
                "pid": os.getpid(),
                "phones": sorted(self.seats),
                "sms": self.sms.url,
                "whatsapp": self.whatsapp.api_url,
            }
        )
        draft = self.path.with_suffix(".new")
        draft.write_text(text)
        draft.replace(self.path)

    def _hear(self, seat: Seat) -> None:
        fresh = self.sms.outbox[seat.heard_sms :]
        seat.heard_sms += len(fresh)
        seat.sms += [Line(True, row.text, _now()) for row in fresh if row.phone == seat.phone]
        bubbles = self.whatsapp.bubbles[seat.heard_whatsapp :]
        seat.heard_whatsapp += len(bubbles)
        seat.whatsapp += [Line(True, row.text, _now(), row.taps, row.id) for row in bubbles if row.phone == seat.phone]

    def text(self, phone: str, words: str) -> None:
        """She writes an SMS."""
        self.seat(phone).sms.append(Line(False, words, _now()))
        self.sms.text(phone, words)

    def say(self, phone: str, words: str) -> None:
        """She writes in WhatsApp."""
        self.seat(phone).whatsapp.append(Line(False, words, _now()))
        self.whatsapp.say(phone, words)

    def tap(self, phone: str, bubble_id: str, identifier: str) -> bool:
        """She taps a button of a bubble; False for one that is not there."""
        seat = self.seat(phone)
        bubble = next((row for row in self.whatsapp.thread(phone) if row.id == bubble_id), None)
        title = dict(bubble.taps).get(identifier) if bubble is not None else None
        if bubble is None or title is None:
            return False
        seat.whatsapp.append(Line(False, title, _now()))
        self.whatsapp.tap(phone, bubble, identifier)
        return True

    def dial(self, phone: str, typed: str = "") -> Session:
        """She dials the menu (``typed`` empty), or sends what she typed on its screen."""
        seat = self.seat(phone)
        if typed and seat.session is not None:
            self.sms.type(seat.session, typed)
        else:
            seat.session = self.sms.dial(phone)
        return seat.session

    def hang_up(self, phone: str) -> None:
        seat = self.seat(phone)
        if seat.session is not None and seat.session.open:
            self.sms.lose(seat.session)
        seat.session = None


def _now() -> str:
    return clock.now().astimezone(clock.FACTORY_ZONE).strftime("%H:%M")


_bench: PhoneBench | None = None
_making = threading.Lock()


def bench() -> PhoneBench:
    """The bench of this process, made when it is first asked for."""
    global _bench
    with _making:
        if _bench is None:
            _bench = PhoneBench(settings.KIWANDA_PUBLIC_URL, Path(settings.CONFIG.home))
        return _bench
