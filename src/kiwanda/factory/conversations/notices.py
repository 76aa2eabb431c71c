"""What staff are told in their chat room: the exceptions somebody should look at today, each with what can be done.

Names of people stay out (the room is outside the house); workshops and codes are named. Sentences are English: the
room is one for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from kiwanda.core import actors, clock
from kiwanda.core.ids import derived_id
from kiwanda.core.models import Event
from kiwanda.factory.conversations import behalf
from kiwanda.factory.conversations.commands import NoticeOutcome, record_notices
from kiwanda.factory.conversations.models import OnBehalf, StaffNotice
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.models import Workshop
from kiwanda.ports import bound
from kiwanda.ports.messaging import Notice, NoticeAction, SendResult, StaffChat

AT_ONCE = 20
LATEST_HOURS = 24

#: (action, label, value, path of the tower, style)
Action = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    kind: str
    subject_id: UUID
    title: str
    lines: tuple[str, ...]
    actions: tuple[Action, ...]


def compose(event: Event) -> StaffNotice | None:
    """The notice about ``event``, or None when there is nothing to say (any more)."""
    draft = RULES[event.type](event.data)
    if draft is None:
        return None
    return StaffNotice(
        id=derived_id("notice", event.id),
        kind=draft.kind,
        subject_id=draft.subject_id,
        title=draft.title[:200],
        lines=list(draft.lines),
        actions=[list(action) for action in draft.actions],
        created_at=event.at,
    )


def send_waiting() -> int:
    """Give waiting notices to the chat room. Returns how many are there now; 0 where there is no room."""
    chat: StaffChat | None = bound("staff_chat")
    if chat is None:
        return 0
    now = clock.now()
    rows = [
        row
        for row in StaffNotice.objects.filter(state="queued").order_by("created_at")[:AT_ONCE]
        if row.retry_at is None or row.retry_at <= now
    ]
    outcomes = []
    for row in rows:
        result = _posted(chat, row)
        outcomes.append(
            NoticeOutcome(row.id, result.ok, result.error, result.permanent, result.retry_after_seconds)
        )
        if result.retry_after_seconds:
            # The room takes about one a second; the others go with the next round.
            break
    return record_notices(actor=actors.system(), outcomes=outcomes) if outcomes else 0


def _posted(chat: StaffChat, row: StaffNotice) -> SendResult:
    actions = tuple(
        NoticeAction(action, label, value, settings.KIWANDA_PUBLIC_URL + path if path else "", style)
        for action, label, value, path, style in row.actions
    )
    try:
        return chat.post(Notice(row.id, row.title, tuple(row.lines), actions))
    except Exception as fault:
        return SendResult(ok=False, error=f"{type(fault).__name__}: {fault}"[:200])


def _workshop(data: dict[str, Any]) -> str:
    row = Workshop.objects.filter(pk=data["workshop_id"]).first() if data.get("workshop_id") else None
    return str(row) if row is not None else "A stranger"


def _countered(data: dict[str, Any]) -> Draft | None:
    offer = Offer.objects.filter(pk=data["offer_id"]).select_related("operation", "production_order").first()
    if offer is None:
        return None
    asks = []
    if data["counter_quantity"]:
        asks.append(f"{data['counter_quantity']} instead of {data['quantity']} pieces")
    if data["counter_due_on"]:
        asks.append(f"by {data['counter_due_on']} instead of {data['due_on']}")
    return Draft(
        "counter", offer.id, f"{_workshop(data)} asks for other terms",
        (f"{offer.operation.name_en}, {offer.production_order.code}: {' and '.join(asks)}.",),
        (
            ("accept_counter", "Agree", str(offer.id), "", "good"),
            ("refuse_counter", "Refuse", str(offer.id), "", "bad"),
            ("open", "Open", "", "/work/offers/?state=countered", ""),
        ),
    )


def _call(data: dict[str, Any]) -> Draft:
    return Draft(
        "call", UUID(data["call_id"]), f"{_workshop(data)} asks to be called",
        (f"Asked by {data['requested_by']}. The number is in the tower.",),
        (("close_call", "I called", data["call_id"], "", "good"), ("open", "Open", "", "/messages/?show=calls", "")),
    )


def _failed(data: dict[str, Any]) -> Draft:
    return Draft(
        "message", UUID(data["message_id"]), f"A message to {_workshop(data)} reached nobody",
        (f"{data['template']}: {data['error']}",),
        (
            ("send_again", "Send again", data["message_id"], "", ""),
            ("open", "Open", "", "/messages/?show=failed", ""),
        ),
    )


def _contested(data: dict[str, Any]) -> Draft | None:
    row = OnBehalf.objects.filter(pk=data["action_id"]).select_related("event").first()
    if row is None:
        return None
    (deed,) = behalf.deeds([row], "en")
    return Draft(
        "action", row.id, f"{_workshop(data)} does not agree with what was done for it",
        (f"{deed.text}. Somebody else than who did it answers.",),
        (("open", "Open", "", "/messages/?show=contested", ""),),
    )


def _disputed(data: dict[str, Any]) -> Draft:
    order = WorkOrder.objects.filter(pk=data["work_order_id"]).first()
    return Draft(
        "count", UUID(data["hand_in_id"]), f"{_workshop(data)}: the counts differ",
        (f"{order.code if order else ''}: {data['quantity']} handed in, {data['received_quantity']} counted.",),
        (("open", "Open", "", "/quality/?show=disputed", ""),),
    )


def _unfilled(data: dict[str, Any]) -> Draft:
    return Draft(
        "unfilled", UUID(data["production_order_id"]), "Work that nobody takes",
        (f"{data['quantity']} pieces find no workshop.",),
        (("open", "Open", "", f"/plan/making/{data['production_order_id']}/", ""),),
    )


#: What staff are told about which event.
RULES: dict[str, Callable[[dict[str, Any]], Draft | None]] = {
    "dispatch.OfferCountered": _countered,
    "dispatch.WorkUnfilled": _unfilled,
    "production.HandInDisputed": _disputed,
    "conversations.CallRequested": _call,
    "conversations.ActionContested": _contested,
    "conversations.MessageFailed": _failed,
}
