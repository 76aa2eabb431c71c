"""The audit finds what no command would let happen."""

from __future__ import annotations

import pytest

from kiwanda.core import vault
from kiwanda.core.models import VaultEntry
from kiwanda.factory.network import checks
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.tests.factories import make_workshop, owner

pytestmark = pytest.mark.django_db


def test_a_network_built_by_commands_is_clean():
    make_workshop(members=2)
    assert [*checks.owners_can_be_reached(), *checks.phones_are_unique()] == []


def test_a_workshop_nobody_can_reach_is_found():
    first, second, third = make_workshop("A"), make_workshop("B"), make_workshop("C")
    Artisan.objects.filter(workshop=first).update(state="left")
    VaultEntry.objects.filter(subject_id=owner(second).id, field=vault.PHONE).delete()
    VaultEntry.objects.filter(subject_id=owner(third).id, field=vault.NAME).delete()
    assert list(checks.owners_can_be_reached()) == [
        "A: 0 active owners", "B: the owner has no phone number", "C: the owner has no name",
    ]


def test_a_shared_number_is_found():
    for code in "AB":
        vault.put(owner(make_workshop(code)).id, vault.PHONE, "+254712345678")
    assert list(checks.phones_are_unique()) == ["2 active artisans have one number (workshops A, B)"]
