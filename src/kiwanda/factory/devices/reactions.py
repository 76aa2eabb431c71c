"""Which events change what on whose phone, in the transaction of the event.

Events are named as text: those of rooms above and of rooms that may not be there are listened to all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.ids import derived_id
from kiwanda.core.jobs import enqueue
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.devices import feed, pushing
from kiwanda.factory.devices.commands.revoke_device import revoke
from kiwanda.factory.devices.feed import Key
from kiwanda.factory.devices.models import Device, Feed, LearnedStep, PushSubscription
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.settlement.models import Earning, Payout

Keys = Callable[[Event], Iterable[Key]]

PAY: Key = ("pay", "pay")
IDLE: Key = ("idle", "idle")
CAN: Key = ("can", "can")


def _of(kind: str, field: str) -> Keys:
    return lambda event: [(kind, str(event.data[field]))] if event.data.get(field) else []


def _all(*parts: Keys) -> Keys:
    return lambda event: [key for part in parts for key in part(event)]


def _always(*keys: Key) -> Keys:
    return lambda event: keys


_OFFER = _of("offer", "offer_id")
_WORK = _of("work", "work_order_id")
_CORRECTION = _of("cor", "correction_id")
_ADVANCE = _all(_of("adv", "advance_id"), _always(CAN, PAY))


def _verdict(event: Event) -> list[Key]:
    """An inspection or a granted appeal: its work, its earning, the sums. What may be advanced hangs on pay."""
    earned = Earning.objects.filter(inspection_id=event.subject_id).values_list("pk", flat=True)
    return [*_WORK(event), PAY, CAN, *(("line", str(pk)) for pk in earned)]


def _payout(event: Event) -> list[Key]:
    payout = event.data["payout_id"]
    paid = Earning.objects.filter(payout_id=payout).values_list("pk", flat=True)
    return [PAY, CAN, ("line", str(payout)), *(("line", str(pk)) for pk in paid)]


#: What of a workshop's own things changes with an event that names the workshop.
OF_WORKSHOP: dict[str, Keys] = {
    "dispatch.OfferSent": _all(_OFFER, _always(IDLE)),
    "dispatch.OfferAccepted": _all(_OFFER, _WORK),
    "dispatch.OfferDeclined": _OFFER,
    "dispatch.OfferCountered": _OFFER,
    "dispatch.CounterRefused": _OFFER,
    "dispatch.OfferExpired": _OFFER,
    "dispatch.OfferWithdrawn": _OFFER,
    "dispatch.WorkOrderClosed": _WORK,
    "dispatch.WorkTrimmed": _WORK,
    "dispatch.WorkDueMoved": _WORK,
    "dispatch.WorkReassigned": _WORK,
    "dispatch.ReassignmentContested": _WORK,
    "dispatch.ReassignmentAnswered": _WORK,
    "supply.MaterialIssued": _WORK,
    "supply.MaterialConfirmed": _WORK,
    "supply.MaterialDisputed": _WORK,
    "supply.MaterialReturned": _WORK,
    "production.ProgressReported": _WORK,
    "production.HandInDeclared": _WORK,
    "production.HandInReceived": _WORK,
    "production.HandInDisputed": _WORK,
    "production.DiscrepancySettled": _WORK,
    "production.ComponentsIssued": _WORK,
    "production.ComponentsReturned": _WORK,
    "quality.InspectionRecorded": _verdict,
    "quality.AppealFiled": _WORK,
    "quality.AppealDecided": _verdict,
    "settlement.PayoutAttempted": _payout,
    "settlement.PayoutPaid": _payout,
    "settlement.PayoutFailed": _payout,
    "settlement.PayoutStuck": _payout,
    "settlement.PayoutRetried": _payout,
    "settlement.PayoutReleased": _payout,
    "settlement.PayoutReversed": _payout,
    "settlement.EarningBooked": _all(_of("line", "earning_id"), _always(PAY, CAN)),
    "settlement.PayAdjusted": _all(_of("line", "adjustment_id"), _always(PAY, CAN)),
    "settlement.CorrectionProposed": _CORRECTION,
    "settlement.CorrectionDecided": _all(_CORRECTION, _always(PAY)),
    "settlement.WorkCalledOff": _all(_WORK, _always(PAY)),
    "advances.AdvanceRequested": _ADVANCE,
    "advances.AdvanceDecided": _ADVANCE,
    "advances.AdvanceWithdrawn": _ADVANCE,
    "advances.AdvanceBegun": _ADVANCE,
    "advances.InstalmentTaken": _ADVANCE,
    "advances.InstalmentReturned": _ADVANCE,
    "advances.AdvancePaidOff": _ADVANCE,
    "advances.AdvancePaused": _ADVANCE,
    "advances.AdvanceSettled": _ADVANCE,
    "advances.AdvanceWrittenOff": _ADVANCE,
    "network.CapabilitySet": _of("tech", "technique"),
    "network.DaysOffTaken": _always(("me", "")),
    "network.DayOffCancelled": _always(("me", "")),
    "network.WorkshopPaused": _always(("me", "")),
    "network.WorkshopReopened": _always(("me", "")),
}
#: What of one artisan's things changes with an event that names her.
OF_ARTISAN: dict[str, Keys] = {
    "network.ContactPreferenceSet": _always(("me", "")),
    "network.PhoneChanged": _always(("me", "")),
    "network.ConsentGiven": _always(("me", "")),
    "network.ConsentWithdrawn": _always(("me", "")),
    "conversations.PinSet": _always(("me", "")),
    "conversations.PinReset": _always(("me", "")),
    "conversations.QuietHoursSet": _always(("me", "")),
    "devices.StepLearned": _of("tech", "technique"),
}


@reaction(*OF_WORKSHOP, inline=True)
def follow_workshop(ctx: Context, event: Event) -> None:
    """Note what changed for the artisans of a workshop that keep a copy; for the others this is one small read."""
    workshop = event.data.get("workshop_id")
    if workshop is None:
        return
    listening = feed.listeners(UUID(workshop))
    if listening:
        _touch(listening, OF_WORKSHOP[event.type](event))


@reaction(*OF_ARTISAN, inline=True)
def follow_artisan(ctx: Context, event: Event) -> None:
    """The same for what concerns one person."""
    artisan = UUID(event.data["artisan_id"])
    if feed.is_listening(artisan):
        _touch([artisan], OF_ARTISAN[event.type](event))
        if event.type == "network.ContactPreferenceSet":
            feed.set_language(artisan, event.data["language"])


def _touch(artisans: list[UUID], keys: Iterable[Key]) -> None:
    changed = list(keys)
    for artisan in artisans:
        # "me" is kept under her own id.
        feed.touch([artisan], [(kind, thing or str(artisan)) for kind, thing in changed])


@reaction(
    "production.HandInDeclared",
    "production.HandInReceived",
    "production.HandInDisputed",
    "production.DiscrepancySettled",
    inline=True,
)
def follow_receiver(ctx: Context, event: Event) -> None:
    """Pieces that go straight to another workshop concern that one, too."""
    target = event.data.get("to_work_order_id", event.subject_id)
    if target is None:
        return
    row = HandIn.objects.filter(pk=event.subject_id).exclude(to_work_order=None)
    workshop = row.values_list("to_work_order__workshop_id", flat=True).first()
    if workshop is not None and (listening := feed.listeners(workshop)):
        feed.touch(listening, [("in", str(event.subject_id))])


@reaction(
    "settlement.PayoutBatchCreated", "settlement.PayoutBatchApproved", "settlement.PayoutBatchCancelled", inline=True
)
def follow_batch(ctx: Context, event: Event) -> None:
    """Money of many workshops moves on a step: those with a copy see it."""
    shops = dict(Payout.objects.filter(batch_id=event.subject_id).order_by().values_list("workshop_id", "pk"))
    listening = Feed.objects.filter(workshop_id__in=list(shops)) if shops else Feed.objects.none()
    for artisan, workshop in listening.values_list("artisan_id", "workshop_id"):
        earned = Earning.objects.filter(payout_id=shops[workshop]).values_list("pk", flat=True)
        feed.touch([artisan], [PAY, ("line", str(shops[workshop])), *(("line", str(pk)) for pk in earned)])


@reaction("core.ActedOnBehalf", "conversations.ActionContested", "conversations.ActionAnswered", inline=True)
def follow_action(ctx: Context, event: Event) -> None:
    """What staff did for her, with the notice of it (whose id is drawn from the event's)."""
    listening = feed.listeners(UUID(event.data["workshop_id"]))
    if listening:
        feed.touch(listening, [("act", str(event.subject_id)), ("msg", str(derived_id("message", event.id)))])


@reaction("network.ArtisanLeft", inline=True)
def end_phones(ctx: Context, event: Event) -> None:
    """Who left the workshop has no business with its work any more."""
    for row in Device.objects.filter(artisan_id=event.subject_id, state="active"):
        revoke(ctx, row, "left_workshop")


@reaction("network.PersonErased", inline=True)
def forget_phones(ctx: Context, event: Event) -> None:
    """Her phones, where they are woken, and what they kept of her."""
    person = event.subject_id
    for row in PushSubscription.objects.filter(artisan_id=person):
        pushing.forget(row)
    Device.objects.filter(artisan_id=person).update(name="")
    LearnedStep.objects.filter(artisan_id=person).delete()


@reaction("planning.PlanPublished")
def explain_idle_weeks(ctx: Context, event: Event) -> None:
    """With a new plan there may be other reasons for an empty week."""
    if Feed.objects.exists():
        enqueue("devices.explain_idle", _after=30.0)
