"""Earnings pay advances back in their own transaction; a corrected earning gets its instalment back."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.core.models import Event
from kiwanda.core.money import format_money
from kiwanda.core.reactions import reaction
from kiwanda.factory.advances import repaying
from kiwanda.factory.advances.errors import AdvancesError
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.states import LIVE


@reaction("settlement.EarningBooked", inline=True)
def repay(ctx: Context, event: Event) -> None:
    """See :func:`repaying.take`."""
    repaying.take(ctx, event.subject_id, UUID(event.data["workshop_id"]))


@reaction("settlement.CorrectionDecided", inline=True)
def return_instalment(ctx: Context, event: Event) -> None:
    """See :func:`repaying.give_back`; only an earning that was not paid yet is reversed."""
    if event.data["state"] == "booked":
        repaying.give_back(ctx, event.subject_id)


@reaction("network.WorkshopClosed", inline=True)
def nothing_left_to_pay_back(ctx: Context, event: Event) -> None:
    """Who leaves takes no debt along: an advance is ended by people, one way or the other, before a workshop closes."""
    row = Advance.objects.filter(workshop_id=event.subject_id, state__in=LIVE).first()
    if row is not None:
        raise Rejected(AdvancesError.STILL_OPEN, left=format_money(row.left_minor, row.currency))
