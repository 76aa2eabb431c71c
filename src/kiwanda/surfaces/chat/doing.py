"""Giving the command an answer was pinned to. Each act is a small dictionary: ``do`` and the ids it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kiwanda.factory.conversations.commands import contest_action, request_call
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import accept_offer, contest_reassignment, counter_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.commands import take_days_off
from kiwanda.factory.planning import explaining
from kiwanda.factory.production.commands import hand_in, report_progress
from kiwanda.factory.settlement.commands import answer_correction
from kiwanda.surfaces.chat.talk import (
    TAPPED,
    Answer,
    Writer,
    ask_contest,
    ask_days,
    ask_faulty,
    ask_number,
    ask_why,
    attempt,
    money_of,
    offer_line,
    pin,
)

MOST_REASONS = 3


def do(writer: Writer, act: dict[str, Any]) -> Answer:
    """Give the pinned command; its refusal is its sentence."""
    handler = _ACTS.get(act["do"])
    return handler(writer, act) if handler is not None else Answer(writer.say("let_be"))


def _accept(writer: Writer, act: dict[str, Any]) -> Answer:
    return attempt(
        writer,
        lambda: accept_offer(actor=writer.actor, command_id=writer.command_id("accept"), offer_id=UUID(act["offer"])),
        lambda order: Answer(
            writer.say("accepted", code=order.code, quantity=order.quantity, due=order.due_on.strftime("%d/%m"))
        ),
    )


def _decline(writer: Writer, act: dict[str, Any]) -> Answer:
    return attempt(
        writer,
        lambda: decline_offer(
            actor=writer.actor, command_id=writer.command_id("decline"), offer_id=UUID(act["offer"]),
            reason=act["reason"],
        ),
        lambda _: Answer(writer.say("declined")),
    )


def _offer(writer: Writer, act: dict[str, Any]) -> Offer | None:
    return dispatch.live_offers(writer.actor).filter(pk=act["offer"]).first()


def _counter(writer: Writer, act: dict[str, Any]) -> Answer:
    """Fewer pieces (``fewer``) or more days (``later``), ``n`` of them."""
    offer = _offer(writer, act)
    if offer is None:
        return Answer(writer.say("no_offer"))
    number = int(act["n"])
    terms: dict[str, Any]
    if act["do"] == "fewer":
        if not 1 <= number < offer.quantity:
            return Answer(writer.say("too_many", most=offer.quantity - 1))
        terms = {"quantity": number}
    else:
        terms = {"due_on": offer.due_on + timedelta(days=min(number, 400))}
    return attempt(
        writer,
        lambda: counter_offer(
            actor=writer.actor, command_id=writer.command_id("counter"), offer_id=offer.pk, **terms
        ),
        lambda _: Answer(writer.say("countered")),
    )


def _ask_counter(writer: Writer, act: dict[str, Any]) -> Answer:
    offer = _offer(writer, act)
    if offer is None:
        return Answer(writer.say("no_offer"))
    fewer = act["do"] == "ask_fewer"
    text = writer.say(
        "fewer_number" if fewer else "later_number", quantity=offer.quantity, due=f"{offer.due_on:%d/%m}"
    )
    return ask_number(writer, text, {"do": "fewer" if fewer else "later", "offer": act["offer"]})


def _show_offer(writer: Writer, act: dict[str, Any]) -> Answer:
    offer = _offer(writer, act)
    if offer is None:
        return Answer(writer.say("no_offer"))
    text = writer.say("offer_again", what=offer_line(writer, offer), pay=money_of(offer))
    acts = [
        {"label": writer.say("accept"), "do": "accept", "offer": act["offer"]},
        {"label": writer.say("decline"), "do": "ask_why", "offer": act["offer"]},
        {"label": writer.say("line_call"), "do": "call"},
    ]
    pin(writer, acts)
    if writer.channel in TAPPED:
        buttons = [[f"accept:{offer.pk}", acts[0]["label"]], [f"decline:{offer.pk}", acts[1]["label"]]]
        return Answer(text.split(". 1 ", 1)[0] + ".", [*buttons, ["call", acts[2]["label"]]])
    return Answer(text)


def _order(writer: Writer, act: dict[str, Any]) -> WorkOrder | None:
    return dispatch.live_work(writer.actor).filter(pk=act["order"]).first()


def _report(writer: Writer, act: dict[str, Any]) -> Answer:
    order = _order(writer, act)
    if order is None:
        return Answer(writer.say("no_work"))
    said_count = act.get("n", act.get("made"))
    made = order.made_quantity if said_count is None else int(said_count)
    photo = act.get("photo", "")
    said = "made" if not photo else "photo_kept" if said_count is None else "made_photo"
    return attempt(
        writer,
        lambda: report_progress(
            actor=writer.actor, command_id=writer.command_id("progress"), work_order_id=order.pk, made_quantity=made,
            photo=photo,
        ),
        lambda _: Answer(writer.say(said, code=order.code, made=made, quantity=order.quantity)),
    )


def _hand(writer: Writer, act: dict[str, Any]) -> Answer:
    order = _order(writer, act)
    if order is None:
        return Answer(writer.say("no_work"))
    number = int(act["n"])
    return attempt(
        writer,
        lambda: hand_in(
            actor=writer.actor, command_id=writer.command_id("hand-in"), work_order_id=order.pk, quantity=number
        ),
        lambda _: Answer(writer.say("handed_in", n=number, code=order.code)),
    )


def _ask_count(writer: Writer, act: dict[str, Any]) -> Answer:
    order = _order(writer, act)
    if order is None:
        return Answer(writer.say("no_work"))
    hand = act["do"] == "ask_hand"
    text = writer.say("hand_number" if hand else "made_number", code=order.code, quantity=order.quantity)
    return ask_number(writer, text, {"do": "hand" if hand else "progress", "order": act["order"]})


def _off(writer: Writer, act: dict[str, Any]) -> Answer:
    first, number = date.fromisoformat(act["first"]), int(act["days"])
    return attempt(
        writer,
        lambda: take_days_off(
            actor=writer.actor, command_id=writer.command_id("days-off"), workshop_id=writer.person.workshop_id,
            days=[first + timedelta(days=step) for step in range(number)], reason=act["reason"],
        ),
        lambda _: Answer(writer.say("days_taken", n=number, first=f"{first:%d/%m}")),
    )


def _contest(writer: Writer, act: dict[str, Any]) -> Answer:
    reason = writer.say(f"reason_{act['reason']}")

    def give() -> Any:
        if act["kind"] == "deed":
            return contest_action(
                actor=writer.actor, command_id=writer.command_id("contest"), action_id=UUID(act["id"]), reason=reason
            )
        return contest_reassignment(
            actor=writer.actor, command_id=writer.command_id("contest"), reassignment_id=UUID(act["id"]),
            contest=reason,
        )

    return attempt(writer, give, lambda _: Answer(writer.say("contested")))


def _faulty(writer: Writer, act: dict[str, Any]) -> Answer:
    agrees = bool(act["agree"])
    return attempt(
        writer,
        lambda: answer_correction(
            actor=writer.actor, command_id=writer.command_id("faulty"), correction_id=UUID(act["id"]), consent=agrees
        ),
        lambda _: Answer(writer.say("faulty_agreed" if agrees else "faulty_refused")),
    )


def _call(writer: Writer, act: dict[str, Any]) -> Answer:
    return attempt(
        writer,
        lambda: request_call(actor=writer.actor, command_id=writer.command_id("call"), channel=writer.channel),
        lambda _: Answer(writer.say("call")),
    )


def _why(writer: Writer, act: dict[str, Any]) -> Answer:
    """The plan's own reasons, in her language."""
    answer = explaining.why_no_work(writer.person.workshop_id, explaining.this_monday())
    said = [explaining.sentence(item, writer.language) for item in answer.reasons[:MOST_REASONS]]
    if not said:
        return Answer(writer.say("why_unknown"))
    return Answer("\n".join([writer.say("why_work"), *said]))


_ACTS: dict[str, Callable[[Writer, dict[str, Any]], Answer]] = {
    "accept": _accept,
    "decline": _decline,
    "ask_why": lambda writer, act: ask_why(writer, UUID(act["offer"])),
    "offer": _show_offer,
    "fewer": _counter,
    "later": _counter,
    "ask_fewer": _ask_counter,
    "ask_later": _ask_counter,
    "progress": _report,
    "hand": _hand,
    "ask_made": _ask_count,
    "ask_hand": _ask_count,
    "ask_days": lambda writer, act: ask_days(writer, int(act["days"]), date.fromisoformat(act["first"])),
    "off": _off,
    "ask_contest": lambda writer, act: ask_contest(writer, act["kind"], UUID(act["id"])),
    "contest": _contest,
    "ask_faulty": lambda writer, act: ask_faulty(writer, UUID(act["id"])),
    "faulty": _faulty,
    "call": _call,
    "why": _why,
}
