"""From what an artisan wrote to commands and one answer. Everything an answer commits to is pinned to ids beforehand.

Ids of commands come from the provider's id of the message, so handling it again does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.core.money import format_money
from kiwanda.factory.conversations import questions
from kiwanda.factory.conversations.commands import request_call, set_opt_out
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import accept_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import DECLINE_REASONS
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.production.commands import report_progress
from kiwanda.surfaces.chat.sentences import sentence
from kiwanda.surfaces.chat.words import Intent, Meaning

#: Lines a question lists; a WhatsApp list has ten rows, an SMS should stay short.
MOST_LISTED = 5
#: An answer may be on its way for so long, and an offer is remembered for so long.
CROSSING = timedelta(minutes=1)
REMEMBERED = timedelta(days=3)
#: Channels whose readers can tap.
TAPPED = frozenset({"whatsapp"})


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


def meant(writer: Writer, meaning: Meaning, photo: str = "") -> Answer:
    """Do what was meant, or ask."""
    if meaning.intent is Intent.CHOICE:
        return _chosen(writer, meaning.number or 0, photo)
    handler = _HANDLERS.get(meaning.intent)
    return handler(writer, meaning, photo) if handler is not None else Answer(writer.say("unclear"), understood=False)


def tapped(writer: Writer, button: str, photo: str = "") -> Answer:
    """A button or a list's row: its id says what and about which thing."""
    action, _, rest = button.partition(":")
    subject, _, detail = rest.partition(":")
    if action == "call":
        return _call(writer, Meaning(Intent.CALL), "")
    if action == "choice" and rest.isascii() and rest.isdigit() and len(rest) < 3:
        return _chosen(writer, int(rest), photo)
    try:
        identifier = UUID(subject)
    except ValueError:
        return Answer(writer.say("unclear"), understood=False)
    if action == "accept":
        return _do(writer, {"do": "accept", "offer": str(identifier)})
    if action == "decline":
        return _ask_why(writer, identifier)
    if action == "reason" and detail in DECLINE_REASONS:
        return _do(writer, {"do": "decline", "offer": str(identifier), "reason": detail})
    return Answer(writer.say("unclear"), understood=False)


def about_photo(writer: Writer, sha256: str, made: int | None) -> Answer:
    """A picture, perhaps with a count: kept with the one open work order, or asked with which."""
    orders = _orders(writer)
    if not orders:
        return Answer(writer.say("no_work"))
    if len(orders) == 1:
        return _do(writer, _progress(orders[0], made, sha256))
    return _ask(writer, "which_work", [(_work_line(writer, row), _progress(row, made, sha256)) for row in orders])


# -- what each word does


