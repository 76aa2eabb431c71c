"""A workshop closes and its owner asks to be forgotten: nothing owed, nothing left of her but the books; and a backup
does not bring her back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiwanda.core import actors, clock, vault
from kiwanda.core.errors import Forbidden, Rejected
from kiwanda.core.models import Event, VaultEntry
from kiwanda.factory.conversations.commands import record_incoming
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network import erasing
from kiwanda.factory.network.commands import (
    add_artisan,
    artisan_left,
    close_workshop,
    erase_again,
    erase_person,
    give_consent,
    reopen_workshop,
)  # fmt: skip
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.models import Artisan, Consent, Workshop
from kiwanda.factory.network.tests.factories import (
    administrator,
    artisan_of,
    coordinator,
    finance_maker,
    fresh_phone,
    make_workshop,
    owner,
)  # fmt: skip
from kiwanda.factory.records.commands import issue_record
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import Earning
from tests.scenarios.small_factory import SmallFactory, audit_problems

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys_folder(tmp_path: Path, settings) -> Path:
    settings.KIWANDA_KEYS = tmp_path / "keys"
    return settings.KIWANDA_KEYS


def close(workshop: Workshop) -> Workshop:
    return close_workshop(actor=coordinator(), workshop_id=workshop.pk, reason="moves away")


def erase(person: Artisan) -> Artisan:
    return erase_person(actor=administrator(), artisan_id=person.pk, reason="she asked")


def code_of(refused: pytest.ExceptionInfo[Rejected]) -> str:
    return refused.value.code


def test_a_workshop_closes_when_its_work_is_done_and_paid() -> None:
    small = SmallFactory()
    small.plan()
    small.accept_all()
    workshop = WorkOrder.objects.filter(state="accepted").order_by("pk")[0].workshop
    with clock.at(small.day), pytest.raises(Rejected) as refused:
        close(workshop)
    assert code_of(refused) == DispatchError.WORK_OPEN.code
    small.work()
    earned = Earning.objects.order_by("pk")[0].workshop
    with clock.at(small.day), pytest.raises(Rejected) as refused:
        close(earned)
    assert code_of(refused) == SettlementError.UNPAID.code
    assert Workshop.objects.get(pk=earned.pk).state == "active"
    small.pay()
    small.react()
    with clock.at(small.day):
        assert close(earned).state == "closed"
        assert not earned.artisans.filter(state="active").exists()
        assert audit_problems() == []
        erase(earned.artisans.get())
        assert audit_problems() == []
    # The books still tell what was earned, under an id that leads nowhere.
    assert Earning.objects.filter(workshop=earned).exists()


def test_nothing_is_left_of_her(transactional_db) -> None:
    workshop = make_workshop()
    person, phone = owner(workshop), vault.get(owner(workshop).pk, vault.PHONE)
    me = artisan_of(workshop)
    record_incoming(actor=actors.system(), channel="whatsapp", phone=phone, body="I am Achieng", provider_ref="1")
    give_consent(
        actor=me, artisan_id=person.pk, field="name", purpose="passport", language="sw",
        expires_on=clock.today().replace(year=clock.today().year + 1),
    )  # fmt: skip
    taken = issue_record(actor=me, fields=["name"])
    assert VaultEntry.objects.filter(subject_id=taken.pk).exists()
    assert VaultEntry.objects.count() >= 4 and Contact.objects.filter(artisan_id=person.pk).exists()
    close(workshop)
    erased = erase(person)
    assert (erased.state, erased.gender) == ("erased", "undisclosed")
    # The factory's own signing key is all the vault still holds.
    assert set(VaultEntry.objects.values_list("field", flat=True)) == {"signing_key"}
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert not Contact.objects.exists()
    assert vault.find(vault.PHONE, phone) is None
    assert Event.objects.filter(type="network.PersonErased", subject_id=person.pk).count() == 1
    assert erasing.remembered() == {person.pk}
    # Her number is free: she, or whoever has it next, may begin anew.
    again = make_workshop()
    assert owner(again).pk != person.pk


def test_a_member_may_go_and_be_forgotten_while_the_workshop_works_on(transactional_db) -> None:
    workshop = make_workshop()
    member = add_artisan(actor=coordinator(), workshop_id=workshop.pk, name="Atieno", phone=fresh_phone())
    with pytest.raises(Rejected) as refused:
        erase(member)
    assert code_of(refused) == NetworkError.STILL_HERE.code
    artisan_left(actor=coordinator(), artisan_id=member.pk)
    member.refresh_from_db()
    erase(member)
    assert vault.facts_of(member.pk) == {} and vault.get(owner(workshop).pk, vault.NAME)
    with pytest.raises(Rejected):
        erase(Artisan.objects.get(pk=member.pk))


@pytest.mark.parametrize("actor", [coordinator, finance_maker], ids=["coordinator", "finance"])
def test_only_administrators_forget(actor: Any) -> None:
    person = owner(make_workshop())
    with pytest.raises(Forbidden):
        erase_person(actor=actor(), artisan_id=person.pk, reason="x")


def restored(person: Artisan, state: str, workshop_state: str) -> None:
    """The database of an old backup, as far as she is in it."""
    Artisan.objects.filter(pk=person.pk).update(state=state)
    Workshop.objects.filter(pk=person.workshop_id).update(state=workshop_state)
    vault.put(person.pk, vault.NAME, "Achieng")


def test_a_backup_does_not_bring_her_back(transactional_db) -> None:
    person = owner(make_workshop())
    close(person.workshop)
    erase(person)
    restored(person, "left", "closed")
    assert any("came back" in problem for problem in audit_problems())
    assert erase_again(actor=actors.system()) == {"erased": 1, "waiting": 0}
    assert vault.facts_of(person.pk) == {} and Artisan.objects.get(pk=person.pk).state == "erased"
    assert erase_again(actor=actors.system()) == {"erased": 0, "waiting": 0}


def test_an_owner_of_a_workshop_open_in_the_backup_waits(transactional_db) -> None:
    person = owner(make_workshop())
    close(person.workshop)
    erase(person)
    restored(person, "active", "active")
    assert erase_again(actor=actors.system()) == {"erased": 0, "waiting": 1}
    assert vault.get(person.pk, vault.NAME) == "Achieng"
    close(person.workshop.__class__.objects.get(pk=person.workshop_id))
    assert erase_again(actor=actors.system()) == {"erased": 1, "waiting": 0}


def test_a_crash_between_commit_and_file_is_made_good(transactional_db, keys_folder: Path) -> None:
    person = owner(make_workshop())
    close(person.workshop)
    erase(person)
    (keys_folder / "erased").write_text(str(person.pk)[:20] + "\n")
    erase_again(actor=actors.system())
    assert erasing.remembered() == {person.pk}


def test_a_closed_workshop_is_closed_for_good() -> None:
    workshop = make_workshop()
    close(workshop)
    with pytest.raises(Rejected):
        close(Workshop.objects.get(pk=workshop.pk))
    with pytest.raises(Rejected):
        reopen_workshop(actor=coordinator(), workshop_id=workshop.pk)
