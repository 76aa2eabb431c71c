"""Counties, hubs, transfer times."""

from __future__ import annotations

import pytest

from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.network import commands
from kiwanda.factory.network.commands import CountyRow
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.models import County, TransferTime
from kiwanda.factory.network.tests.factories import coordinator, make_county, make_hub

pytestmark = pytest.mark.django_db


def test_counties_are_replaced_by_code():
    make_county()
    row = CountyRow(47, "Nairobi", -1.2864, 36.8172, 4_500_000)
    assert commands.import_counties(actor=coordinator(), rows=[row]) == 1
    county = County.objects.get()
    assert (county.name, str(county.latitude)) == ("Nairobi", "-1.28640")
    with pytest.raises(Rejected) as refused:
        commands.import_counties(actor=coordinator(), rows=[CountyRow(1, "Nowhere", 91, 0, 1)])
    assert refused.value.error is CoreError.OUT_OF_RANGE


def test_a_hub_code_is_used_once():
    make_hub("NBI")
    with pytest.raises(Rejected) as refused:
        commands.open_hub(
            actor=coordinator(), code="NBI", name="Again", county_code=47, latitude=0, longitude=37
        )
    assert refused.value.error is NetworkError.CODE_TAKEN
    with pytest.raises(Rejected) as refused:
        commands.open_hub(actor=coordinator(), code="NEW", name="New", county_code=99, latitude=0, longitude=37)
    assert refused.value.error is NetworkError.UNKNOWN_COUNTY


def test_transfer_times_are_set_and_replaced():
    make_hub("NBI")
    make_hub("MSA", county_code=1)
    commands.set_transfer_times(actor=coordinator(), rows=[("NBI", "MSA", 2), ("MSA", "NBI", 3), ("NBI", "NBI", 0)])
    commands.set_transfer_times(actor=coordinator(), rows=[("NBI", "MSA", 1)])
    times = {(t.from_hub.code, t.to_hub.code): t.days for t in TransferTime.objects.all()}
    assert times == {("NBI", "MSA"): 1, ("MSA", "NBI"): 3, ("NBI", "NBI"): 0}


@pytest.mark.parametrize(
    "rows", [[("NBI", "XXX", 1)], [("NBI", "NBI", 1)], [("NBI", "NBI", 0), ("NBI", "NBI", 0)], [("NBI", "NBI", -1)]]
)
def test_transfer_times_that_cannot_be(rows):
    make_hub("NBI")
    with pytest.raises(Rejected) as refused:
        commands.set_transfer_times(actor=coordinator(), rows=rows)
    assert refused.value.status == 422
    assert not TransferTime.objects.exists()
