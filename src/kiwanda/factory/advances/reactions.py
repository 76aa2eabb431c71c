"""Earnings pay advances back in their own transaction; a corrected earning gets its instalment back."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.advances import repaying


@reaction("settlement.EarningBooked", inline=True)
def repay(ctx: Context, event: Event) -> None:
    """See :func:`repaying.take`."""
    repaying.take(ctx, event.subject_id, UUID(event.data["workshop_id"]))


@reaction("settlement.CorrectionDecided", inline=True)
def return_instalment(ctx: Context, event: Event) -> None:
    """See :func:`repaying.give_back`; only an earning that was not paid yet is reversed."""
    if event.data["state"] == "booked":
        repaying.give_back(ctx, event.subject_id)
