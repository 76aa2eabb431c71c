"""A letter by SMTP against a small server of our own, and by files."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiwanda.adapters.django_mail import DjangoMail, smtp_options
from kiwanda.ports.mail import Attachment, Letter, Posting

SMTP = "django.core.mail.backends.smtp.EmailBackend"
LETTER = Letter(
    "1.0", "a@shop.example", "Reminder", "Please pay.\n", (Attachment("i.pdf", "application/pdf", b"%PDF"),)
)


class Server(threading.Thread):
    """Speaks as much SMTP as one letter needs; ``answers`` overrides what it says to a word, "" hangs up."""

    def __init__(self, **answers: str) -> None:
        super().__init__(daemon=True)
        self.answers = answers
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.letters: list[str] = []
        self.start()

    def run(self) -> None:
        line, _ = self.socket.accept()
        with line, line.makefile("rwb") as talk:
            self._say(talk, self.answers.get("hello", "220 ready"))
            for raw in iter(talk.readline, b""):
                word = raw[:4].decode().strip().upper()
                answer = self.answers.get(word, "354 go on" if word == "DATA" else "250 ok")
                if not answer:
                    return
                self._say(talk, answer)
                if word == "DATA" and answer.startswith("354"):
                    text = b"".join(iter(talk.readline, b".\r\n"))
                    self.letters.append(text.decode())
                    if not (after := self.answers.get("after", "250 taken")):
                        return
                    self._say(talk, after)
                if word == "QUIT":
                    return

    def _say(self, talk, words: str) -> None:
        talk.write(words.encode() + b"\r\n")
        talk.flush()


@pytest.fixture
def serve() -> Iterator:
    servers: list[Server] = []

    def begin(**answers: str) -> tuple[Server, DjangoMail]:
        server = Server(**answers)
        servers.append(server)
        options = smtp_options(f"smtp://127.0.0.1:{server.port}") | {"timeout": 5}
        return server, DjangoMail(SMTP, "pay@kiwanda.example", **options)

    yield begin
    for server in servers:
        server.socket.close()


def test_a_letter_arrives_whole(serve) -> None:
    server, mail = serve()
    assert mail.send(LETTER).outcome is Posting.SENT
    (text,) = server.letters
    assert "To: a@shop.example" in text and "Message-ID: <1.0@kiwanda.example>" in text and "i.pdf" in text


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"RCPT": "550 no such box"}, Posting.FAILED),
        ({"MAIL": "530 who are you"}, Posting.FAILED),
        ({"hello": "554 closed today"}, Posting.FAILED),
        ({"after": "452 no room"}, Posting.FAILED),
        ({"after": ""}, Posting.UNKNOWN),
    ],
)
def test_a_no_is_a_failure_and_a_silence_is_not_known(serve, answers, outcome) -> None:
    _server, mail = serve(**answers)
    posted = mail.send(LETTER)
    assert posted.outcome is outcome and posted.error


def test_nobody_listening_and_broken_addresses_are_failures() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    mail = DjangoMail(SMTP, "pay@kiwanda.example", **smtp_options(f"smtp://127.0.0.1:{port}"))
    assert mail.send(LETTER).outcome is Posting.FAILED
    assert mail.send(Letter("2.0", "a@shop.example", "Two\nlines", "")).outcome is Posting.FAILED


def test_the_demo_writes_files(tmp_path: Path) -> None:
    mail = DjangoMail("django.core.mail.backends.filebased.EmailBackend", "k@x.example", file_path=str(tmp_path))
    assert mail.send(LETTER).outcome is Posting.SENT
    (file,) = tmp_path.iterdir()
    assert "Please pay." in file.read_text()


def test_the_address_of_the_server_is_read_or_refused() -> None:
    options = smtp_options("smtps://me%40x:pass@mail.example")
    assert (options["host"], options["port"], options["username"], options["use_ssl"]) == (
        "mail.example", 465, "me@x", True,
    )  # fmt: skip
    assert smtp_options("smtp://me:p@mail.example")["use_tls"] is True
    for wrong in ("mail.example", "http://mail.example", "smtp://"):
        with pytest.raises(ValueError, match="KIWANDA_SMTP_URL"):
            smtp_options(wrong)
