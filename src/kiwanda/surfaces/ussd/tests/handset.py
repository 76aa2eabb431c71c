"""A feature phone for tests: dials the menu as the provider would pass it on, and reads the screen."""

from __future__ import annotations

from itertools import count
from urllib.parse import urlencode

from django.test import Client

from kiwanda.factory.conversations.gsm import is_gsm
from kiwanda.ports.menus import SCREEN_LENGTH

SECRET = "only-for-tests"
_sessions = count(1)


def post_form(client: Client, path: str, form: dict[str, str]):
    """As a provider posts: a form in the body, no multipart."""
    return client.post(path, urlencode(form), content_type="application/x-www-form-urlencoded")


class Handset:
    """One phone. Every screen is checked against what any phone can show."""

    def __init__(self, phone: str) -> None:
        self.phone = phone
        self.client = Client(raise_request_exception=True)
        self.session, self.text, self.ended = "", "", True

    def dial(self, text: str = "") -> str:
        """Begin a session."""
        self.session = f"ATUid_{next(_sessions):08d}"
        self.text = text
        return self.ask(self.text)

    def type(self, *inputs: object) -> str:
        """Type one input after the other; the last screen."""
        screen = ""
        for item in inputs:
            self.text = f"{self.text}*{item}" if self.text else str(item)
            screen = self.ask(self.text)
        return screen

    def ask(self, text: str) -> str:
        """One hop as the provider posts it."""
        form = {
            "sessionId": self.session, "serviceCode": "*384*1234#", "phoneNumber": self.phone,
            "networkCode": "63902", "text": text,
        }
        answer = post_form(self.client, f"/hooks/ussd/{SECRET}/", form)
        assert answer.status_code == 200, answer.content
        assert answer.headers["Content-Type"].startswith("text/plain")
        body = answer.content.decode()
        assert body[:4] in ("CON ", "END "), body
        assert len(body) <= SCREEN_LENGTH, (len(body), body)
        assert is_gsm(body[4:]), body
        assert "{" not in body and "<" not in body, body
        self.ended = body.startswith("END")
        return body[4:]
