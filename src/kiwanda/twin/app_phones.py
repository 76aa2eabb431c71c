"""Phones with the app, as the network has them: logged in by a code, counting their commands, asking for what changed.

They speak docs/reference/phone-sync.md to the factory's own addresses. What a phone must remember is kept with the
play; its copy of the feed is not, only how far it has heard.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.ids import new_id
from kiwanda.factory.network.queries import login_code_shown_in_demo
from kiwanda.twin.simulators import Post

VERSION = 1
#: A phone asks again at once while the factory says that there is more, so often at most.
MOST_ROUNDS = 5


class AppPhones:
    """The phones of one play. ``kept`` is what they remember, by artisan: ``[token, device, cursor, count]``; it is
    changed in place. ``post`` gives a post to the factory and returns status and body.
    """

    def __init__(self, post: Callable[[Post], tuple[int, bytes]], kept: dict[str, list[Any]]) -> None:
        self._post = post
        self.kept = kept

    def do(self, artisan_id: UUID, number: str, kind: str, args: dict[str, Any]) -> str:
        """Give one command and hear what changed. Returns the command's status (``ok``, ``rejected``, ``held``), empty
        where the phone could not log in or was not heard.
        """
        key = str(artisan_id)
        for _ in range(2):
            if key not in self.kept and not self._log_in(key, number):
                return ""
            status = self._sync(key, kind, args)
            if status is not None:
                return status
            # Its token is no longer good: she logs in again, once.
            del self.kept[key]
        return ""

    def _log_in(self, key: str, number: str) -> bool:
        if self._ask("/m/v1/code", {"phone": number})[0] != 204:
            return False
        given = {"phone": number, "code": login_code_shown_in_demo(number), "name": "Android", "ver": VERSION}
        status, told = self._ask("/m/v1/devices", given)
        if status != 201:
            return False
        self.kept[key] = [told["token"], told["device"], 0, 0]
        return True

    def _sync(self, key: str, kind: str, args: dict[str, Any]) -> str | None:
        """One command and as many rounds as there is more to hear; None when the token is refused."""
        phone = self.kept[key]
        phone[3] += 1
        # The demo's clock runs ahead of everybody's; a phone shows the world's.
        at = int((clock.now() - clock._offset()).timestamp() * 1000)
        command = {"id": str(new_id()), "seq": phone[3], "type": kind, "base": 0, "at": at, "args": args}
        result = ""
        for turn in range(MOST_ROUNDS):
            body = {"dev": phone[1], "ver": VERSION, "cur": phone[2], "at": at, "cmds": [] if turn else [command]}
            status, told = self._ask("/m/v1/sync", body, phone[0])
            if status == 401:
                return None
            if status != 200:
                # Not heard: the count is given back, as an outbox keeps what was not answered.
                phone[3] -= 0 if turn else 1
                return result
            if not turn:
                result = str(told["res"][0]["s"])
                if result == "held":
                    phone[3] -= 1
            phone[2] = told["cur"]
            if not told["more"]:
                break
        return result

    def _ask(self, path: str, body: dict[str, Any], token: str = "") -> tuple[int, dict[str, Any]]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        status, content = self._post(Post(path, json.dumps(body).encode(), headers))
        found = json.loads(content) if content else {}
        return status, found if isinstance(found, dict) else {}
