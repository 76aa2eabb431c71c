"""What the app can do: each type of command, the room's command behind it, and which thing on the phone it changes.

A room that may not be there adds its types when it is (:func:`handles`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.apps import apps

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, Invalid, NotFound
from kiwanda.core.ids import derived_id
from kiwanda.factory.conversations.commands import (
    change_pin,
    check_pin,
    contest_action,
    mark_read,
    request_call,
    set_pin,
    set_quiet_hours,
)
from kiwanda.factory.devices import feed, photos
from kiwanda.factory.devices.commands import learn_step
from kiwanda.factory.devices.errors import DevicesError
from kiwanda.factory.devices.inbox import Sent, Thing
from kiwanda.factory.dispatch.commands import accept_offer, contest_reassignment, counter_offer, decline_offer
from kiwanda.factory.dispatch.models import Reassignment
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.commands import (
    cancel_day_off,
    give_consent,
    set_contact_preference,
    take_days_off,
    withdraw_consent,
)
from kiwanda.factory.network.models import Artisan, Consent
from kiwanda.factory.production.commands import hand_in, receive_hand_in, report_progress
from kiwanda.factory.quality.commands import file_appeal
from kiwanda.factory.settlement.commands import answer_correction
from kiwanda.factory.supply.commands import confirm_material
from kiwanda.surfaces.phone.sync.fields import Args

#: Days off at once, and for how long a consent given on the phone lasts.
LONGEST_LEAVE = 60
CONSENT_DAYS = 365
MOST_READ = 100


@dataclass(frozen=True, slots=True)
class Given:
    """One command on its way into a room: who, under which id, with what."""

    actor: Actor
    id: UUID
    args: Args

    @property
    def artisan_id(self) -> UUID:
        if self.actor.id is None:
            raise NotFound(CoreError.NOT_FOUND, what="artisan")
        return self.actor.id

    @property
    def workshop_id(self) -> UUID:
        if self.actor.workshop_id is None:
            raise NotFound(CoreError.NOT_FOUND, what="workshop")
        return self.actor.workshop_id

    @property
    def me(self) -> Thing:
        return Thing("me", str(self.artisan_id))

    def photo(self) -> str:
        """The photo she took with it; its bytes come later, so it is promised to the rooms."""
        sha256 = self.args.picture("photo")
        if sha256:
            photos.promise(self.artisan_id, sha256)
        return sha256


Handler = Callable[[Given], Thing]

TYPES: dict[str, Handler] = {}
#: What must be said of the sender before a type is carried out. It counts also when the command is refused.
GUARDS: dict[str, Callable[[Given], None]] = {}


def handles(handler: Handler) -> Handler:
    """Register a handler under its function's name."""
    TYPES[handler.__name__.rstrip("_")] = handler
    return handler


def performing(actor: Actor) -> Callable[[Sent], Thing]:
    """Carries out what ``actor``'s phone sent."""

    def perform(sent: Sent) -> Thing:
        handler = TYPES.get(sent.type)
        if handler is None:
            raise Invalid(DevicesError.UNKNOWN_TYPE)
        return handler(Given(actor, sent.id, Args(sent.args)))

    return perform


def guarding(actor: Actor) -> Callable[[Sent], None]:
    """Asks for her PIN where a type wants it. Every try counts, so it stands outside of what a refusal undoes."""

    def guard(sent: Sent) -> None:
        check = GUARDS.get(sent.type)
        if check is not None:
            check(Given(actor, sent.id, Args(sent.args)))

    return guard


def _pin(given: Given, field: str = "pin") -> None:
    # Without a command id: a receipt would keep a fast hash of four digits.
    check_pin(actor=given.actor, pin=given.args.text(field, 10))


# Offers --------------------------------------------------------------------------------------------------------------


@handles
def accept_offer_(given: Given) -> Thing:
    offer = given.args.id("offer")
    accept_offer(actor=given.actor, command_id=given.id, offer_id=offer)
    return Thing("offer", str(offer))


@handles
def decline_offer_(given: Given) -> Thing:
    offer = given.args.id("offer")
    decline_offer(
        actor=given.actor,
        command_id=given.id,
        offer_id=offer,
        reason=given.args.text("reason", 20, required=True),
        note=given.args.text("note", 200),
    )
    return Thing("offer", str(offer))


