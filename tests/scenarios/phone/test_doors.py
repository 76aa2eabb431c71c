"""Log-in, tokens, limits, garbage: who may come in, and that nothing a stranger sends breaks anything."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.core import vault
from kiwanda.core.ids import new_id
from kiwanda.factory.devices.commands import revoke_device
from kiwanda.factory.devices.models import Device, Feed, PhoneCommand
from kiwanda.factory.network.commands import add_artisan, artisan_left
from kiwanda.factory.network.tests.factories import owner
from kiwanda.surfaces.phone.sync import endpoint
from tests.scenarios.phone.conftest import phone_of
from tests.scenarios.phone.model import Phone

pytestmark = pytest.mark.django_db


def post(path: str, body: object, **more: object) -> object:
    return Client().post(path, body if isinstance(body, (str, bytes)) else json.dumps(body), "application/json", **more)


def test_a_token_is_kept_only_as_its_hash(phone):
    row = Device.objects.get(pk=phone.device)
    assert phone.token not in json.dumps(list(Device.objects.values()), default=str)
    assert len(row.token_hash) == 64


def test_log_in_says_who_she_is(phone, offer):
    assert Device.objects.get(pk=phone.device).artisan_id == owner(offer.workshop).pk


def test_a_wrong_code_is_refused_with_a_sentence_and_makes_no_phone(factory):
    number = vault.get(owner(factory.workshops[0]).pk, vault.PHONE)
    post("/m/v1/code", {"phone": number})
    answer = post("/m/v1/devices", {"phone": number, "code": "000000", "name": "x", "ver": 1})
    assert answer.status_code == 400
    assert answer.json()["code"] == "code_wrong" and answer.json()["message"]
    assert Device.objects.count() == 0


def test_an_unknown_number_gets_the_same_answer_as_a_known_one(factory):
    known = post("/m/v1/code", {"phone": vault.get(owner(factory.workshops[0]).pk, vault.PHONE)})
    unknown = post("/m/v1/code", {"phone": "+254190000000"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (204, b"")


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer x", "Basic abc", "Bearer " + "a" * 43, "Bearer \x00" + "b" * 40]
)
def test_without_a_token_nothing_opens(factory, token):
    for path in ("sync", "push", "files"):
        answer = Client().post(f"/m/v1/{path}", "{}", "application/json", headers={"Authorization": token})
        assert answer.status_code == 401, path
        assert answer.json()["code"] == "device_revoked"
        assert answer.headers["X-Kiwanda"] == "1"


def test_a_lost_phone_is_revoked_and_its_outbox_stays_its_own(phone, offer, factory):
    phone.sync()
    phone.do("accept_offer", offer=str(offer.pk))
    revoke_device(actor=factory.coordinator, device_id=Device.objects.get(pk=phone.device).pk)
    answer = phone.post(phone.body())
    assert answer.status_code == 401
    assert PhoneCommand.objects.count() == 0
    # She logs in anew on the same phone: what she had not sent goes now.
    command = phone.outbox[0]["id"]
    phone.log_in().sync()
    assert phone.answer(command)["s"] == "ok"


def test_what_a_revoked_log_in_had_sent_already_is_answered_and_the_count_goes_on(phone, offer, factory):
    phone.sync()
    command = phone.do("accept_offer", offer=str(offer.pk))
    assert phone.post(phone.body()).status_code == 200  # the answer is lost
    later = phone.do("request_call", about="")
    revoke_device(actor=factory.coordinator, device_id=Device.objects.get(pk=phone.device).pk)
    phone.log_in().sync()
    assert phone.answer(command)["s"] == "ok"
    assert phone.answer(later)["s"] == "ok"
    assert phone.outbox == []


def test_the_last_phone_takes_the_feed_with_it(phone, factory):
    other = Phone(phone.artisan).log_in()
    revoke_device(actor=factory.coordinator, device_id=Device.objects.get(pk=phone.device).pk)
    assert Feed.objects.filter(pk=phone.artisan.pk).exists()
    assert other.client.delete("/m/v1/devices/me", headers=other.headers).status_code == 204
    assert not Feed.objects.exists()
    assert other.client.delete("/m/v1/devices/me", headers=other.headers).status_code == 401


def test_who_left_the_workshop_has_no_phone_there(phone, offer, factory):
    member = add_artisan(
        actor=factory.coordinator, workshop_id=offer.workshop_id, name="Achieng", phone="+254711222333"
    )
    theirs = Phone(member).log_in().sync()
    assert str(offer.pk) in theirs.of("offer")
    artisan_left(actor=factory.coordinator, artisan_id=member.pk)
    assert theirs.post(theirs.body()).status_code == 401


def test_two_people_on_one_phone_see_and_send_only_their_own(factory):
    first, second = (phone_of(shop) for shop in factory.workshops[:2])
    second.client = first.client
    first.sync()
    second.sync()
    assert not set(first.of("offer")) & set(second.of("offer"))
    # The other account's token with this account's outbox: nothing of it happens.
    first.do("request_call", about="")
    answer = second.post(first.body())
    assert answer.status_code == 400
    assert PhoneCommand.objects.count() == 0


def test_an_artisan_cannot_answer_anothers_offer(factory, offer):
    other = next(shop for shop in factory.workshops if shop.pk != offer.workshop_id)
    phone = phone_of(other).sync()
    command = phone.do("accept_offer", offer=str(offer.pk))
    phone.sync()
    assert phone.answer(command)["s"] == "rejected"
    assert phone.answer(command)["m"]


def test_an_old_app_is_told_to_update(phone, monkeypatch):
    monkeypatch.setattr(endpoint, "MIN_VERSION", 3)
    answer = phone.post(phone.body())
    assert answer.status_code == 426
    assert answer.json()["min_ver"] == 3


def test_too_many_syncs_are_asked_to_wait(phone, monkeypatch):
    monkeypatch.setattr(endpoint.SYNCS, "most", 3)
    answers = [phone.post(phone.body()) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_too_much_at_once_is_refused(phone):
    body = phone.body() | {"padding": "x" * 300_000}
    assert phone.post(body).status_code == 413
    command = {"id": str(new_id()), "seq": 1, "type": "request_call", "base": 0, "at": 0, "args": {}}
    assert phone.post(phone.body() | {"cmds": [command] * 51}).status_code == 400


@pytest.mark.parametrize("path", ["code", "devices", "sync", "push"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b"[" * 5000, b"1" * 5000, b"{}"])
def test_garbage_is_answered_with_a_code(phone, path, body):
    answer = Client().post(f"/m/v1/{path}", body, "application/json", headers=phone.headers)
    assert 400 <= answer.status_code < 500
    assert answer.headers["X-Kiwanda"] == "1"
    assert answer.json()["code"]


def test_other_methods_are_refused(phone):
    for method in ("get", "put", "delete", "patch"):
        assert getattr(phone.client, method)("/m/v1/sync", headers=phone.headers).status_code == 405


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "offer", "reason", "note", "q", "due", "issue", "work", "made", "photo", "rework", "hand_in", "inspection",
    "action", "from", "to", "id", "language", "channel", "until", "kind", "ids", "pin", "a", "tech", "step",
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_arguments_whatever_break_the_door(phone, data):
    from kiwanda.surfaces.phone.sync.table import TYPES

    endpoint.SYNCS.forget()
    kind = data.draw(st.sampled_from(sorted(TYPES)) | st.text(max_size=12))
    args = data.draw(st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4))
    seq = Device.objects.values_list("last_seq", flat=True).get(pk=phone.device) + 1
    command = {"id": str(new_id()), "seq": seq, "type": kind, "base": 0, "at": phone.now_ms, "args": args}
    answer = phone.post(phone.body() | {"cmds": [command]})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        (result,) = answer.json()["res"]
        assert result["s"] in ("ok", "rejected")
        assert result.get("code") != "fault", (kind, args)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(["dev", "ver", "cur", "at", "cmds"]), ANYTHING))
def test_no_request_whatever_breaks_the_door(phone, body):
    endpoint.SYNCS.forget()
    answer = phone.post(phone.body() | body)
    assert answer.status_code in (200, 400)