def _yes(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return _on_offer(writer, meaning, "accept")


def _no(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return _on_offer(writer, meaning, "decline")


def _on_offer(writer: Writer, meaning: Meaning, verb: str) -> Answer:
    """YES or NO. It counts for the one offer she was told of last, and only while that is the only one: an answer may
    have crossed with a newer offer on its way.
    """
    pending = questions.pending(writer.person.pk, writer.channel)
    if pending is not None and meaning.number is None and questions.is_yes_or_no(pending):
        return _chosen(writer, 1 if verb == "accept" else 2, "")
    if pending is not None and meaning.number is not None:
        # "NDIYO 2": the second line of what we listed.
        if not 1 <= meaning.number <= len(pending.choices):
            return _list_again(writer, pending.choices)
        chosen = dict(pending.choices[meaning.number - 1])
        if "offer" in chosen:
            questions.close(writer.person.pk, writer.channel)
            return _ask_why(writer, UUID(chosen["offer"])) if verb == "decline" else _do(
                writer, {"do": "accept", "offer": chosen["offer"]}
            )
    live = list(_offers(writer)[:MOST_LISTED])
    if not live:
        return Answer(writer.say("no_offer"))
    if len(live) == 1 and meaning.number is None and _told_last(writer, live[0]):
        if not meaning.sure:
            return _ask_sure(writer, verb, live[0])
        return _ask_why(writer, live[0].pk) if verb == "decline" else _do(
            writer, {"do": "accept", "offer": str(live[0].pk)}
        )
    if len(live) == 1:
        return _ask_sure(writer, verb, live[0])
    return _ask(writer, "which_offer", [(_offer_line(writer, row), _offer_act(verb, row)) for row in live])


def _offer_act(verb: str, offer: Offer) -> dict[str, Any]:
    return {"do": "accept" if verb == "accept" else "ask_why", "offer": str(offer.pk)}


def _ask_sure(writer: Writer, verb: str, offer: Offer) -> Answer:
    what = _offer_line(writer, offer)
    text = writer.say("sure_accept" if verb == "accept" else "sure_decline", what=what)
    return _ask_yes_no(writer, text, _offer_act(verb, offer))


def _made(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    orders = _orders(writer)
    if not orders:
        return Answer(writer.say("no_work"))
    if meaning.number is None:
        return Answer(writer.say("how_many"))
    if len(orders) > 1:
        choices = [(_work_line(writer, row), _progress(row, meaning.number, photo)) for row in orders]
        return _ask(writer, "which_work", choices)
    if not meaning.sure:
        return _ask_made(writer, orders[0], meaning.number)
    return _do(writer, _progress(orders[0], meaning.number, photo))


def _ask_made(writer: Writer, order: WorkOrder, made: int) -> Answer:
    text = writer.say("sure_made", code=order.code, made=made, quantity=order.quantity)
    return _ask_yes_no(writer, text, _progress(order, made, ""))


def _stop(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return _set_stopped(writer, True)


def _start(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return _set_stopped(writer, False)


def _set_stopped(writer: Writer, stopped: bool) -> Answer:
    channel = "whatsapp" if writer.channel == "whatsapp" else "sms"
    return _attempt(
        writer,
        lambda: set_opt_out(
            actor=writer.actor, command_id=writer.command_id("opt-out"), artisan_id=writer.person.pk,
            channel=channel, stopped=stopped,
        ),
        lambda _: Answer(writer.say("stopped" if stopped else "started")),
    )


def _call(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return _attempt(
        writer,
        lambda: request_call(actor=writer.actor, command_id=writer.command_id("call"), channel=writer.channel),
        lambda _: Answer(writer.say("call")),
    )


def _help(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return Answer(writer.say("help"))


def _pay(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    # A text can be read over somebody's shoulder days later: sums are behind the PIN.
    return Answer(writer.say("pay"))


_HANDLERS: dict[Intent, Callable[[Writer, Meaning, str], Answer]] = {
    Intent.YES: _yes, Intent.NO: _no, Intent.MADE: _made, Intent.STOP: _stop, Intent.START: _start,
    Intent.CALL: _call, Intent.HELP: _help, Intent.PAY: _pay,
}


# -- a number, and what was asked before


def _chosen(writer: Writer, number: int, photo: str) -> Answer:
    """A bare number: the line of what we asked; else 1 and 2 are yes and no to the one offer; else a count to ask."""
    pending = questions.pending(writer.person.pk, writer.channel)
    if pending is not None:
        if not 1 <= number <= len(pending.choices):
            return _list_again(writer, pending.choices)
        questions.close(writer.person.pk, writer.channel)
        return _do(writer, dict(pending.choices[number - 1]))
    offers, orders = list(_offers(writer)[:2]), _orders(writer)
    if number in (1, 2) and offers:
        return _yes(writer, Meaning(Intent.YES), "") if number == 1 else _no(writer, Meaning(Intent.NO), "")
    if len(orders) == 1 and number <= orders[0].quantity:
        return _ask_made(writer, orders[0], number)
    return Answer(writer.say("unclear"), understood=False)


def _list_again(writer: Writer, choices: list[dict[str, Any]]) -> Answer:
    return _listed(writer, writer.say("which_offer" if "offer" in choices[0] else "which_work"), choices)


def _ask(writer: Writer, key: str, choices: list[tuple[str, dict[str, Any]]]) -> Answer:
    pinned = [{"label": label, **act} for label, act in choices[:MOST_LISTED]]
    questions.ask(writer.person.pk, writer.channel, pinned)
    return _listed(writer, writer.say(key), pinned)


def _ask_yes_no(writer: Writer, text: str, act: dict[str, Any]) -> Answer:
    pinned = [{"label": writer.say("yes"), **act}, {"label": writer.say("no"), "do": "nothing"}]
    questions.ask(writer.person.pk, writer.channel, pinned)
    if writer.channel in TAPPED:
        return Answer(text, [["choice:1", pinned[0]["label"]], ["choice:2", pinned[1]["label"]]])
    return Answer(text)


def _ask_why(writer: Writer, offer_id: UUID) -> Answer:
    swahili = writer.language.startswith("sw")
    pinned: list[dict[str, Any]] = [
        {"label": labels[1 if swahili else 0], "do": "decline", "offer": str(offer_id), "reason": code}
        for code, labels in DECLINE_REASONS.items()
    ]
    questions.ask(writer.person.pk, writer.channel, pinned)
    if writer.channel in TAPPED:
        rows = [[f"reason:{offer_id}:{row['reason']}", str(row["label"])] for row in pinned]
        return Answer(writer.say("why"), rows)
    return _listed(writer, writer.say("why"), pinned)


def _listed(writer: Writer, text: str, choices: list[dict[str, Any]]) -> Answer:
    if writer.channel in TAPPED:
        return Answer(text, [[f"choice:{number}", str(row["label"])] for number, row in enumerate(choices, 1)])
    return Answer("\n".join([text, *(f"{number} {row['label']}" for number, row in enumerate(choices, 1))]))


# -- doing it


def _do(writer: Writer, act: dict[str, Any]) -> Answer:
    """Give the pinned command; its refusal is its sentence."""
    kind = act["do"]
    if kind == "accept":
        return _attempt(
            writer,
            lambda: accept_offer(
                actor=writer.actor, command_id=writer.command_id("accept"), offer_id=UUID(act["offer"])
            ),
            lambda order: Answer(
                writer.say("accepted", code=order.code, quantity=order.quantity, due=order.due_on.strftime("%d/%m"))
            ),
        )
    if kind == "decline":
        return _attempt(
            writer,
            lambda: decline_offer(
                actor=writer.actor, command_id=writer.command_id("decline"), offer_id=UUID(act["offer"]),
                reason=act["reason"],
            ),
            lambda _: Answer(writer.say("declined")),
        )
    if kind == "ask_why":
        return _ask_why(writer, UUID(act["offer"]))
    if kind == "progress":
        return _report(writer, act)
    return Answer(writer.say("let_be"))


def _report(writer: Writer, act: dict[str, Any]) -> Answer:
    order = dispatch.live_work(writer.actor).filter(pk=act["order"]).first()
    if order is None:
        return Answer(writer.say("no_work"))
    made = order.made_quantity if act["made"] is None else int(act["made"])
    said = "made" if not act["photo"] else "photo_kept" if act["made"] is None else "made_photo"
    return _attempt(
        writer,
        lambda: report_progress(
            actor=writer.actor, command_id=writer.command_id("progress"), work_order_id=order.pk, made_quantity=made,
            photo=act["photo"],
        ),
        lambda _: Answer(writer.say(said, code=order.code, made=made, quantity=order.quantity)),
    )


def _attempt(writer: Writer, action: Callable[[], Any], then: Callable[[Any], Answer]) -> Answer:
    try:
        result = action()
    except Rejected as refusal:
        return Answer(refusal.message(writer.language))
    return then(result)


# -- what there is to talk about


def _offers(writer: Writer) -> Any:
    return (
        dispatch.live_offers(writer.actor)
        .filter(state="sent", expires_at__gt=clock.now())
        .select_related("production_order__variant__style")
    )


def _orders(writer: Writer) -> list[WorkOrder]:
    rows = dispatch.live_work(writer.actor).select_related("operation", "production_order__variant__style")
    return list(rows.order_by("due_on", "code")[:MOST_LISTED])


def _progress(order: WorkOrder, made: int | None, photo: str) -> dict[str, Any]:
    return {"do": "progress", "order": str(order.pk), "made": made, "photo": photo}


def _told_last(writer: Writer, offer: Offer) -> bool:
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


def _offer_line(writer: Writer, offer: Offer) -> str:
    name = offer.operation.name_sw if writer.language.startswith("sw") else offer.operation.name_en
    return f"{offer.quantity} {name[:18]} {format_money(offer.pay_minor, offer.currency)} {offer.due_on:%d/%m}"


def _work_line(writer: Writer, order: WorkOrder) -> str:
    name = order.operation.name_sw if writer.language.startswith("sw") else order.operation.name_en
    return f"{order.code} {name[:18]} {order.made_quantity}/{order.quantity}"
