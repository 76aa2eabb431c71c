"""Two merchandisers upload overlapping exports at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from kiwanda.factory.catalog.tests.factories import make_variant
from kiwanda.factory.demand.commands import map_sku
from kiwanda.factory.demand.models import OrderLine, SalesOrder
from kiwanda.factory.demand.tests.factories import audit, kiwanda_file, make_channel, merchandiser, take


@pytest.mark.django_db(transaction=True)
def test_imports_and_mappings_of_one_channel_take_turns():
    if connection.vendor != "postgresql":
        pytest.skip("an in-memory SQLite database belongs to one thread; writers take turns there anyway")
    make_channel()
    make_variant(sku="KW-1")
    gate = Barrier(3)

    def upload(first: int) -> dict[str, int]:
        gate.wait()
        try:
            return take(kiwanda_file(*([f"A{n}", "X", 1, ""] for n in range(first, first + 800)))).report["outcome"]
        finally:
            connections.close_all()

    def say_what_x_is() -> None:
        gate.wait()
        try:
            map_sku(actor=merchandiser(), channel_code="desk", external_sku="X", sku="KW-1")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        uploads = [pool.submit(upload, first) for first in (0, 400)]
        mapping = pool.submit(say_what_x_is)
        outcomes = [future.result() for future in uploads]
        mapping.result()
    assert SalesOrder.objects.count() == 1200
    assert sum(outcome["orders_new"] for outcome in outcomes) == 1200
    assert set(OrderLine.objects.values_list("state", flat=True)) == {"open"}
    assert audit() == []
