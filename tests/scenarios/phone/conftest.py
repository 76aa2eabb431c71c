"""A small factory on its first morning, with offers out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiwanda.core import clock
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import owner
from kiwanda.surfaces.phone.sync import doorkeeping
from tests.scenarios.phone.model import Phone
from tests.scenarios.small_factory import SmallFactory


@pytest.fixture(autouse=True)
def patient_doors() -> None:
    """No test pays for what another knocked."""
    for limiter in (doorkeeping.SYNCS, doorkeeping.CHUNKS):
        limiter.forget()


@pytest.fixture
def factory(db: None) -> Iterator[SmallFactory]:
    small = SmallFactory()
    small.plan()
    with clock.at(small.day):
        run_reactions()
        yield small


@pytest.fixture
def offer(factory: SmallFactory) -> Offer:
    found = Offer.objects.filter(state="sent").select_related("workshop").order_by("pk").first()
    assert found is not None
    return found


@pytest.fixture
def phone(offer: Offer) -> Phone:
    return phone_of(offer.workshop)


def phone_of(workshop: Workshop) -> Phone:
    """A phone of the workshop's owner, logged in."""
    return Phone(owner(workshop)).log_in()
