"""The vault: sealed facts, the look-up index, keys that rotate, and who looked."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.test import override_settings

from kiwanda.core import clock, looks, vault
from kiwanda.core.ids import new_id
from kiwanda.core.models import PersonalLook, VaultEntry

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def keys(*values: str) -> override_settings:
    return override_settings(KIWANDA_VAULT_KEYS=list(values), KIWANDA_INDEX_KEY=OLD)


def seal_all(most: int = 2) -> int:
    last, changed = None, 0
    while True:
        last, sealed = vault.seal_anew(last, most=most)
        changed += sealed
        if last is None:
            return changed


def test_everything_is_readable_with_the_new_key_alone() -> None:
    people = [new_id() for _ in range(5)]
    with keys(OLD):
        vault.put_many((person, vault.PHONE, f"+25470000000{n}") for n, person in enumerate(people))
    with keys(NEW, OLD):
        vault.put(people[0], vault.NAME, "Achieng")
        assert seal_all() == 5
        assert seal_all() == 0
    with keys(NEW):
        assert vault.get_many(people, vault.PHONE) == {p: f"+25470000000{n}" for n, p in enumerate(people)}
        assert vault.get(people[0], vault.NAME) == "Achieng"
        assert vault.find(vault.PHONE, "+254700000003") == people[3]


def test_an_entry_that_no_key_opens_stops_the_turn() -> None:
    with keys(OLD):
        vault.put(new_id(), vault.NAME, "Achieng")
    with keys(NEW, Fernet.generate_key().decode()), pytest.raises(InvalidToken):
        seal_all()


def test_what_was_replaced_meanwhile_is_not_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    person = new_id()
    with keys(OLD):
        vault.put(person, vault.NAME, "Achieng")
    with keys(NEW, OLD):
        rotate = vault._fernet().rotate

        def meanwhile(sealed: bytes) -> bytes:
            vault.put(person, vault.NAME, "Atieno")
            return rotate(sealed)

        monkeypatch.setattr(vault._fernet(), "rotate", meanwhile)
        assert vault.seal_anew(None) == (None, 0)
        assert vault.get(person, vault.NAME) == "Atieno"


def test_erasing_leaves_nothing() -> None:
    person = new_id()
    vault.put(person, vault.NAME, "Achieng")
    vault.put(person, vault.PHONE, "+254700000001")
    assert vault.facts_of(person) == {"name": "Achieng", "phone": "+254700000001"}
    assert vault.erase(person) == 2
    assert vault.facts_of(person) == {}
    assert vault.find(vault.PHONE, "+254700000001") is None
    assert not VaultEntry.objects.filter(subject_id=person).exists()


def test_only_what_was_opened_while_watched_is_a_look() -> None:
    seen, unseen, nobody, user = new_id(), new_id(), new_id(), new_id()
    vault.put(seen, vault.NAME, "Achieng")
    vault.put(unseen, vault.NAME, "Atieno")
    vault.get(unseen, vault.NAME)
    with looks.watched() as facts:
        vault.get_many([seen, nobody], vault.NAME)
    assert facts == {vault.NAME: {seen}}
    assert looks.record(user, "tower:workshop", facts) == 1
    row = looks.looks(at=seen).get()
    assert (row.user_id, row.page, row.field, row.people) == (user, "tower:workshop", vault.NAME, 1)
    assert not looks.looks(at=unseen).exists()


def test_a_page_with_many_people_is_written_in_parts_and_every_one_is_found() -> None:
    people = {new_id() for _ in range(looks.PEOPLE_A_ROW + 1)}
    assert looks.record(new_id(), "tower:workshops", {vault.PHONE: people}) == 2
    assert sum(PersonalLook.objects.values_list("people", flat=True)) == len(people)
    assert all(looks.looks(at=person).count() == 1 for person in people)


def test_old_looks_are_forgotten() -> None:
    looks.record(new_id(), "tower:workshop", {vault.NAME: {new_id()}})
    assert looks.tidy() == 0
    with clock.at(clock.now() + looks.KEPT * 2):
        assert looks.tidy() == 1
