"""However a shop's orders are cut into overlapping exports, and in whatever order, the books end up the same."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.demand.tests.factories import audit, kiwanda_file, make_channel, take

pytestmark = pytest.mark.django_db

numbers = count(1)
skus = st.sampled_from(["A", "B", "C", "D"])
orders = st.lists(st.lists(st.tuples(skus, st.integers(1, 50)), min_size=1, max_size=5), min_size=1, max_size=6)


def books(channel_code: str):
    found = OrderLine.objects.filter(order__channel_id=channel_code)
    return sorted(found.values_list("order__external_id", "external_line", "quantity_units", "state"))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(orders, st.data())
def test_overlapping_exports_add_up_to_the_whole(noon, orders, data):
    whole = [(f"O{number}", sku, units, "") for number, lines in enumerate(orders) for sku, units in lines]
    code = f"p{next(numbers)}"
    make_channel(f"{code}-parts")
    make_channel(f"{code}-whole")
    # An export ends where it ends: an order may be cut in the middle, but never loses its beginning.
    ends = data.draw(st.lists(st.integers(1, len(whole)), max_size=4))
    for end in [*ends, len(whole)]:
        take(kiwanda_file(*whole[:end]), f"{code}-parts")
    for _ in range(data.draw(st.integers(1, 2))):
        take(kiwanda_file(*whole), f"{code}-whole")
    assert books(f"{code}-parts") == books(f"{code}-whole")
    assert len(books(f"{code}-whole")) == len(whole)
    again = take(kiwanda_file(*whole), f"{code}-parts")
    assert again.report["outcome"] == {"orders_unchanged": len(orders)}
    assert audit() == []
