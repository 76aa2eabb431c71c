"""One artisan's phone with something for every screen: rows as the protocol names them, and a server that says them."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Route

from kiwanda.core import clock
from kiwanda.core.clock import local_date

ARTISAN = "0193f000-0000-7000-8000-000000000001"
OFFER, LATE, OPEN, DONE, INCOMING, ACTION, MOVED, TECHNIQUE, FAULTY = (
    f"0193f000-0000-7000-8000-0000000001{i:02d}" for i in range(9)
)
ISSUE, INSPECTION, DAY_OFF = (f"0193f000-0000-7000-8000-0000000002{i:02d}" for i in range(3))
PICTURE = "ab" * 32
#: A drawing instead of a photograph: one colour is enough to see that it came.
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#c9a05a"/>'
    '<circle cx="4" cy="4" r="2.5" fill="none" stroke="#5a2f1a"/></svg>'
)
STEPS = [["Kata waya wa shaba sentimita 12.", PICTURE], ["Pinda waya kwenye kibao.", PICTURE], ["Lainisha kingo.", ""]]


def rows(now: int, today: date) -> list[dict[str, Any]]:
    """``ch`` of a first sync. ``now``: milliseconds; ``today``: Nairobi's day."""
    hour = 3_600_000

    def on(days: int) -> str:
        return (today + timedelta(days=days)).isoformat()

    thing = {"t": "Pete ya shaba iliyosukwa", "o": "Kupinda na kulainisha", "c": "KES", "pic": PICTURE, "steps": STEPS}
    work = {**thing, "q": 40, "p": 8500, "tech": TECHNIQUE}
    inspection = {
        "id": INSPECTION,
        "at": now - 20 * hour,
        "acc": 17,
        "rew": 2,
        "rej": 1,
        "r": [["Kingo kali", 2], ["Imevunjika", 1]],
        "note": "Lainisha kingo zaidi kabla ya kuleta.",
        "pic": PICTURE,
    }
    found: list[tuple[str, str, Any]] = [
        (
            "me",
            ARTISAN,
            {
                "name": "Akinyi Odhiambo",
                "workshop": "Akinyi Metalwork",
                "code": "KSM-014",
                "pin": True,
                "language": "sw",
                "hub": "Kisumu",
                "channel": "app",
                "quiet": [20, 7],
                "off": [{"from": on(9), "to": on(11), "id": DAY_OFF}],
                "consent": [
                    {"kind": "name", "text": "Onyesha jina langu kwa mteja anayechanganua kipande.", "given": True},
                    {"kind": "photo", "text": "Onyesha picha yangu kwenye katalogi."},
                ],
            },
        ),
        (
            "offer",
            OFFER,
            {
                **thing,
                "s": "sent",
                "q": 60,
                "p": 9000,
                "h": 18000,
                "m": 1800,
                "due": on(8),
                "exp": now + 7 * hour,
                "why": ["Karakana mbili zilizo karibu zimejaa wiki hii.", "Ulipata kazi kidogo mwezi uliopita."],
                "mat": [["Waya wa shaba 2 mm", "7.2", "m"], ["Mkanda wa ngozi", "60", "pc"]],
                "tech": TECHNIQUE,
            },
        ),
        (
            "work",
            LATE,
            {
                **work,
                "s": "in_progress",
                "due": on(-1),
                "made": 34,
                "handed": 20,
                "acc": 17,
                "rew": 2,
                "rej": 1,
                "his": [{"id": "h1", "q": 20, "s": "received", "at": now - 40 * hour, "c": 20}],
                "ins": [inspection],
            },
        ),
        (
            "work",
            OPEN,
            {
                **work,
                "t": "Hereni za shanga",
                "o": "Kutunga shanga",
                "s": "accepted",
                "q": 24,
                "p": 12000,
                "due": on(5),
                "iss": [{"id": ISSUE, "n": "Shanga nyekundu", "q": 600, "u": "pc", "s": "sent"}],
            },
        ),
        ("work", DONE, {**work, "s": "done", "due": on(-9), "made": 40, "handed": 40, "acc": 40}),
        ("work", MOVED, {**work, "s": "cancelled", "t": "Bangili", "due": on(2), "moved": {"id": "r1"}}),
        ("in", INCOMING, {"t": "Pete ya shaba", "o": "Kulainisha", "q": 12, "from": "Wanjiru Beads", "at": now - hour}),
        (
            "pay",
            "pay",
            {"c": "KES", "waiting": 145000, "held": 60000, "paid": 1284000, "deducted": 25000, "month": 402000},
        ),
        (
            "line",
            "l1",
            {"e": "earning", "t": "Pete ya shaba", "q": 17, "p": 8500, "a": 144500, "c": "KES", "at": now - 20 * hour},
        ),
        (
            "line",
            "l2",
            {"e": "payout", "a": 257500, "c": "KES", "s": "paid", "at": now - 90 * hour, "ref": "SKE4X81QPT"},
        ),
        ("line", "l3", {"e": "deduction", "t": "Malipo ya mapema", "a": -25000, "c": "KES", "at": now - 91 * hour}),
        ("adv", "a1", {"a": 100000, "left": 75000, "c": "KES", "s": "open"}),
        (
            "can",
            "can",
            {
                "adv": {
                    "min": 50000,
                    "max": 300000,
                    "c": "KES",
                    "terms": ["Hakuna riba.", "Tunakata robo ya kila malipo."],
                }
            },
        ),
        ("msg", "m1", {"b": "Una kazi mpya: pete 60. Jibu leo.", "at": now - hour, "k": "offer", "s": OFFER}),
        ("msg", "m2", {"b": "Umelipwa KSh 2,575.", "at": now - 90 * hour, "read": True, "k": "payout", "s": "p"}),
        (
            "act",
            ACTION,
            {
                "t": "Siku ya mapumziko 3 Des imeandikwa",
                "by": "Njeri, ofisi",
                "why": "Ulipiga simu",
                "at": now,
                "s": "told",
            },
        ),
        (
            "cor",
            FAULTY,
            {
                "t": "Pete ya shaba iliyosukwa",
                "o": "Kulainisha",
                "w": "W26-0417",
                "q": 4,
                "a": 34000,
                "c": "KES",
                "why": "Zilivunjika mteja alipozivaa.",
                "at": now - hour,
            },
        ),
        (
            "tech",
            TECHNIQUE,
            {
                "n": "Kusuka waya",
                "steps": [[text, sha, ""] for text, sha in STEPS],
                "safety": ["Vaa miwani."],
                "done": [1],
            },
        ),
        (
            "idle",
            "idle",
            ["Wiki hii hakukuwa na maombi ya ufundi wako.", "Karakana yako ilikuwa mapumzikoni siku tatu."],
        ),
    ]
    return [{"k": k, "id": id_, "v": version, "d": d} for version, (k, id_, d) in enumerate(found, 1)]


