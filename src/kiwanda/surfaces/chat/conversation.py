"""From what an artisan wrote to commands and one answer. Everything an answer commits to is pinned to ids beforehand.

Ids of commands come from the provider's id of the message, so handling it again does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from kiwanda.factory.conversations import questions
from kiwanda.factory.conversations.commands import set_opt_out
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import DECLINE_REASONS
from kiwanda.surfaces.chat import wishes
from kiwanda.surfaces.chat.doing import do
from kiwanda.surfaces.chat.talk import (
    MOST_LISTED,
    TAPPED,
    Answer,
    Writer,
    ask,
    ask_contest,
    ask_faulty,
    ask_why,
    ask_yes_no,
    attempt,
    list_again,
    live_offers,
    live_orders,
    offer_line,
    progress,
    told_last,
    work_line,
)
from kiwanda.surfaces.chat.words import Intent, Meaning

__all__ = ["Answer", "Writer", "about_photo", "meant", "tapped"]


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
        return do(writer, {"do": "accept", "offer": str(identifier)})
    if action == "decline":
        return ask_why(writer, identifier)
    if action in ("fewer", "later"):
        return do(writer, {"do": f"ask_{action}", "offer": str(identifier)})
    if action in ("contest", "keep"):
        return ask_contest(writer, "deed" if action == "contest" else "moved", identifier)
    if action == "faulty":
        return ask_faulty(writer, identifier)
    if action == "reason" and detail in DECLINE_REASONS:
        return do(writer, {"do": "decline", "offer": str(identifier), "reason": detail})
    return Answer(writer.say("unclear"), understood=False)


def about_photo(writer: Writer, sha256: str, made: int | None) -> Answer:
    """A picture, perhaps with a count: kept with the one open work order, or asked with which."""
    orders = live_orders(writer)
    if not orders:
        return Answer(writer.say("no_work"))
    if len(orders) == 1:
        return do(writer, progress(orders[0], made, sha256))
    return ask(writer, "which_work", [(work_line(writer, row), progress(row, made, sha256)) for row in orders])


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
            return list_again(writer, pending.choices)
        chosen = dict(pending.choices[meaning.number - 1])
        if "offer" in chosen:
            questions.close(writer.person.pk, writer.channel)
            return ask_why(writer, UUID(chosen["offer"])) if verb == "decline" else do(
                writer, {"do": "accept", "offer": chosen["offer"]}
            )
    live = list(live_offers(writer)[:MOST_LISTED])
    if not live:
        return Answer(writer.say("no_offer"))
    if len(live) == 1 and meaning.number is None and told_last(writer, live[0]):
        if not meaning.sure:
            return _ask_sure(writer, verb, live[0])
        return ask_why(writer, live[0].pk) if verb == "decline" else do(
            writer, {"do": "accept", "offer": str(live[0].pk)}
        )
    if len(live) == 1:
        return _ask_sure(writer, verb, live[0])
    return ask(writer, "which_offer", [(offer_line(writer, row), _offer_act(verb, row)) for row in live])


def _offer_act(verb: str, offer: Offer) -> dict[str, Any]:
    return {"do": "accept" if verb == "accept" else "ask_why", "offer": str(offer.pk)}


def _ask_sure(writer: Writer, verb: str, offer: Offer) -> Answer:
    what = offer_line(writer, offer)
    text = writer.say("sure_accept" if verb == "accept" else "sure_decline", what=what)
    return ask_yes_no(writer, text, _offer_act(verb, offer))


def _made(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    orders = live_orders(writer)
    if not orders:
        return Answer(writer.say("no_work"))
    if meaning.number is None:
        return Answer(writer.say("how_many"))
    if len(orders) > 1:
        choices = [(work_line(writer, row), progress(row, meaning.number, photo)) for row in orders]
        return ask(writer, "which_work", choices)
    if not meaning.sure:
        return _ask_made(writer, orders[0], meaning.number)
    return do(writer, progress(orders[0], meaning.number, photo))


def _ask_made(writer: Writer, order: WorkOrder, made: int) -> Answer:
    text = writer.say("sure_made", code=order.code, made=made, quantity=order.quantity)
    return ask_yes_no(writer, text, progress(order, made, ""))


def _stop(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return _set_stopped(writer, True)


def _start(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return _set_stopped(writer, False)


def _set_stopped(writer: Writer, stopped: bool) -> Answer:
    channel = "whatsapp" if writer.channel == "whatsapp" else "sms"
    return attempt(
        writer,
        lambda: set_opt_out(
            actor=writer.actor, command_id=writer.command_id("opt-out"), artisan_id=writer.person.pk,
            channel=channel, stopped=stopped,
        ),
        lambda _: Answer(writer.say("stopped" if stopped else "started")),
    )


def _call(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return do(writer, {"do": "call"})


def _help(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    # Where she can tap she gets the list of what she can do now.
    return wishes.work_list(writer, meaning, photo) if writer.channel in TAPPED else Answer(writer.say("help"))


def _pay(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    # A text can be read over somebody's shoulder days later: sums are behind the PIN.
    return Answer(writer.say("pay"))


_HANDLERS: dict[Intent, Callable[[Writer, Meaning, str], Answer]] = {
    Intent.YES: _yes, Intent.NO: _no, Intent.MADE: _made, Intent.STOP: _stop, Intent.START: _start,
    Intent.CALL: _call, Intent.HELP: _help, Intent.PAY: _pay, **wishes.HANDLERS,
}


# -- a number, and what was asked before


def _chosen(writer: Writer, number: int, photo: str) -> Answer:
    """A bare number: the line of what we asked; else 1 and 2 are yes and no to the one offer; else a count to ask."""
    pending = questions.pending(writer.person.pk, writer.channel)
    if pending is not None:
        first = dict(pending.choices[0])
        if first.pop("number", False):
            questions.close(writer.person.pk, writer.channel)
            return do(writer, {**first, "n": number})
        if not 1 <= number <= len(pending.choices):
            return list_again(writer, pending.choices)
        questions.close(writer.person.pk, writer.channel)
        return do(writer, dict(pending.choices[number - 1]))
    offers, orders = list(live_offers(writer)[:2]), live_orders(writer)
    if number in (1, 2) and offers:
        return _yes(writer, Meaning(Intent.YES), "") if number == 1 else _no(writer, Meaning(Intent.NO), "")
    if len(orders) == 1 and number <= orders[0].quantity:
        return _ask_made(writer, orders[0], number)
    return Answer(writer.say("unclear"), understood=False)


