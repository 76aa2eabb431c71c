"""What dispatch does about other rooms' events (pieces counted in their own transaction) and about refused offers."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.core.jobs import enqueue
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.dispatch.elsewhere import place_elsewhere
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.dispatch.withdrawing import take_back
from kiwanda.factory.dispatch.work import count


@reaction("production.ProgressReported", inline=True)
def count_made(ctx: Context, event: Event) -> None:
    """The workshop's own count, absolute; its first sign starts the work."""
    count(ctx, _work_order(event), sign=True, started=True, made_quantity=event.data["made_quantity"])


@reaction("production.HandInDeclared", inline=True)
def count_handed_in(ctx: Context, event: Event) -> None:
    """First hand-ins only: mended pieces were counted before."""
    handed = 0 if event.data["is_rework"] else event.data["quantity"]
    count(ctx, _work_order(event), sign=True, started=True, handed_in_quantity=handed)


@reaction("production.HandInReceived", inline=True)
def count_received(ctx: Context, event: Event) -> None:
    """The receiver's count."""
    if not event.data["is_rework"]:
        count(ctx, _work_order(event), received_quantity=event.data["received_quantity"])


@reaction("production.DiscrepancySettled", inline=True)
def count_settled(ctx: Context, event: Event) -> None:
    """What arrived is received; what is missing was made and is lost, mended pieces from the rework counter."""
    lost = event.data["short_quantity"]
    changes = {"short_quantity": lost, "lost_quantity": lost}
    if event.data["is_rework"]:
        changes["rework_quantity"] = -lost
        if _is_closed(event):
            # Closing had written these pieces off already.
            return
    else:
        changes["received_quantity"] = event.data["received_quantity"]
    count(ctx, _work_order(event), **changes)


@reaction("quality.InspectionRecorded", inline=True)
def count_inspected(ctx: Context, event: Event) -> None:
    """Accepted, rejected, or back for rework. Mended pieces that come after closing are not lost after all."""
    data = event.data
    accepted, rejected, rework = data["accepted_quantity"], data["rejected_quantity"], data["rework_quantity"]
    changes = {"accepted_quantity": accepted, "rejected_quantity": rejected}
    if data["is_rework"] and _is_closed(event):
        # A second rework of closed work has nobody to do it: those pieces stay written off.
        back = data["quantity"] - rework
        changes |= {"short_quantity": -back, "lost_quantity": -back, "restored_quantity": accepted}
    elif data["is_rework"]:
        changes["rework_quantity"] = rework - data["quantity"]
    else:
        changes["rework_quantity"] = rework
    count(ctx, _work_order(event), **changes)


@reaction("quality.AppealDecided", inline=True)
def count_granted(ctx: Context, event: Event) -> None:
    """Rejected pieces that an appeal made good."""
    granted = event.data["granted_quantity"]
    if granted:
        count(
            ctx, _work_order(event), accepted_quantity=granted, rejected_quantity=-granted, restored_quantity=granted
        )


@reaction("planning.ProductionOrderCancelled", "planning.ProductionOrderDone", inline=True)
def withdraw_cancelled(ctx: Context, event: Event) -> None:
    """Nobody is asked for pieces of an order that was cancelled, or is done without them."""
    take_back(ctx, Offer.objects.filter(production_order=event.subject_id, state__in=LIVE_OFFERS), reoffer=False)


@reaction("network.WorkshopPaused")
def withdraw_paused(ctx: Context, event: Event) -> None:
    """A paused workshop is not waited for: its unanswered offers go to others at once."""
    rows = Offer.objects.filter(workshop=event.subject_id, state__in=LIVE_OFFERS, workshop__state="paused")
    take_back(ctx, rows, reoffer=True)


@reaction("network.WorkshopClosed", inline=True)
def nothing_left_open(ctx: Context, event: Event) -> None:
    """A workshop closes when its work is done: what was accepted is made or taken back first."""
    open_work = WorkOrder.objects.filter(workshop=event.subject_id, state__in=LIVE_WORK_ORDERS).count()
    if open_work:
        raise Rejected(DispatchError.WORK_OPEN, count=open_work)
    take_back(ctx, Offer.objects.filter(workshop=event.subject_id, state__in=LIVE_OFFERS), reoffer=True)


@reaction(
    "dispatch.OfferDeclined", "dispatch.OfferExpired", "dispatch.CounterRefused", "dispatch.OfferAccepted",
    "dispatch.OfferWithdrawn",
)
def find_next_workshop(ctx: Context, event: Event) -> None:
    """Refused work, and what a counter-offer left over, finds its next workshop by itself."""
    data = event.data
    if event.type == "dispatch.OfferAccepted" and not data["remainder"]:
        return
    if event.type == "dispatch.OfferWithdrawn" and not data["reoffer"]:
        return
    place_elsewhere(ctx, Offer.objects.get(pk=event.subject_id))


@reaction("dispatch.WaveSent")
def explain_wave(ctx: Context, event: Event) -> None:
    """Why each workshop was chosen is worked out by the worker and kept with the offer, for its phone."""
    if event.data["offers"]:
        enqueue("dispatch.explain_offers")


def _work_order(event: Event) -> UUID:
    return UUID(event.data["work_order_id"])


def _is_closed(event: Event) -> bool:
    return WorkOrder.objects.filter(pk=_work_order(event)).exclude(state__in=LIVE_WORK_ORDERS).exists()