@handles
def counter_offer_(given: Given) -> Thing:
    offer = given.args.id("offer")
    counter_offer(
        actor=given.actor,
        command_id=given.id,
        offer_id=offer,
        quantity=given.args.maybe_whole("q"),
        due_on=given.args.maybe_day("due"),
        note=given.args.text("note", 200),
    )
    return Thing("offer", str(offer))


# Work ----------------------------------------------------------------------------------------------------------------


@handles
def confirm_material_(given: Given) -> Thing:
    issue = confirm_material(
        actor=given.actor,
        command_id=given.id,
        issue_id=given.args.id("issue"),
        received_quantity=given.args.number("q"),
    )
    return Thing("work", str(issue.work_order_id))


@handles
def report_progress_(given: Given) -> Thing:
    """The largest count stands: a smaller one that is no correction was overtaken, which is no fault."""
    work, made = given.args.id("work"), given.args.whole("made")
    photo = given.photo()
    report_progress(
        actor=given.actor,
        command_id=given.id,
        work_order_id=work,
        made_quantity=made,
        correction=given.args.flag("correction"),
        photo=photo,
    )
    return Thing("work", str(work))


@handles
def hand_in_(given: Given) -> Thing:
    work = given.args.id("work")
    hand_in(
        actor=given.actor,
        command_id=given.id,
        work_order_id=work,
        quantity=given.args.whole("q"),
        is_rework=given.args.flag("rework"),
        photo=given.photo(),
    )
    return Thing("work", str(work))


@handles
def receive_hand_in_(given: Given) -> Thing:
    row = given.args.id("hand_in")
    receive_hand_in(actor=given.actor, command_id=given.id, hand_in_id=row, counted=given.args.whole("q"))
    return Thing("in", str(row))


@handles
def file_appeal_(given: Given) -> Thing:
    appeal = file_appeal(
        actor=given.actor,
        command_id=given.id,
        inspection_id=given.args.id("inspection"),
        reason=given.args.text("reason", 300, required=True),
        photo=given.photo(),
    )
    return Thing("work", str(appeal.inspection.work_order_id))


@handles
def contest_move(given: Given) -> Thing:
    """Of a work order: the newest taking away that may still be contested."""
    work = given.args.id("work")
    moved = Reassignment.objects.filter(work_order_id=work, workshop_id=given.workshop_id)
    newest = moved.order_by("-made_at", "-pk")
    row = newest.filter(state="made").first() or newest.first()
    if row is None:
        raise NotFound(CoreError.NOT_FOUND, what="reassignment")
    contest_reassignment(
        actor=given.actor,
        command_id=given.id,
        reassignment_id=row.pk,
        contest=given.args.text("reason", 200, required=True),
    )
    return Thing("work", str(work))


@handles
def contest_action_(given: Given) -> Thing:
    action = given.args.id("action")
    contest_action(
        actor=given.actor, command_id=given.id, action_id=action, reason=given.args.text("reason", 200, required=True)
    )
    return Thing("act", str(action))


@handles
def answer_correction_(given: Given) -> Thing:
    """Only a plain ``agree`` lets anything be taken, only a plain ``refuse`` closes the question."""
    asked, said = given.args.id("cor"), given.args.text("answer", 10, required=True)
    if said not in ("agree", "refuse"):
        raise Invalid(CoreError.MALFORMED, field="answer", reason="agree or refuse is expected")
    answer_correction(actor=given.actor, command_id=given.id, correction_id=asked, consent=said == "agree")
    return Thing("cor", str(asked))


# Herself -------------------------------------------------------------------------------------------------------------


@handles
def take_days_off_(given: Given) -> Thing:
    first = given.args.day("from")
    last = given.args.maybe_day("to") or first
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_LEAVE:
        raise Invalid(CoreError.OUT_OF_RANGE, field="to", low=1, high=LONGEST_LEAVE)
    take_days_off(
        actor=given.actor,
        command_id=given.id,
        workshop_id=given.workshop_id,
        days=[first + timedelta(days=n) for n in range(length)],
        reason=given.args.text("reason", 20) or "other",
    )
    return given.me


