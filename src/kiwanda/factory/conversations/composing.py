"""From events to messages: whom an event concerns, in which words. A batch of events costs a handful of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kiwanda.core.ids import derived_id
from kiwanda.core.models import Event
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.conversations.contacts import reaches
from kiwanda.factory.conversations.models import Message, OnBehalf, Thread
from kiwanda.factory.conversations.rules import APP_FALLBACK, Reach, channel_for, fallback_after
from kiwanda.factory.conversations.templates import (
    HIDDEN_CODE,
    day,
    login_code_body,
    moment,
    money,
    parameters,
    render,
)
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.queries import owners_of

#: What the reader of an offer can tap, in English and Swahili; WhatsApp shows twenty letters.
OFFER_BUTTONS = (("accept", "Accept", "Kubali"), ("decline", "Decline", "Kataa"), ("call", "Call me", "Nipigie simu"))
#: What a reader can contest or answer with one tap: (button, English, Swahili).
ANSWERED = {
    "acted": ("contest", "I do not agree", "Sikubali"),
    "correction_asked": ("faulty", "Answer", "Jibu"),
    **dict.fromkeys(
        ("reassigned", "reassigned_silent", "reassigned_late"), ("keep", "It was mine", "Ilikuwa kazi yangu")
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """Names of an operation and its style in both languages."""

    operation_en: str
    operation_sw: str
    style_en: str
    style_sw: str

    def named(self, language: str) -> dict[str, str]:
        swahili = language.startswith("sw")
        return {
            "operation": self.operation_sw if swahili else self.operation_en,
            "style": (self.style_sw or self.style_en) if swahili else self.style_en,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A template and its parameters, before the reader's language is known. ``subject`` is the thread it belongs to,
    ``about`` what its buttons act on where that is something else.
    """

    template: str
    subject_kind: str
    subject_id: UUID
    params: dict[str, object]
    about: UUID | None = None


Rule = Callable[[Event], Draft | None]


def _pay(data: dict[str, Any], quantity: int) -> str:
    return money(quantity * data["piece_rate_minor"], data["currency"])


def _on_offer(template: str, data: dict[str, Any], **params: object) -> Draft:
    return Draft(template, "offer", UUID(data["offer_id"]), {"quantity": data["quantity"], **params})


def _on_work(template: str, data: dict[str, Any], **params: object) -> Draft:
    return Draft(template, "work_order", UUID(data["work_order_id"]), params)


def _offer_sent(event: Event) -> Draft:
    data = event.data
    return _on_offer(
        "offer_sent", data, pay=_pay(data, data["quantity"]), due=day(data["due_on"]), until=moment(data["expires_at"])
    )


def _offer_expired(event: Event) -> Draft | None:
    # A counter-offer that staff let run out deserves the same words as one they refused.
    return _on_offer("counter_refused" if event.data["countered"] else "offer_expired", event.data)


def _offer_accepted(event: Event) -> Draft | None:
    data = event.data
    # Who took it herself sees the answer on her screen, and where staff took it for her they say so (behalf.py): she is
    # told when staff agreed to her other terms.
    if event.actor_kind != "staff" or not data["countered"]:
        return None
    return _on_offer("work_confirmed", data, pay=_pay(data, data["quantity"]), due=day(data["due_on"]))


def _work_closed(event: Event) -> Draft | None:
    data = event.data
    # Of work that went to others the reassignment tells, with its reason.
    if not data["by_staff"] or data.get("reassigned"):
        return None
    return _on_work("work_closed", data, accepted=data["accepted_quantity"], short=data["short_quantity"])


def _trimmed(event: Event) -> Draft:
    data = event.data
    return _on_work("work_trimmed", data, quantity=data["quantity"], left=data["left_quantity"])


def _due_moved(event: Event) -> Draft:
    data = event.data
    template = f"due_moved_{data['reason']}" if data["reason"] in ("parts", "material") else "due_moved"
    return _on_work(template, data, due=day(data["due_on"]))


def _reassigned(event: Event) -> Draft:
    data = event.data
    template = f"reassigned_{data['reason']}" if data["reason"] in ("silent", "late") else "reassigned"
    return Draft(
        template, "work_order", UUID(data["work_order_id"]), {"quantity": data["quantity"]},
        about=UUID(data["reassignment_id"]),
    )


