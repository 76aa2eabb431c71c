"""Words beyond yes, no and done: other terms, handing in, days off, why no work, objections, the list of her work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kiwanda.core import clock
from kiwanda.factory.conversations import behalf
from kiwanda.factory.conversations import queries as conversations
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.settlement import queries as settlement
from kiwanda.surfaces.chat.doing import do
from kiwanda.surfaces.chat.talk import (
    Answer,
    Writer,
    ask,
    ask_days,
    ask_yes_no,
    live_offers,
    live_orders,
    offer_line,
    told_last,
    work_line,
)
from kiwanda.surfaces.chat.words import Intent, Meaning

#: An objection is taken up for so long by these words; later at the hub.
CONTESTED_WITHIN = timedelta(days=14)
LONGEST_ABSENCE = 60
#: Rows of the list of her work; WhatsApp shows ten.
MOST_ROWS = 10


def _terms(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    """CAN 20, LATER 3: for the one offer she was told of last, else she is asked which."""
    act = "fewer" if meaning.intent is Intent.FEWER else "later"
    offers = list(live_offers(writer)[:5])
    if not offers:
        return Answer(writer.say("no_offer"))
    if meaning.number is None:
        acts = [(offer_line(writer, row), {"do": f"ask_{act}", "offer": str(row.pk)}) for row in offers]
        return do(writer, acts[0][1]) if len(acts) == 1 else ask(writer, "which_offer", acts)
    if len(offers) > 1:
        pinned = [
            (offer_line(writer, row), {"do": act, "offer": str(row.pk), "n": meaning.number}) for row in offers
        ]
        return ask(writer, "which_offer", pinned)
    offer = offers[0]
    chosen = {"do": act, "offer": str(offer.pk), "n": meaning.number}
    if meaning.sure and told_last(writer, offer):
        return do(writer, chosen)
    due = offer.due_on + timedelta(days=min(meaning.number, 400))
    text = writer.say(f"sure_{act}", n=meaning.number, quantity=offer.quantity, due=f"{due:%d/%m}")
    return ask_yes_no(writer, text, chosen)


def _hand(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    orders = live_orders(writer)
    if not orders:
        return Answer(writer.say("no_work"))
    if len(orders) > 1:
        acts: list[tuple[str, dict[str, Any]]] = [
            (
                work_line(writer, row),
                {"do": "ask_hand", "order": str(row.pk)} if meaning.number is None
                else {"do": "hand", "order": str(row.pk), "n": meaning.number},
            )
            for row in orders
        ]  # fmt: skip
        return ask(writer, "which_work", acts)
    order = orders[0]
    if meaning.number is None:
        return do(writer, {"do": "ask_hand", "order": str(order.pk)})
    chosen = {"do": "hand", "order": str(order.pk), "n": meaning.number}
    if meaning.sure:
        return do(writer, chosen)
    return ask_yes_no(writer, writer.say("sure_hand", code=order.code, n=meaning.number), chosen)


def _off(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    """OFF, OFF 3, OFF TOMORROW: the reason is asked, and with it whether it is meant."""
    number = 1 if meaning.number is None else meaning.number
    if not 1 <= number <= LONGEST_ABSENCE:
        return Answer(writer.say("too_many", most=LONGEST_ABSENCE))
    return ask_days(writer, number, clock.today() + timedelta(days=1 if meaning.tomorrow else 0))


def _contest(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    """What may be objected to: what staff did for her, work that went to others, and an open offer ("sikubali" may
    mean that, too). With one thing open she is asked for the reason, with several which.
    """
    since = clock.now() - CONTESTED_WITHIN
    rows = list(conversations.actions(writer.actor).filter(state="told", acted_at__gt=since)[:3])
    found: list[tuple[str, dict[str, Any]]] = [
        (deed.text, {"do": "ask_contest", "kind": "deed", "id": str(deed.id)})
        for deed in behalf.deeds(rows, writer.language)
    ]
    moved = dispatch.reassignments(writer.actor).filter(state="made", made_at__gt=since)[:3]
    found += [
        (
            writer.say("line_moved", n=row.quantity, code=row.work_order.code),
            {"do": "ask_contest", "kind": "moved", "id": str(row.pk)},
        )
        for row in moved
    ]
    found += [
        (writer.say("line_refuse", what=offer_line(writer, row)), {"do": "ask_why", "offer": str(row.pk)})
        for row in live_offers(writer)[:2]
    ]
    if not found:
        return Answer(writer.say("nothing_to_contest"))
    return do(writer, found[0][1]) if len(found) == 1 else ask(writer, "which_contest", found)


def _why(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    return do(writer, {"do": "why"})


def work_list(writer: Writer, meaning: Meaning, photo: str) -> Answer:
    """Everything she can do now, as a list to tap or to number."""
    rows: list[tuple[str, dict[str, Any]]] = [
        (writer.say("line_offer", what=offer_line(writer, row)), {"do": "offer", "offer": str(row.pk)})
        for row in live_offers(writer)[:3]
    ]
    rows += [
        (
            writer.say("line_faulty", n=row.quantity, code=row.earning.work_order.code),
            {"do": "ask_faulty", "id": str(row.pk)},
        )
        for row in settlement.asked(writer.actor).select_related("earning__work_order").order_by("proposed_at")[:1]
    ]
    for order in live_orders(writer)[:2]:
        key = str(order.pk)
        rows.append((writer.say("line_made", code=order.code), {"do": "ask_made", "order": key}))
        rows.append((writer.say("line_hand", code=order.code), {"do": "ask_hand", "order": key}))
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    rows.append((writer.say("line_why"), {"do": "why"}))
    rows.append((writer.say("line_off"), {"do": "ask_days", "days": 1, "first": tomorrow}))
    rows.append((writer.say("line_call"), {"do": "call"}))
    return ask(writer, "your_work", rows, most=MOST_ROWS)


HANDLERS: dict[Intent, Callable[[Writer, Meaning, str], Answer]] = {
    Intent.FEWER: _terms,
    Intent.LATER: _terms,
    Intent.HAND: _hand,
    Intent.OFF: _off,
    Intent.WHY: _why,
    Intent.CONTEST: _contest,
    Intent.WORK: work_list,
}
