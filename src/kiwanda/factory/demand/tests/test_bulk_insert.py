"""Rows written past the ORM come back through it unchanged; ids are UUIDv7s in order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice

import pytest
from django.db import IntegrityError, transaction

from kiwanda.core.ids import new_id
from kiwanda.factory.demand.bulk_insert import CHUNK, fresh_ids, insert_rows
from kiwanda.factory.demand.intake import LINE_COLUMNS, ORDER_COLUMNS
from kiwanda.factory.demand.models import OrderLine, SalesOrder
from kiwanda.factory.demand.tests.factories import make_channel


def test_ids_are_version_7_distinct_and_in_order():
    ids = list(islice(fresh_ids(), 2 * CHUNK + 5))
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
    assert len(set(ids)) == len(ids)
    assert sorted(ids[:CHUNK]) == ids[:CHUNK]


@pytest.mark.django_db
def test_rows_come_back_as_the_orm_would_have_written_them():
    channel = make_channel()
    order_id, line_id, moment = new_id(), new_id(), datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    order = (order_id, channel.pk, "7", "é; \\ \"\t'", "", "KE", "KES", moment, False, "open")
    assert insert_rows(SalesOrder, ORDER_COLUMNS, [order]) == 1
    line = (line_id, order_id, "a/1", "a", "", None, 3, 0, 0, 10**12, date(2026, 5, 6), "unmapped")
    assert insert_rows(OrderLine, LINE_COLUMNS, iter([line])) == 1
    assert SalesOrder.objects.filter(pk=order_id, ordered_at=moment).values_list(*ORDER_COLUMNS).get() == order
    assert OrderLine.objects.filter(due_on=date(2026, 5, 6)).values_list(*LINE_COLUMNS).get() == line
    assert insert_rows(OrderLine, LINE_COLUMNS, []) == 0


@pytest.mark.django_db
def test_constraints_hold():
    channel = make_channel()
    order = (new_id(), channel.pk, "7", "7", "", "", "KES", datetime(2026, 2, 3, tzinfo=UTC), False, "open")
    insert_rows(SalesOrder, ORDER_COLUMNS, [order])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(SalesOrder, ORDER_COLUMNS, [(new_id(), *order[1:])])
