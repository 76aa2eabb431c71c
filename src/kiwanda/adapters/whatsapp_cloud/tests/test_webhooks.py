"""Every webhook Meta is known to send is read; signatures are checked over the raw bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.adapters.whatsapp_cloud import WhatsAppWebhook
from kiwanda.adapters.whatsapp_cloud.errors import is_permanent
from kiwanda.adapters.whatsapp_cloud.verification import signature
from kiwanda.ports.messaging import DeliveryReport, Ignored, IncomingMessage, Unreadable

WEBHOOK = WhatsAppWebhook(app_secret="hush", verify_token="word")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def news(**value) -> bytes:
    change = {"field": "messages", "value": {"metadata": {"phone_number_id": "1"}, **value}}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


def test_every_sample_is_read(shared_data):
    read = {}
    for path in sorted((shared_data / "messaging" / "whatsapp_cloud" / "updates").glob("*.json")):
        for case, payload in json.loads(path.read_text()).items():
            read[path.stem, case] = WEBHOOK.read(json.dumps(payload).encode())
    assert len(read) >= 60

    def only(*key):
        (found,) = read[key]
        return found

    text = only("message", "text")
    assert (text.phone, text.text, text.kind) == ("+972987654321", "Body Text", "text")
    assert text.address == "US.13491208655302741918"
    assert only("message", "image").picture.media_id == "65463453"
    assert only("message", "image").kind == "picture"
    assert only("message", "voice").kind == "audio"
    assert only("message", "unsupported").kind == "unsupported"
    for case in ("button", "quick_reply", "quick_reply_without_context"):
        assert (only("callback_button", case).kind, only("callback_button", case).button) == ("button", "callback_data")
    assert only("callback_selection", "description").button == "callback_data"
    states = {case: only("message_status", case) for case in ("sent", "delivered", "read", "failed", "played")}
    assert {case: found.state for case, found in states.items()} == {
        "sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "played": "read",
    }
    assert states["failed"].error.startswith("130472")
    assert states["sent"].billable is True
    assert isinstance(only("message_status", "group"), Ignored)
    spoken = ("message", "callback", "flow", "system")
    others = [found for (name, _), found in read.items() if not name.startswith(spoken)]
    assert all(isinstance(item, (Ignored, IncomingMessage)) for found in others for item in found)


def test_buttons_of_templates_come_back_whole():
    body = news(
        contacts=[{"wa_id": "254700000123", "user_id": "KE.1"}],
        messages=[{"from": "254700000123", "id": "wamid.1", "timestamp": "1698269027", "type": "button",
                   "button": {"payload": "accept:0198", "text": "Kubali"}}],
    )
    (found,) = WEBHOOK.read(body)
    assert (found.button, found.phone, found.sent_at) == (
        "accept:0198", "+254700000123", datetime.fromtimestamp(1698269027, UTC)
    )


def test_a_person_who_hides_her_number_is_known_by_her_other_name():
    body = news(
        contacts=[{"profile": {"name": "A"}, "user_id": "KE.77"}],
        messages=[{"id": "wamid.1", "from_user_id": "KE.77", "type": "text", "text": {"body": "Ndiyo"}}],
    )
    (found,) = WEBHOOK.read(body)
    assert (found.phone, found.address) == ("", "KE.77")


def test_the_same_news_twice_in_one_post_are_one():
    row = {"from": "254700000123", "id": "wamid.1", "type": "text", "text": {"body": "Ndiyo"}}
    status = {"id": "wamid.9", "status": "read", "recipient_id": "254700000123"}
    found = WEBHOOK.read(news(messages=[row, row], statuses=[status, status, status | {"status": "delivered"}]))
    assert [type(item) for item in found] == [IncomingMessage, DeliveryReport, DeliveryReport]


def test_news_about_another_number_are_not_ours():
    webhook = WhatsAppWebhook(app_secret="hush", phone_number_id="2")
    (found,) = webhook.read(news(messages=[{"from": "254700000123", "id": "wamid.1", "type": "text"}]))
    assert isinstance(found, Ignored)


def test_a_signature_is_over_the_raw_bytes_and_nothing_passes_without():
    body = '{"entry": [], "x": "\\u00e9 é"}'.encode()

    def ask(given, webhook=WEBHOOK, payload=body, name="X-Hub-Signature-256"):
        return webhook.genuine({name: given}, payload, secret="", remote="", now=NOW)

    right = signature("hush", body)
    assert ask(right)
    assert ask(right, name="x-hub-signature-256")
    assert not ask(right, payload=body.replace(b" ", b""))
    assert not ask(signature("other", body))
    for wrong in ("", "sha256=", right.upper(), right[:-1], "sha1=abc", "é"):
        assert not ask(wrong)
    assert not ask(signature("", body), WhatsAppWebhook(app_secret=""))


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "word", "hub.challenge": "12345"}, "12345"),
        ({"hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "12345"}, None),
        ({"hub.mode": "other", "hub.verify_token": "word", "hub.challenge": "12345"}, None),
        ({"hub.mode": "subscribe", "hub.verify_token": "word", "hub.challenge": "<script>"}, None),
        ({}, None),
    ],
)
def test_the_subscription_question(query, answer):
    assert WEBHOOK.challenge(query) == answer


@pytest.mark.parametrize("code", [4, 80007, 130429, 131048, 131056, 133016, 131053])
def test_throttles_and_the_upload_fault_are_worth_another_try(code):
    assert not is_permanent(code, 400)


@pytest.mark.parametrize("code", [131026, 131047, 131051, 100, 130472, 132012])
def test_what_would_be_refused_again_is_permanent(code):
    assert is_permanent(code, 400)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["id", "from", "type", "text", "body", "image", "button", "interactive", "statuses", "messages",
                         "contacts", "value", "changes", "field", "timestamp", "context", "errors"]),
        inner, max_size=5,
    ),
    max_leaves=20,
)


@given(JSON, JSON, JSON)
def test_garbage_inside_the_form_is_passed_over(messages, statuses, contacts):
    body = json.dumps(
        {"entry": [{"changes": [{"field": "messages", "value": {"messages": [messages], "statuses": statuses,
                                                                 "contacts": contacts}}]}]}
    ).encode()
    for item in WEBHOOK.read(body):
        assert isinstance(item, (IncomingMessage, DeliveryReport, Ignored))


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_garbage_is_unreadable_and_nothing_worse(body):
    try:
        WEBHOOK.read(body)
    except Unreadable:
        return


def test_json_that_is_too_deep_is_unreadable():
    with pytest.raises(Unreadable):
        WEBHOOK.read(b"[" * 100_000)
