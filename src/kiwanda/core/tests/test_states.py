"""State tables: only listed moves, and one winner."""

from __future__ import annotations

import pytest

from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.states import StateTable
from kiwanda.factory.network.models import County, Hub

HUB = StateTable("open", {"open": {"closed"}, "closed": {"open"}})


@pytest.fixture
def hub(db):
    county = County.objects.create(code=47, name="Nairobi", latitude=0, longitude=0, population=1)
    return Hub.objects.create(id=new_id(), code="NBO", name="Nairobi", county=county, latitude=0, longitude=0)


def test_a_move_not_in_the_table_is_refused(hub):
    with pytest.raises(Rejected) as refused:
        HUB.move(hub, "open")
    assert refused.value.error is CoreError.WRONG_STATE


def test_of_two_who_saw_the_same_state_one_wins(hub):
    mine, theirs = Hub.objects.get(pk=hub.pk), Hub.objects.get(pk=hub.pk)
    HUB.move(mine, "closed", name="Closed by me")
    with pytest.raises(Rejected) as refused:
        HUB.move(theirs, "closed")
    assert refused.value.error is CoreError.CHANGED_MEANWHILE
    assert Hub.objects.get(pk=hub.pk).name == "Closed by me"


def test_a_table_with_a_dangling_state_cannot_be_made():
    with pytest.raises(ValueError, match="gone"):
        StateTable("open", {"open": {"gone"}})


def test_final_and_live_states():
    table = StateTable("a", {"a": {"b", "c"}, "b": {"c"}, "c": set()})
    assert table.final == {"c"}
    assert table.live == ["a", "b"]
    assert table.sources("c") == ["a", "b"]
