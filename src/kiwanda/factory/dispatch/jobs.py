"""Dispatch's work outside requests."""

from __future__ import annotations

from kiwanda.core import actors, clock
from kiwanda.core.jobs import every
from kiwanda.factory.dispatch.commands.expire_offers import BATCH, expire_offers
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import LIVE_OFFERS


@every(60)
def expire_offers_timer() -> None:
    """Close offers whose time has passed. Looks before it acts: a minute with nothing to do leaves no receipt."""
    while Offer.objects.filter(state__in=LIVE_OFFERS, expires_at__lte=clock.now()).exists():
        if expire_offers(actor=actors.system()) < BATCH:
            break
