"""Africa's Talking on this machine: SMS with recipient codes and prices, delivery reports, incoming SMS, USSD."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

from kiwanda.twin.simulators.server import Callbacks, Faults, LocalServer, Post, Poster, Reply, Request

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PRICE = "0.8000"
_MEANINGS = {
    100: "Processed", 101: "Success", 403: "InvalidPhoneNumber", 405: "InsufficientBalance", 406: "UserInBlacklist",
    407: "CouldNotRoute", 502: "RejectedByGateway",
}


@dataclass(frozen=True, slots=True)
class Sms:
    """An SMS on a phone's screen."""

    id: str
    phone: str
    text: str


@dataclass(slots=True)
class Session:
    """A USSD session on a phone."""

    id: str
    phone: str
    typed: list[str] = field(default_factory=list)
    screen: str = ""
    open: bool = True

    @property
    def text(self) -> str:
        return "*".join(self.typed)


class AfricasTalkingSimulator(LocalServer):
    """``secret`` is the one in the callback addresses. ``codes`` makes numbers fail: ``{"+2547…": 406}``."""

    def __init__(
        self,
        post: Poster,
        *,
        api_key: str = "key",
        username: str = "sandbox",
        secret: str = "secret",
        faults: Faults | None = None,
        codes: dict[str, int] | None = None,
        doubled: float = 0.0,
        shuffled: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__(faults)
        self.api_key, self.username, self.secret = api_key, username, secret
        self.codes = dict(codes or {})
        self.callbacks = Callbacks(post, seed=seed, doubled=doubled, shuffled=shuffled)
        self.outbox: list[Sms] = []
        self._number = 0

    # -- the API our adapter calls

    def answer(self, request: Request) -> Reply:
        if request.method != "POST" or request.path != "/version1/messaging":
            return Reply(404, b"Not Found", "text/plain")
        headers = {name.lower(): value for name, value in request.headers.items()}
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if headers.get("apikey") != self.api_key or form.get("username") != self.username:
            return Reply(401, b"The supplied authentication is invalid", "text/plain")
        if not form.get("to") or not form.get("message"):
            return Reply(400, b"Request is missing required form field", "text/plain")
        recipients = [self._recipient(number.strip(), form["message"]) for number in form["to"].split(",")]
        sent = sum(row["statusCode"] in (100, 101, 102) for row in recipients)
        data = {
            "SMSMessageData": {
                "Message": f"Sent to {sent}/{len(recipients)} Total Cost: KES {PRICE}", "Recipients": recipients,
            }
        }
        return Reply(201, json.dumps(data).encode())

    def _recipient(self, phone: str, text: str) -> dict[str, object]:
        code = self.codes.get(phone, 101)
        row: dict[str, object] = {
            "statusCode": code, "number": phone, "status": _MEANINGS.get(code, "Failed"), "cost": "0",
            "messageId": "None",
        }
        if code in (100, 101, 102):
            self._number += 1
            sms = Sms(f"ATXid_{self._number:032x}", phone, text)
            self.outbox.append(sms)
            row |= {"cost": f"KES {PRICE}", "messageId": sms.id}
            self.report(sms.id, "Success")
        return row

    # -- the phones

    def inbox(self, phone: str) -> list[str]:
        """What a phone received, oldest first."""
        return [sms.text for sms in self.outbox if sms.phone == phone]

    def report(self, sms_id: str, status: str) -> None:
        """Queue a delivery report."""
        form = {
            "id": sms_id, "status": status, "phoneNumber": "+254700000000", "networkCode": "63902", "retryCount": "0",
        }
        if status in ("Failed", "Rejected"):
            form["failureReason"] = "UserDoesNotExist"
        self.callbacks.add(Post(f"/hooks/sms/{self.secret}/delivery/", urlencode(form).encode(), FORM))

    def text(self, phone: str, words: str) -> str:
        """Somebody sends us an SMS; queued. Returns its id."""
        self._number += 1
        identifier = f"in-{self._number:08d}"
        form = {
            "id": identifier, "from": phone, "to": "21512", "text": words, "linkId": "",
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"), "networkCode": "63902",
        }
        self.callbacks.add(Post(f"/hooks/sms/{self.secret}/incoming/", urlencode(form).encode(), FORM))
        return identifier

    def dial(self, phone: str) -> Session:
        """Somebody dials our code."""
        self._number += 1
        session = Session(f"ATUid_{self._number:032x}", phone)
        self._hop(session)
        return session

    def type(self, session: Session, typed: str) -> str:
        """The next input; the screen, or what the network shows when the session is over."""
        if not session.open:
            return "Connection problem or invalid MMI code."
        session.typed.append(typed)
        self._hop(session)
        return session.screen

    def lose(self, session: Session) -> None:
        """The network drops the session."""
        session.open = False
        self._ended(session, "Incomplete")

    def _hop(self, session: Session) -> None:
        form = {
            "sessionId": session.id, "serviceCode": "*384*1234#", "phoneNumber": session.phone, "networkCode": "63902",
            "text": session.text,
        }
        post = Post(f"/hooks/ussd/{self.secret}/", urlencode(form).encode(), FORM)
        status, body = self.callbacks.now(post)
        # The gateway asks again when an answer is slow: the same hop must show the same screen.
        if self.callbacks.doubled:
            status, body = self.callbacks.now(post)
        text = body.decode(errors="replace")
        if status != 200 or text[:4] not in ("CON ", "END "):
            session.screen, session.open = "Connection problem or invalid MMI code.", False
            self._ended(session, "Failed")
            return
        session.screen, session.open = text[4:], text.startswith("CON")
        if not session.open:
            self._ended(session, "Success")

    def _ended(self, session: Session, status: str) -> None:
        form = {
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"), "sessionId": session.id,
            "serviceCode": "*384*1234#", "networkCode": "63902", "phoneNumber": session.phone, "status": status,
            "cost": "KES 1.0000", "durationInMillis": "9000", "hopsCount": str(len(session.typed) + 1),
            "input": session.text, "lastAppResponse": session.screen, "errorMessage": "",
        }
        self.callbacks.add(Post(f"/hooks/ussd/{self.secret}/ended/", urlencode(form).encode(), FORM))