def _contest_answered(event: Event) -> Draft:
    data = event.data
    if data["given_back"]:
        return _on_work("contest_given_back", data, quantity=data["given_back"])
    return _on_work("contest_upheld", data, quantity=data["quantity"])


def _count_differs(event: Event) -> Draft:
    data = event.data
    return _on_work("count_differs", data, quantity=data["quantity"], received=data["received_quantity"])


def _count_settled(event: Event) -> Draft | None:
    data = event.data
    if not data["short_quantity"]:
        return None
    return _on_work("count_settled", data, received=data["received_quantity"], short=data["short_quantity"])


def _inspected(event: Event) -> Draft:
    data = event.data
    if data["accepted_quantity"] == data["quantity"]:
        return _on_work(
            "inspected_all", data, accepted=data["quantity"], pay=_pay(data, data["quantity"])
        )
    return _on_work(
        "inspected",
        data,
        accepted=data["accepted_quantity"],
        rework=data["rework_quantity"],
        rejected=data["rejected_quantity"],
        pay=_pay(data, data["accepted_quantity"]),
    )


def _appeal_decided(event: Event) -> Draft:
    data = event.data
    granted = data["granted_quantity"]
    if not granted:
        return _on_work("appeal_refused", data)
    return _on_work("appeal_granted", data, accepted=granted, pay=_pay(data, granted))


def _correction_proposed(event: Event) -> Draft | None:
    data = event.data
    # What was not paid yet is between two people of finance; what was paid is hers unless she agrees.
    if not data["after_pay"]:
        return None
    params: dict[str, object] = {"quantity": data["quantity"], "pay": money(data["amount_minor"], data["currency"])}
    return Draft("correction_asked", "correction", UUID(data["correction_id"]), params)


def _payout(template: str) -> Rule:
    def rule(event: Event) -> Draft:
        data = event.data
        params: dict[str, object] = {"pay": money(data["amount_minor"], data["currency"])}
        if "receipt_ref" in data:
            params["receipt"] = data["receipt_ref"]
        return Draft(template, "payout", UUID(data["payout_id"]), params)

    return rule


def _login_code(event: Event) -> Draft:
    return Draft("login_code", "login_code", UUID(event.data["login_code_id"]), {})


def _action_answered(event: Event) -> Draft | None:
    row = OnBehalf.objects.filter(pk=event.data["action_id"]).first()
    return Draft("action_answered", "action", row.id, {"answer": row.answer}) if row is not None else None


#: What is said about which event.
RULES: dict[str, Rule] = {
    "dispatch.OfferSent": _offer_sent,
    "dispatch.OfferExpired": _offer_expired,
    "dispatch.OfferWithdrawn": lambda event: _on_offer("offer_withdrawn", event.data),
    "dispatch.OfferAccepted": _offer_accepted,
    "dispatch.CounterRefused": lambda event: _on_offer("counter_refused", event.data),
    "dispatch.WorkOrderClosed": _work_closed,
    "dispatch.WorkTrimmed": _trimmed,
    "dispatch.WorkDueMoved": _due_moved,
    "dispatch.WorkReassigned": _reassigned,
    "dispatch.ReassignmentAnswered": _contest_answered,
    "production.HandInDisputed": _count_differs,
    "production.DiscrepancySettled": _count_settled,
    "quality.InspectionRecorded": _inspected,
    "quality.AppealDecided": _appeal_decided,
    "settlement.CorrectionProposed": _correction_proposed,
    "settlement.PayoutPaid": _payout("payout_paid"),
    "settlement.PayoutFailed": _payout("payout_failed"),
    "network.LoginCodeRequested": _login_code,
    "conversations.ActionAnswered": _action_answered,
}


def compose(events: Sequence[Event], now: datetime) -> tuple[list[Thread], list[Message]]:
    """Threads and messages for ``events``; ids are derived from theirs, so composing again makes the same rows.

    An event that concerns nobody who can be told gives nothing.
    """
    people = _people(events)
    words = words_for(events)
    known = reaches(person.id for person in people.values())
    threads: dict[UUID, Thread] = {}
    messages = []
    for event in events:
        person = people.get(event.id)
        if person is None:
            continue
        draft = RULES[event.type](event)
        if draft is None:
            continue
        thread = thread_of(draft, person.workshop_id, now)
        threads[thread.id] = thread
        reach = known.get(person.id, Reach())
        messages.append(message_of(event, draft, thread, person, reach, words_of(event, words, person.language), now))
    return list(threads.values()), messages


