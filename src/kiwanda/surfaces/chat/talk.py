"""What every answer is made of: who wrote, what we say back, questions pinned to things, what there is to talk of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.core.money import format_money
from kiwanda.factory.conversations import questions
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import DECLINE_REASONS
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.settlement import queries as settlement
from kiwanda.surfaces.chat.sentences import sentence

#: Lines a question lists; a WhatsApp list has ten rows, an SMS should stay short.
MOST_LISTED = 5
#: An answer may be on its way for so long, and an offer is remembered for so long.
CROSSING = timedelta(minutes=1)
REMEMBERED = timedelta(days=3)
#: Channels whose readers can tap.
TAPPED = frozenset({"whatsapp"})
#: Why there are days off: the network's own codes.
DAY_REASONS = {
    "ill": ("Illness", "Ugonjwa"),
    "family": ("Family", "Familia"),
    "funeral": ("Funeral", "Msiba"),
    "planting": ("Planting", "Kilimo"),
    "market": ("Market", "Soko"),
    "holiday": ("Holiday", "Sikukuu"),
    "other": ("Other", "Nyingine"),
}
#: What can be wrong with what staff did for her, and with work that went to others.
CONTESTS = {"deed": ("not_said", "number", "other"), "moved": ("nearly", "untold", "ill", "other")}


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say back. ``buttons`` are ``[id, title]``; what was not ``understood`` waits for staff to read it."""

    text: str
    buttons: list[list[str]] = field(default_factory=list)
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote which message, through which door."""

    person: Artisan
    actor: Actor
    message: Message
    language: str

    @property
    def channel(self) -> str:
        return str(self.message.channel)

    def say(self, key: str, **values: object) -> str:
        return sentence(key, self.language, **values)

    def command_id(self, what: str) -> UUID:
        return derived_id("chat-command", self.message.pk, what)


# -- asking


def pin(writer: Writer, choices: list[dict[str, Any]]) -> None:
    """What the next number means."""
    questions.ask(writer.person.pk, writer.channel, choices)


def list_again(writer: Writer, choices: list[dict[str, Any]]) -> Answer:
    """Nothing was listed under what she answered."""
    if choices[0].get("number"):
        return Answer(str(choices[0]["label"]))
    return listed(writer, writer.say("which_offer" if "offer" in choices[0] else "which_work"), choices)


def ask(writer: Writer, key: str, choices: list[tuple[str, dict[str, Any]]], *, most: int = MOST_LISTED) -> Answer:
    """Which of these? Each answer is pinned to its act."""
    pinned = [{"label": label, **act} for label, act in choices[:most]]
    pin(writer, pinned)
    return listed(writer, writer.say(key), pinned)


def ask_number(writer: Writer, text: str, act: dict[str, Any]) -> Answer:
    """How many? The next bare number is put into ``act``."""
    pin(writer, [{"label": text, **act, "number": True}])
    return Answer(text)


def ask_yes_no(writer: Writer, text: str, act: dict[str, Any]) -> Answer:
    pinned = [{"label": writer.say("yes"), **act}, {"label": writer.say("no"), "do": "nothing"}]
    pin(writer, pinned)
    if writer.channel in TAPPED:
        return Answer(text, [["choice:1", pinned[0]["label"]], ["choice:2", pinned[1]["label"]]])
    return Answer(text)


def ask_why(writer: Writer, offer_id: UUID) -> Answer:
    swahili = writer.language.startswith("sw")
    pinned: list[dict[str, Any]] = [
        {"label": labels[1 if swahili else 0], "do": "decline", "offer": str(offer_id), "reason": code}
        for code, labels in DECLINE_REASONS.items()
    ]
    pinned.append({"label": writer.say("fewer_pieces"), "do": "ask_fewer", "offer": str(offer_id)})
    pinned.append({"label": writer.say("later_day"), "do": "ask_later", "offer": str(offer_id)})
    pin(writer, pinned)
    if writer.channel in TAPPED:
        rows = [[_reason_button(row), str(row["label"])] for row in pinned]
        return Answer(writer.say("why"), rows)
    return listed(writer, writer.say("why"), pinned)


def _reason_button(row: dict[str, Any]) -> str:
    """The id of a row of the list of reasons; two of them are no reason but other terms."""
    if row["do"] == "decline":
        return f"reason:{row['offer']}:{row['reason']}"
    return f"{row['do'].removeprefix('ask_')}:{row['offer']}"


def ask_days(writer: Writer, number: int, first: date) -> Answer:
    """Why the days off? The answer takes them."""
    swahili = writer.language.startswith("sw")
    acts = [
        {
            "label": labels[1 if swahili else 0], "do": "off", "first": first.isoformat(), "days": number,
            "reason": reason,
        }
        for reason, labels in DAY_REASONS.items()
    ]
    pin(writer, acts)
    return listed(writer, writer.say("why_off", n=number, first=f"{first:%d/%m}"), acts)


def ask_contest(writer: Writer, kind: str, identifier: UUID) -> Answer:
    """What is wrong with it? The answer contests it: a ``deed`` of staff, or work that ``moved`` to others."""
    about = {"do": "contest", "kind": kind, "id": str(identifier)}
    acts = [{"label": writer.say(f"reason_{reason}"), **about, "reason": reason} for reason in CONTESTS[kind]]
    pin(writer, acts)
    return listed(writer, writer.say("why_contest"), acts)


def ask_faulty(writer: Writer, identifier: UUID) -> Answer:
    """Paid pieces are said to be faulty: may later pay make it good? Yes and no are listed alike."""
    row = settlement.asked(writer.actor).filter(pk=identifier).select_related("earning__work_order").first()
    if row is None:
        return Answer(writer.say("nothing_asked"))
    about = {"do": "faulty", "id": str(identifier)}
    acts = [
        {"label": writer.say("faulty_yes"), **about, "agree": True},
        {"label": writer.say("faulty_no"), **about, "agree": False},
    ]
    pin(writer, acts)
    text = writer.say(
        "faulty", n=row.quantity, code=row.earning.work_order.code, why=row.reason[:60],
        pay=format_money(row.amount_minor, row.currency),
    )
    return listed(writer, text, acts)


def listed(writer: Writer, text: str, choices: list[dict[str, Any]]) -> Answer:
    if writer.channel in TAPPED:
        return Answer(text, [[f"choice:{number}", str(row["label"])] for number, row in enumerate(choices, 1)])
    return Answer("\n".join([text, *(f"{number} {row['label']}" for number, row in enumerate(choices, 1))]))


def attempt(writer: Writer, action: Callable[[], Any], then: Callable[[Any], Answer]) -> Answer:
    try:
        result = action()
    except Rejected as refusal:
        return Answer(refusal.message(writer.language))
    return then(result)


# -- what there is to talk about


def live_offers(writer: Writer) -> Any:
    return (
        dispatch.live_offers(writer.actor)
        .filter(state="sent", expires_at__gt=clock.now())
        .select_related("production_order__variant__style")
    )


def live_orders(writer: Writer) -> list[WorkOrder]:
    rows = dispatch.live_work(writer.actor).select_related("operation", "production_order__variant__style")
    return list(rows.order_by("due_on", "code")[:MOST_LISTED])


def progress(order: WorkOrder, made: int | None, photo: str) -> dict[str, Any]:
    return {"do": "progress", "order": str(order.pk), "made": made, "photo": photo}


def told_last(writer: Writer, offer: Offer) -> bool:
    """Whether the offer she was last told of, before she wrote, is this one."""
    wrote_at = writer.message.created_at
    told = list(
        Message.objects.filter(
            artisan_id=writer.person.pk, direction="out", template="offer_sent",
            state__in=["sent", "delivered", "read"], sent_at__lte=wrote_at, sent_at__gt=wrote_at - REMEMBERED,
        )
        .select_related("thread")
        .order_by("-sent_at")[:2]
    )
    if not told or told[0].thread.subject_id != offer.pk or told[0].sent_at is None:
        return False
    # Two offers shortly one after the other: her answer may be to the first, which has ended since.
    return len(told) == 1 or wrote_at - told[0].sent_at > CROSSING


def offer_line(writer: Writer, offer: Offer) -> str:
    name = offer.operation.name_sw if writer.language.startswith("sw") else offer.operation.name_en
    return f"{offer.quantity} {name[:18]} {format_money(offer.pay_minor, offer.currency)} {offer.due_on:%d/%m}"


def work_line(writer: Writer, order: WorkOrder) -> str:
    name = order.operation.name_sw if writer.language.startswith("sw") else order.operation.name_en
    return f"{order.code} {name[:18]} {order.made_quantity}/{order.quantity}"


def money_of(offer: Offer) -> str:
    return format_money(offer.pay_minor, offer.currency)