class Sayer:
    """Answers the app's doors from :func:`rows`; every command is taken and kept in ``sent``."""

    def __init__(self) -> None:
        self.now = int(time.time() * 1000)
        self.rows = rows(self.now, local_date(clock.now()))
        self.sent: list[dict[str, Any]] = []
        self.refuse: dict[str, str] = {}

    def __call__(self, route: Route) -> None:
        request = route.request
        path = urlparse(request.url).path
        if path.startswith("/pictures/"):
            return route.fulfill(status=200, content_type="image/svg+xml", body=DRAWING)
        if path == "/m/v1/sync":
            return self._json(route, self._sync(json.loads(request.post_data or "{}")))
        if path == "/m/v1/devices":
            return self._json(
                route,
                {
                    "token": "t",
                    "device": "d",
                    "artisan": ARTISAN,
                    "name": "Akinyi Odhiambo",
                    "workshop": "Akinyi Metalwork",
                    "language": "sw",
                    "pin": False,
                },
                201,
            )
        return route.fulfill(status=204, headers={"X-Kiwanda": "1"})

    def _json(self, route: Route, body: Any, status: int = 200) -> None:
        route.fulfill(status=status, content_type="application/json", headers={"X-Kiwanda": "1"}, body=json.dumps(body))

    def _sync(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.sent += asked["cmds"]
        answers = [
            {"id": one["id"], "s": "rejected", "code": "no", "m": self.refuse[one["type"]]}
            if one["type"] in self.refuse
            else {"id": one["id"], "s": "ok", "v": 1}
            for one in asked["cmds"]
        ]
        first = asked["cur"] == 0
        return {
            "now": self.now,
            "cur": 99,
            "more": False,
            "min_ver": 1,
            "reset": first,
            "res": answers,
            "ch": self.rows if first else [],
        }
