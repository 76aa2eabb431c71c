"""What staff did for an artisan, in words, and the record and notice made in the same transaction as the deed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kiwanda.core import behalf
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.core.models import Event
from kiwanda.factory.conversations.composing import Draft, message_of, thread_of, words_for, words_of
from kiwanda.factory.conversations.contacts import reaches
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.models import OnBehalf, Thread
from kiwanda.factory.conversations.rules import Reach
from kiwanda.factory.conversations.templates import day, money
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.models import Artisan

#: Who did it, as the reader is told: (English, Swahili).
ROLES: dict[str, tuple[str, str]] = {
    Role.COORDINATOR: ("the coordinator", "mratibu"),
    Role.INSPECTOR: ("the inspector", "mkaguzi"),
    Role.IMPACT_OFFICER: ("the impact officer", "afisa wa ustawi"),
    Role.MERCHANDISER: ("the merchandiser", "afisa mauzo"),
    Role.ADMINISTRATOR: ("the administrator", "msimamizi"),
}
#: Event → what was done, to be read after "the coordinator". ``{made}`` and the like come from :data:`_VALUES`.
DEEDS: dict[str, tuple[str, str]] = {
    "dispatch.OfferAccepted": (
        "took {quantity} x {operation}, {style}: pay {pay}, by {due}",
        "amekubali kazi {quantity} x {operation}, {style}: malipo {pay}, leta {due}",
    ),
    "dispatch.OfferDeclined": (
        "declined {quantity} x {operation}, {style}",
        "amekataa kazi {quantity} x {operation}, {style}",
    ),
    "dispatch.OfferCountered": (
        "asked for other terms for {operation}, {style}: {asked}",
        "ameomba masharti mengine ya {operation}, {style}: {asked}",
    ),
    "dispatch.ReassignmentContested": (
        "contested that {quantity} x {operation}, {style} went to others",
        "amepinga {quantity} x {operation}, {style} kupewa wengine",
    ),
    "supply.MaterialConfirmed": (
        "confirmed {received} of material for {operation}, {style}",
        "amethibitisha vifaa {received} vya {operation}, {style}",
    ),
    "supply.MaterialDisputed": (
        "said that only {received} of material came for {operation}, {style}",
        "amesema vifaa vilivyofika vya {operation}, {style} ni {received} tu",
    ),
    "production.ProgressReported": (
        "wrote down that {made} of {operation}, {style} are made",
        "ameandika kuwa {made} za {operation}, {style} ziko tayari",
    ),
    "production.HandInDeclared": (
        "handed in {quantity} of {operation}, {style}",
        "amekabidhi {quantity} za {operation}, {style}",
    ),
    "quality.AppealFiled": (
        "appealed against the inspection of {operation}, {style}",
        "amekata rufaa ya ukaguzi wa {operation}, {style}",
    ),
    "network.DaysOffTaken": ("wrote down {n} days off from {first}", "ameandika siku {n} za mapumziko kuanzia {first}"),
    "network.DayOffCancelled": ("took back the day off on {on}", "amefuta siku ya mapumziko {on}"),
    "network.ContactPreferenceSet": (
        "chose {channel} as the way we write to you",
        "amechagua tukuandikie kwa {channel}",
    ),
    "network.ConsentGiven": (
        "wrote down that you agree to show your {field}",
        "ameandika kuwa unakubali kuonyesha: {field}",
    ),
    "network.ConsentWithdrawn": (
        "wrote down that your {field} is no longer shown",
        "ameandika kuwa hukubali tena kuonyesha: {field}",
    ),
    "conversations.OptedOut": ("stopped our messages by {stopped}", "amesitisha ujumbe kwa {stopped}"),
    "conversations.OptedIn": ("started our messages by {resumed} again", "ameanzisha tena ujumbe kwa {resumed}"),
    "conversations.QuietHoursSet": ("set your quiet hours", "amepanga saa zako za utulivu"),
    "conversations.ActionContested": ("objected to what was done for you", "amepinga kilichofanywa kwa niaba yako"),
}
#: For events of rooms that have no words here yet.
SOMETHING = ("changed something of yours, ask your hub", "amebadilisha jambo lako, uliza kituo")
NAME_LENGTH = 24
FIELDS_SW = {"name": "jina", "county": "kaunti", "story": "hadithi", "photo": "picha"}


def _asked(data: dict[str, Any], swahili: bool) -> str:
    pieces, due = data["counter_quantity"], data["counter_due_on"]
    asked = [f"vipande {pieces}" if swahili else f"{pieces} pieces"] if pieces else []
    if due:
        asked.append(f"leta {day(due)}" if swahili else f"by {day(due)}")
    return ", ".join(asked)


#: Values worked out from an event's data; everything plain in the data is there under its own name.
_VALUES: dict[str, Callable[[dict[str, Any], bool], object]] = {
    "pay": lambda data, _: money(data["quantity"] * data["piece_rate_minor"], data["currency"]),
    "due": lambda data, _: day(data["due_on"]),
    "asked": _asked,
    "received": lambda data, _: f"{float(data['received_quantity']):g}",
    "made": lambda data, _: data["made_quantity"],
    "n": lambda data, _: len(data["days"]),
    "first": lambda data, _: day(min(data["days"])),
    "on": lambda data, _: day(data["on"]),
    "channel": lambda data, _: data["reached_by"],
    "field": lambda data, swahili: FIELDS_SW.get(data["field"], data["field"]) if swahili else data["field"],
}


def phrase(event: Event, names: dict[str, str], language: str) -> str:
    """What the event says was done: "took 12 x Weaving, Basket: pay KSh 1,200, by 05/12"."""
    swahili = language.startswith("sw")
    sentence = DEEDS.get(event.type, SOMETHING)[1 if swahili else 0]
    values: dict[str, object] = {key: value for key, value in event.data.items() if isinstance(value, (str, int))}
    values |= {key: work(event.data, swahili) for key, work in _VALUES.items() if "{" + key + "}" in sentence}
    values |= {key: value[:NAME_LENGTH].rstrip() for key, value in names.items()}
    values = {"operation": "?", "style": "?"} | values
    return sentence.format(**values)


def role_name(role: str, language: str) -> str:
    english, swahili = ROLES.get(role, ("the office", "ofisi"))
    return swahili if language.startswith("sw") else english


def record(ctx: Context, event: Event) -> OnBehalf:
    """Keep what was done for her and put the notice on its way. ``event`` is a ``core.ActedOnBehalf`` of ``ctx``'s own.

    Where nobody can be told nothing can be done for them either: the command is refused.
    """
    reason = behalf.checked_reason(ctx.actor)
    data = event.data
    did = next(row for row in ctx.events if str(row.id) == data["did_id"])
    person = _reader(data)
    if person is None or ctx.actor.id is None:
        raise Rejected(ConversationsError.NOBODY_TOLD)
    names = words_of(did, words_for([did]), person.language)
    draft = _draft(event, did, person.language, names, data["role"], reason)
    thread = thread_of(draft, person.workshop_id, ctx.now)
    Thread.objects.bulk_create([thread], ignore_conflicts=True)
    reach = reaches([person.id]).get(person.id, Reach())
    message = message_of(event, draft, thread, person, reach, {}, ctx.now)
    message.save(force_insert=True)
    return OnBehalf.objects.create(
        id=UUID(data["action_id"]),
        # The log is written past the ORM: the row in hand has no key yet, its id stands.
        event_id=did.id,
        command=data["command"],
        artisan_id=person.id,
        workshop_id=person.workshop_id,
        reason=reason,
        role=data["role"],
        acted_by=ctx.actor.id,
        acted_at=ctx.now,
        message=message,
    )


def _reader(data: dict[str, Any]) -> Artisan | None:
    if data["artisan_id"]:
        named = Artisan.objects.filter(pk=data["artisan_id"], state="active").first()
        if named is not None:
            return named
    workshop_id = UUID(data["workshop_id"])
    owner = network.owners_of([workshop_id]).get(workshop_id)
    # A workshop whose owner left still has people who can read.
    return owner or Artisan.objects.filter(workshop_id=workshop_id, state="active").order_by("id").first()


def _draft(event: Event, did: Event, language: str, names: dict[str, str], role: str, reason: str) -> Draft:
    kind, subject = next(
        ((kind, did.data[f"{kind}_id"]) for kind in ("work_order", "offer") if did.data.get(f"{kind}_id")),
        ("action", event.data["action_id"]),
    )
    params: dict[str, object] = {
        "by": role_name(role, language),
        "did": phrase(did, names, language),
        "why": reason.rstrip(".!?"),
    }
    return Draft("acted", kind, UUID(subject), params, about=UUID(event.data["action_id"]))


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done for somebody, as a screen or the app shows it (kind ``act`` of docs/reference/phone-sync.md).

    ``text`` is what was done, ``by`` the role that did it, ``why`` the reason told, ``state`` told, contested or
    answered.
    """

    id: UUID
    text: str
    by: str
    why: str
    at: datetime
    state: str
    contest: str
    answer: str
    workshop_id: UUID
    artisan_id: UUID
    acted_by: UUID


def deeds(rows: Sequence[OnBehalf], language: str) -> list[Deed]:
    """``rows`` (from :func:`queries.actions`) in words; two queries whatever their number."""
    words = words_for([row.event for row in rows])
    found = []
    for row in rows:
        text = phrase(row.event, words_of(row.event, words, language), language)
        found.append(
            Deed(
                row.id,
                text[:1].upper() + text[1:],
                role_name(row.role, language),
                row.reason,
                row.acted_at,
                row.state,
                row.contest,
                row.answer,
                row.workshop_id,
                row.artisan_id,
                row.acted_by,
            )
        )
    return found