@handles
def cancel_day_off_(given: Given) -> Thing:
    """A run of days as the phone knows it: ``first/last``. Days of it that are gone already are no fault."""
    parts = given.args.text("id", 30, required=True).split("/")
    try:
        first, last = date.fromisoformat(parts[0]), date.fromisoformat(parts[-1])
    except ValueError:
        raise Invalid(CoreError.MALFORMED, field="id", reason="days are expected") from None
    own = network.days_off(given.actor).filter(on__range=(max(first, clock.today()), last))
    days = list(own.values_list("on", flat=True)[:LONGEST_LEAVE])
    if not days:
        raise NotFound(CoreError.NOT_FOUND, what="day off")
    for on in days:
        cancel_day_off(
            actor=given.actor, command_id=derived_id(given.id, on.isoformat()), workshop_id=given.workshop_id, on=on
        )
    return given.me


@handles
def set_language(given: Given) -> Thing:
    return _preferring(given, language=given.args.text("language", 5, required=True))


@handles
def set_channel(given: Given) -> Thing:
    return _preferring(given, channel=given.args.text("channel", 10, required=True))


def _preferring(given: Given, *, language: str = "", channel: str = "") -> Thing:
    person = Artisan.objects.get(pk=given.artisan_id)
    set_contact_preference(
        actor=given.actor,
        command_id=given.id,
        artisan_id=person.pk,
        language=language or person.language,
        channel=channel or person.channel,
    )
    return given.me


@handles
def set_quiet_hours_(given: Given) -> Thing:
    set_quiet_hours(
        actor=given.actor,
        command_id=given.id,
        artisan_id=given.artisan_id,
        quiet_from=given.args.maybe_whole("from"),
        quiet_until=given.args.maybe_whole("until"),
    )
    return given.me


@handles
def give_consent_(given: Given) -> Thing:
    give_consent(
        actor=given.actor,
        command_id=given.id,
        artisan_id=given.artisan_id,
        field=given.args.text("kind", 20, required=True),
        channel="passport",
        purpose="show who made the piece",
        language=Artisan.objects.values_list("language", flat=True).get(pk=given.artisan_id),
        expires_on=clock.today() + timedelta(days=CONSENT_DAYS),
    )
    return given.me


@handles
def withdraw_consent_(given: Given) -> Thing:
    live = Consent.objects.filter(
        artisan_id=given.artisan_id,
        field=given.args.text("kind", 20, required=True),
        channel="passport",
        withdrawn_at=None,
    ).first()
    if live is None:
        raise NotFound(CoreError.NOT_FOUND, what="consent")
    withdraw_consent(actor=given.actor, command_id=given.id, consent_id=live.pk)
    return given.me


@handles
def read_messages(given: Given) -> Thing:
    """What is not hers is passed over; reading twice is no fault."""
    read: list[UUID] = []
    for message in given.args.ids("ids", MOST_READ):
        try:
            mark_read(actor=given.actor, message_id=message)
        except NotFound:
            continue
        read.append(message)
    feed.touch_pairs((given.artisan_id, ("msg", str(message))) for message in read)
    return Thing()


@handles
def request_call_(given: Given) -> Thing:
    request_call(actor=given.actor, command_id=given.id, channel="app")
    return Thing()


@handles
def set_pin_(given: Given) -> Thing:
    # Without a command id: a receipt would keep a fast hash of four digits. The inbox knows it anyway.
    set_pin(actor=given.actor, pin=given.args.text("pin", 10))
    return given.me


@handles
def change_pin_(given: Given) -> Thing:
    # Without a command id, like the first one.
    change_pin(actor=given.actor, old=given.args.text("old", 10), pin=given.args.text("pin", 10))
    return given.me


GUARDS["change_pin"] = lambda given: _pin(given, "old")


@handles
def learn_step_(given: Given) -> Thing:
    technique = given.args.text("tech", 30, required=True)
    learn_step(actor=given.actor, command_id=given.id, technique=technique, step=given.args.whole("step"))
    return Thing("tech", technique)


if apps.is_installed("kiwanda.factory.advances"):
    from kiwanda.factory.advances.commands import request_advance

    @handles
    def ask_advance(given: Given) -> Thing:
        row = request_advance(actor=given.actor, command_id=given.id, amount_minor=given.args.whole("a"))
        return Thing("adv", str(row.pk))

    GUARDS["ask_advance"] = _pin
