"""One letter, handed over once."""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.mail import EmailMessage, get_connection

from kiwanda.ports.mail import Letter, Posted, Posting

#: Seconds to wait for the mail server.
TIMEOUT = 20
PORTS = {"smtp": 587, "smtps": 465}
#: The server said no, or was never reached: nothing left the house.
NOT_SENT = (
    smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ConnectionRefusedError,
    socket.gaierror,
)  # fmt: skip


class DjangoMail:
    """``backend`` is a Django e-mail back-end, ``options`` what it is made with."""

    def __init__(self, backend: str, sender: str, **options: Any) -> None:
        self.backend = backend
        self.sender = sender
        self.options = options

    def send(self, letter: Letter) -> Posted:
        """Hand ``letter`` over. A fault before the server answered to the letter itself is FAILED, later UNKNOWN."""
        connection = get_connection(self.backend, **self.options)
        try:
            message = EmailMessage(
                letter.subject, letter.body, self.sender, [letter.to], connection=connection,
                headers={"Message-ID": f"<{letter.letter_id}@{self.sender.rpartition('@')[2] or 'kiwanda'}>"},
            )  # fmt: skip
            for part in letter.attachments:
                message.attach(part.name, part.content, part.content_type)
            message.message()
        except ValueError as fault:
            # A line break in an address or a subject.
            return Posted(Posting.FAILED, str(fault)[:200])
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as fault:
            return Posted(Posting.FAILED, _words(fault))
        try:
            message.send()
        except NOT_SENT as fault:
            return Posted(Posting.FAILED, _words(fault))
        except (OSError, smtplib.SMTPException) as fault:
            return Posted(Posting.UNKNOWN, _words(fault))
        finally:
            # The letter's fate is known; how the line ended does not matter.
            with suppress(OSError, smtplib.SMTPException):
                connection.close()
        return Posted(Posting.SENT)


def smtp_options(url: str) -> dict[str, Any]:
    """``smtp://user:password@host:587`` (STARTTLS) or ``smtps://…:465`` as options; ``ValueError`` for anything else.

    ``smtp://localhost:25`` without a user speaks plainly: a relay on this machine.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("KIWANDA_SMTP_URL is written as smtp://user:password@host:587 or smtps://user:password@host.")
    return {
        "host": parts.hostname,
        "port": parts.port or PORTS[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parts.scheme == "smtp" and bool(parts.username),
        "timeout": TIMEOUT,
    }


def _words(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"[:200]
