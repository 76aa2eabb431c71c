"""Prepared statements write and read what the ORM does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from kiwanda.core import rows
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event, Receipt, StoredFile, VaultEntry

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


def receipt(**more):
    return Receipt(**{"command_id": new_id(), "command": "a.b", "body_hash": "", "at": MOMENT} | more)


def event(**more):
    given = {
        "type": "a.B", "subject_kind": "b", "subject_id": new_id(), "actor_kind": "system", "channel": "worker",
        "at": MOMENT, "data": {"n": 1, "text": "jua kali – ‘ñ’", "list": [1, None, True]},
    }
    return Event(**given | more)


@pytest.mark.parametrize("result", [None, {"value": [1, 2.5, None, "ü"]}, {"model": "x", "pk": "y"}])
def test_what_is_inserted_is_what_the_orm_reads(result):
    row = rows.insert(receipt(result=result))
    stored = Receipt.objects.get(pk=row.pk)
    assert (stored.command, stored.at, stored.result) == ("a.b", MOMENT, result)
    assert not row._state.adding


@pytest.mark.parametrize("result", [None, {"value": [1, 2.5, None, "ü"]}])
def test_what_is_fetched_is_what_the_orm_wrote(result):
    row = Receipt.objects.create(command_id=new_id(), command="c.d", body_hash="x", at=MOMENT, result=result)
    found = rows.fetch(Receipt, command_id=row.pk)
    assert found is not None
    assert {f.attname: getattr(found, f.attname) for f in Receipt._meta.fields} == {
        f.attname: getattr(Receipt.objects.get(pk=row.pk), f.attname) for f in Receipt._meta.fields
    }
    assert rows.fetch(Receipt, command_id=row.pk, command="other") is None
    assert rows.fetch(Receipt, command_id=new_id()) is None


def test_automatic_keys_and_database_defaults_are_the_databases():
    first = rows.insert(event())
    second = event(actor_id=new_id(), command_id=new_id())
    third = event()
    rows.insert_many([second, third])
    stored = list(Event.objects.order_by("position"))
    assert [row.id for row in stored] == [first.id, second.id, third.id]
    assert stored[0].position == first.position
    assert stored[1].data == second.data
    assert stored[1].actor_id == second.actor_id
    by_orm = event()
    Event.objects.bulk_create([by_orm])
    assert len(set(Event.objects.values_list("tx", flat=True))) == 1, "one transaction, one id"


def test_bytes_and_numbers():
    rows.insert(VaultEntry(subject_id=new_id(), field="name", ciphertext=b"\x00\xff"))
    assert bytes(VaultEntry.objects.get().ciphertext) == b"\x00\xff"
    rows.insert(StoredFile(sha256="a" * 64, content_type="x", size=2**40, stored_at=MOMENT))
    found = rows.fetch(StoredFile, sha256="a" * 64)
    assert found is not None
    assert found.size == 2**40


def test_update_counts_what_it_changed():
    row = rows.insert(receipt())
    assert rows.update(Receipt, {"command_id": row.pk, "command": "a.b"}, {"command": "z", "result": {"value": 1}}) == 1
    assert rows.update(Receipt, {"command_id": row.pk, "command": "a.b"}, {"command": "y"}) == 0
    stored = Receipt.objects.get()
    assert (stored.command, stored.result) == ("z", {"value": 1})


def test_nothing_is_written_for_no_rows():
    with CaptureQueriesContext(connection) as seen:
        rows.insert_many([])
    assert len(seen) == 0


def test_the_second_of_two_with_one_key_is_refused():
    row = rows.insert(receipt())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(receipt(command_id=row.pk))
    assert Receipt.objects.count() == 1


def test_expressions_are_told_from_values():
    assert rows.is_plain(None)
    assert rows.is_plain(MOMENT)
    assert not rows.is_plain(F("size") + 1)