def _people(events: Sequence[Event]) -> dict[UUID, Artisan]:
    """Whom each event concerns: the person it names, else the owner of the workshop it names."""
    named = {event.id: event.data.get("artisan_id") or event.data.get("payee_id") for event in events}
    ids = {UUID(value) for value in named.values() if value}
    known = {row.id: row for row in Artisan.objects.filter(pk__in=ids, state="active")} if ids else {}
    shops = {UUID(event.data["workshop_id"]) for event in events if not named[event.id] and event.data["workshop_id"]}
    owners = owners_of(shops) if shops else {}
    people: dict[UUID, Artisan] = {}
    for event in events:
        reader = named[event.id]
        person = known.get(UUID(reader)) if reader else owners.get(UUID(event.data["workshop_id"]))
        if person is not None:
            people[event.id] = person
    return people


def words_of(event: Event, words: dict[str, Words], language: str) -> dict[str, str]:
    """The names ``event`` needs in its sentences, empty where it is about no work."""
    named = words.get(event.data.get("operation_id") or event.data.get("work_order_id") or "")
    return named.named(language) if named is not None else {}


def words_for(events: Sequence[Event]) -> dict[str, Words]:
    """Names by operation id, and by work order id for events that carry only that."""
    ids = {event.data["operation_id"] for event in events if event.data.get("operation_id")}
    orders = {
        event.data["work_order_id"]
        for event in events
        if event.data.get("work_order_id") and not event.data.get("operation_id")
    }
    found: dict[str, Words] = {}
    if ids:
        rows = Operation.objects.filter(pk__in=ids).values_list(
            "id", "name_en", "name_sw", "tech_pack__style__name_en", "tech_pack__style__name_sw"
        )
        found |= {str(row[0]): Words(*row[1:]) for row in rows}
    if orders:
        works = WorkOrder.objects.filter(pk__in=orders).values_list(
            "id", "operation__name_en", "operation__name_sw", "operation__tech_pack__style__name_en",
            "operation__tech_pack__style__name_sw",
        )
        found |= {str(row[0]): Words(*row[1:]) for row in works}
    return found


def thread_of(draft: Draft, workshop_id: UUID, now: datetime) -> Thread:
    return Thread(
        id=derived_id("thread", draft.subject_kind, draft.subject_id, workshop_id),
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        workshop_id=workshop_id,
        opened_at=now,
    )


def message_of(
    event: Event, draft: Draft, thread: Thread, person: Artisan, reach: Reach, names: dict[str, str], now: datetime
) -> Message:
    """The message about ``event``; its id is derived from the event's."""
    channel = channel_for(person.channel, draft.template, reach)
    values: list[str] = []
    if draft.template == "login_code":
        body = login_code_body(person.language, HIDDEN_CODE)
    else:
        body = render(draft.template, person.language, **names, **draft.params)
        values = parameters(draft.template, person.language, **names, **draft.params)
    in_app = channel == "app"
    return Message(
        id=derived_id("message", event.id),
        thread=thread,
        direction="out",
        artisan_id=person.id,
        channel=channel,
        language=person.language,
        template=draft.template,
        body=body,
        params=values,
        buttons=_buttons(draft, person.language) if channel == "whatsapp" else [],
        fallback_at=event.at + fallback_after() if in_app and draft.template in APP_FALLBACK else None,
        # What is in the app needs no sending: her next look or sync shows it.
        state="sent" if in_app else "queued",
        sent_at=now if in_app else None,
        created_at=event.at,
    )


def _buttons(draft: Draft, language: str) -> list[list[str]]:
    swahili = language.startswith("sw")
    if draft.template in ANSWERED:
        kind, en, sw = ANSWERED[draft.template]
        return [[f"{kind}:{draft.about or draft.subject_id}", sw if swahili else en]]
    if draft.template != "offer_sent":
        return []
    return [[f"{action}:{draft.subject_id}", sw if swahili else en] for action, en, sw in OFFER_BUTTONS]
