"""What leaves for WhatsApp: words inside the 24 hours, templates outside, pictures in."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from kiwanda.adapters.whatsapp_cloud import WhatsAppCloud, WhatsAppPictures
from kiwanda.adapters.whatsapp_cloud.bodies import request_body
from kiwanda.core.ids import new_id
from kiwanda.ports.messaging import Button, OutgoingMessage, Picture
from kiwanda.twin.simulators import Fault, Faults, WhatsAppSimulator

PHONE = "+254700000123"


def message(**more) -> OutgoingMessage:
    given = {
        "id": new_id(), "channel": "whatsapp", "phone": PHONE, "language": "sw", "template": "offer_sent",
        "body": "Kazi mpya", "params": ("12", "Kushona\nshanga"), "in_session": True,
        "buttons": (Button("accept:1", "Kubali"), Button("decline:1", "Kataa"), Button("call:1", "Nipigie simu")),
    }
    return OutgoingMessage(**given | more)


@pytest.fixture
def service():
    with WhatsAppSimulator(lambda post: (200, b"")) as found:
        yield found


def provider(service, **more):
    return WhatsAppCloud(token="token", phone_number_id=service.phone_number_id, url=service.api_url, **more)


def test_three_short_buttons_are_buttons_more_or_longer_ones_a_list():
    assert request_body(message())["interactive"]["type"] == "button"
    eight = tuple(Button(f"reason:{n}", f"Tarehe iko karibu sana na ndefu {n}") for n in range(8))
    body = request_body(message(buttons=eight))["interactive"]
    rows = body["action"]["sections"][0]["rows"]
    assert (body["type"], len(rows)) == ("list", 8)
    assert (rows[0]["title"], rows[0]["description"]) == ("Tarehe iko karibu sana", "na ndefu 0")


def test_outside_the_hours_a_template_goes_with_its_values_and_payloads():
    body = request_body(message(in_session=False))
    assert body["template"]["name"] == "kiwanda_offer_sent"
    assert body["template"]["language"] == {"policy": "deterministic", "code": "sw"}
    text, first, *_ = body["template"]["components"]
    assert [row["text"] for row in text["parameters"]] == ["12", "Kushona shanga"]
    assert first["parameters"] == [{"type": "payload", "payload": "accept:1"}]


def test_a_code_goes_by_meta_s_own_kind_of_template():
    body = request_body(message(template="login_code", params=("482613",), buttons=(), in_session=False))
    text, button = body["template"]["components"]
    assert text["parameters"][0]["text"] == button["parameters"][0]["text"] == "482613"
    assert (button["sub_type"], button["index"]) == ("url", "0")


def test_somebody_without_a_number_is_written_to_by_her_other_name():
    body = request_body(message(phone="", address="KE.77"))
    assert body["recipient"] == "KE.77"
    assert "to" not in body


def test_the_service_keeps_the_24_hours_and_so_do_we(service):
    late = provider(service).send(message())
    assert (late.ok, late.permanent) == (False, True)
    assert late.error.startswith("131047")
    service.heard_at[PHONE] = service.clock() - timedelta(hours=23)
    free = provider(service).send(message())
    assert (free.ok, free.cost_micros) == (True, 0)
    by_template = provider(service, prices={"utility": 4000}).send(message(in_session=False))
    assert (by_template.ok, by_template.cost_micros, by_template.currency) == (True, 4000, "USD")


def test_a_template_that_is_not_approved_yet_waits_for_the_operator(service):
    service.approved = {"kiwanda_login_code"}
    result = provider(service).send(message(in_session=False))
    assert (result.ok, result.permanent) == (False, False)


def test_a_throttle_tells_how_long_to_wait():
    with WhatsAppSimulator(lambda post: (200, b""), faults=Faults(shares={Fault.THROTTLED: 1})) as service:
        result = provider(service).send(message())
        assert (result.ok, result.permanent) == (False, False)
        assert "130429" in result.error


def test_a_picture_is_fetched_and_checked_against_its_hash(service):
    data = b"\xff\xd8\xff" + bytes(5000)
    service.send_picture(PHONE, data)
    media = json.loads(service.callbacks.waiting[0].body)["entry"][0]["changes"][0]["value"]["messages"][0]["image"]
    source = WhatsAppPictures(token="token", url=service.api_url)
    right = hashlib.sha256(data).hexdigest()
    assert source.fetch(Picture(media["id"], "image/jpeg", right)).data == data
    broken = source.fetch(Picture(media["id"], "image/jpeg", "0" * 64))
    assert (broken.data, broken.permanent) == (None, False)
    gone = source.fetch(Picture("nothing", "image/jpeg"))
    assert (gone.data, gone.permanent) == (None, True)
    assert WhatsAppPictures(token="wrong", url=service.api_url).fetch(Picture(media["id"], "")).permanent is False


def test_the_token_goes_to_no_strange_address(service, monkeypatch):
    source = WhatsAppPictures(token="token", url=service.api_url)
    for address in ("http://evil.example/x", "https://evilfbsbx.com/x", "https://fbsbx.com.evil.example/x", "file:///x"):
        assert not source._trusted(address)
    assert source._trusted("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1")
