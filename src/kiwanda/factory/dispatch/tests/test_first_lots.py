"""Newcomers are not given more than may be lost before an inspector has seen how they work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import clock
from kiwanda.engine.habits import FIRST_LOT
from kiwanda.factory.dispatch.commands import accept_offer, send_wave
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.tests.factories import (
    coordinator,
    make_bench,
    make_production_order,
    make_published_plan,
    make_two_step_style,
)
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.models import Allocation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def pieces_of(workshop: Workshop) -> dict[str, int]:
    found: dict[str, int] = {}
    for offer in Offer.objects.filter(workshop=workshop).select_related("operation"):
        found[offer.operation.technique_id] = found.get(offer.operation.technique_id, 0) + offer.quantity
    return found


def test_the_next_pieces_of_a_newcomer_wait_for_the_inspector() -> None:
    make_two_step_style()
    fresh, known = make_bench(2)
    Workshop.objects.filter(pk=fresh.pk).update(joined_on=clock.today() - timedelta(days=20))
    make_production_order("RING", 300, clock.today() + timedelta(days=60))
    make_published_plan()
    until = clock.today() + timedelta(days=40)
    planned = Allocation.objects.filter(workshop=fresh, state="tentative")
    assert max(lot.quantity for lot in planned) <= FIRST_LOT
    assert sum(lot.quantity for lot in planned) > 2 * FIRST_LOT
    send_wave(actor=coordinator(), until=until)
    assert max(pieces_of(known).values()) > FIRST_LOT
    first = pieces_of(fresh)
    assert first
    assert max(first.values()) <= FIRST_LOT
    for offer in Offer.objects.filter(workshop=fresh, state="sent"):
        accept_offer(actor=artisan_of(fresh), offer_id=offer.id)
    send_wave(actor=coordinator(), until=until)
    assert pieces_of(fresh) == first, "accepted and not yet judged"
    Workshop.objects.filter(pk=fresh.pk).update(joined_on=clock.today() - timedelta(weeks=30))
    send_wave(actor=coordinator(), until=until)
    assert sum(pieces_of(fresh).values()) > sum(first.values()), "for all others nothing has changed"
