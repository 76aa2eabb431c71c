"""Forms Africa's Talking posts: incoming SMS, delivery reports, USSD hops and their end."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qs

from kiwanda.adapters.africastalking.errors import REPORTS
from kiwanda.adapters.africastalking.verification import Caller
from kiwanda.ports.menus import MenuEnd, MenuRequest, MenuScreen
from kiwanda.ports.messaging import Arrival, DeliveryReport, IncomingMessage, Unreadable

#: Longest body that is looked at, and longest value taken from it.
MOST_FIELDS = 40
LONGEST = 4096
_PHONE = re.compile(r"\+?\d{8,15}")
_COST = re.compile(r"\s*([A-Z]{3})\s*(\d{1,9}(?:\.\d{1,9})?)\s*")


class AfricasTalkingWebhook(Caller):
    """SMS that came in (``what="incoming"``) and delivery reports (``what="delivery"``)."""

    def read(self, body: bytes, *, what: str = "") -> list[Arrival]:
        form = _form(body)
        if what == "delivery":
            return [_report(form)]
        if what == "incoming":
            return [_incoming(form)]
        raise Unreadable(f"no callback is called {what or 'nothing'}")


class AfricasTalkingMenus(Caller):
    """USSD callbacks."""

    def read(self, body: bytes) -> MenuRequest:
        form = _form(body)
        return MenuRequest(
            session_id=_needed(form, "sessionId", 100),
            phone=_phone(form, "phoneNumber"),
            text=form.get("text", "")[:LONGEST],
            service_code=form.get("serviceCode", "")[:40],
            network_code=form.get("networkCode", "")[:20],
        )

    def read_end(self, body: bytes) -> MenuEnd:
        form = _form(body)
        cost, currency = micros(form.get("cost", ""))
        return MenuEnd(
            session_id=_needed(form, "sessionId", 100),
            phone=_phone(form, "phoneNumber"),
            state=_needed(form, "status", 20).lower(),
            hops=_count(form, "hopsCount"),
            duration_ms=_count(form, "durationInMillis"),
            cost_micros=cost,
            currency=currency,
            error=form.get("errorMessage", "")[:200],
        )

    def write(self, screen: MenuScreen) -> bytes:
        return f"{'END' if screen.ends else 'CON'} {screen.text}".encode()


def micros(text: str) -> tuple[int | None, str]:
    """``KES 0.8000`` as (800000, "KES"); (None, "") when it is no price."""
    found = _COST.fullmatch(text)
    if found is None:
        return None, ""
    try:
        return int(Decimal(found[2]).scaleb(6)), found[1]
    except InvalidOperation:
        return None, ""


def _form(body: bytes) -> dict[str, str]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    try:
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unreadable("the body is no form") from None
    return {name: values[0].replace("\x00", "") for name, values in fields.items()}


def _needed(form: dict[str, str], name: str, longest: int = LONGEST) -> str:
    value = form.get(name, "").strip()
    if not value or len(value) > longest:
        raise Unreadable(f"{name} is missing or too long")
    return value


def _phone(form: dict[str, str], name: str) -> str:
    value = _needed(form, name, 40).replace(" ", "")
    if not _PHONE.fullmatch(value):
        raise Unreadable(f"{name} is not a phone number")
    return value if value.startswith("+") else f"+{value}"


def _count(form: dict[str, str], name: str) -> int:
    value = form.get(name, "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _moment(text: str) -> datetime:
    """``2017-05-03T06:04:45Z`` or ``2017-05-03 06:04:45``; both are UTC."""
    plain = text.strip().removesuffix("Z").replace("T", " ")
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f"):
        try:
            return datetime.strptime(plain, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Unreadable("date is not a date")


def _incoming(form: dict[str, str]) -> IncomingMessage:
    if "text" not in form:
        raise Unreadable("text is missing")
    return IncomingMessage(
        ref=_needed(form, "id", 80),
        channel="sms",
        phone=_phone(form, "from"),
        text=form["text"][:LONGEST],
        sent_at=_moment(_needed(form, "date", 40)),
    )


def _report(form: dict[str, str]) -> DeliveryReport:
    word = _needed(form, "status", 40)
    if word not in REPORTS:
        raise Unreadable(f"the status {word} is unknown")
    state = REPORTS[word]
    return DeliveryReport(
        ref=_needed(form, "id", 80),
        channel="sms",
        state=state,
        error=(form.get("failureReason", "").strip() or word)[:200] if state == "failed" else "",
    )
