"""One-time codes: the same answer to everybody, few tries, one use."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import actors, clock, vault
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event, VaultEntry
from kiwanda.factory.network import commands
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.models import LoginCode
from kiwanda.factory.network.subjects import login_code_subject
from kiwanda.factory.network.tests.factories import artisan_spec, coordinator, make_workshop

pytestmark = pytest.mark.django_db
PHONE = "0712 345 678"


@pytest.fixture
def artisan(noon):
    return make_workshop(owner_is=artisan_spec(phone=PHONE)).artisans.get()


def ask(phone=PHONE):
    return commands.request_login_code(actor=actors.public(), phone=phone)


def confirm(code, phone=PHONE, **more):
    return commands.confirm_login_code(actor=actors.public(), phone=phone, code=code, **more)


def sent_code():
    return vault.get(login_code_subject(LoginCode.objects.latest("pk").pk), "login_code")


def wrong(code):
    return "000000" if code != "000000" else "111111"


def refused(code, **more):
    with pytest.raises(Rejected) as outcome:
        confirm(code, **more)
    assert outcome.value.error is NetworkError.CODE_WRONG


def test_the_right_code_opens_once(artisan):
    ask()
    code = sent_code()
    # As people type it: with a gap, the number in another spelling.
    assert confirm(f"{code[:3]} {code[3:]}", "+254712345678") == artisan
    refused(code)
    assert not VaultEntry.objects.filter(field="login_code").exists()
    assert Event.objects.filter(type="network.ArtisanLoggedIn", data__artisan_id=str(artisan.id)).count() == 1


def test_a_repeated_confirmation_gives_the_first_answer(artisan):
    ask()
    ident, code = new_id(), sent_code()
    assert confirm(code, command_id=ident) == confirm(code, command_id=ident) == artisan


def test_five_wrong_tries_close_the_door_even_to_the_right_code(artisan):
    ask()
    code = sent_code()
    for _ in range(5):
        refused(wrong(code))
    refused(code)
    assert LoginCode.objects.get().used_at is None


def test_the_fifth_try_still_opens(artisan):
    ask()
    code = sent_code()
    for _ in range(4):
        refused(wrong(code))
    assert confirm(code) == artisan


def test_a_code_ends_after_ten_minutes(artisan, noon):
    ask()
    code = sent_code()
    with clock.at(noon + timedelta(minutes=10)):
        refused(code)


def test_only_the_newest_code_opens_and_three_are_the_most(artisan, noon):
    ask()
    first = sent_code()
    ask()
    second = sent_code()
    if first != second:
        refused(first)
    assert VaultEntry.objects.filter(field="login_code").count() == 1
    ask()
    ask()
    assert LoginCode.objects.count() == 3
    with clock.at(noon + timedelta(minutes=16)):
        ask()
    assert LoginCode.objects.count() == 4


def test_an_unknown_number_gets_the_same_answer_and_leaves_nothing(artisan):
    assert ask("0799 000 000") is ask() is None
    assert LoginCode.objects.count() == 1
    refused("123456", phone="0799 000 000")
    refused("123456", phone="nonsense")
    with pytest.raises(Invalid) as outcome:
        ask("12")
    assert outcome.value.error is NetworkError.PHONE_WRONG


def test_who_left_logs_in_no_more(artisan):
    member = commands.add_artisan(
        actor=coordinator(), workshop_id=artisan.workshop_id, name="Test Member", phone="0733 222 111"
    )
    commands.artisan_left(actor=coordinator(), artisan_id=member.id)
    ask("0733 222 111")
    assert not LoginCode.objects.filter(artisan=member).exists()


def test_the_code_stands_nowhere_in_plain(artisan):
    ask()
    code = sent_code()
    assert code not in str(list(Event.objects.values_list("data", flat=True)))
    assert code not in LoginCode.objects.get().code_hash
    assert code.encode() not in bytes(VaultEntry.objects.get(field="login_code").ciphertext)


def test_old_codes_are_forgotten_a_day_later_and_fresh_ones_kept(artisan, noon):
    ask()
    with clock.at(noon + timedelta(days=1, minutes=9)):
        ask()
        assert commands.forget_login_codes(actor=actors.system()) == 0
    with clock.at(noon + timedelta(days=1, minutes=11)):
        assert commands.forget_login_codes(actor=actors.system()) == 1
        assert confirm(sent_code()) == artisan
    assert LoginCode.objects.count() == 1
