"""Slack: the documented signature, every kind of post, notices and answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.adapters.slack import Slack
from kiwanda.adapters.slack.parsing import read
from kiwanda.adapters.slack.verification import genuine, signature
from kiwanda.core.ids import new_id
from kiwanda.ports.messaging import Notice, NoticeAction, Unreadable
from kiwanda.twin.simulators import Fault, Faults, SlackSimulator


def test_the_documented_signature_is_ours(shared_data):
    vector = json.loads((shared_data / "messaging" / "webhook_signature_vectors.json").read_text())["slack"]
    body, stamp = vector["body"].encode(), vector["timestamp"]
    assert signature(vector["secret"], stamp, body) == vector["signature"]
    headers = {"X-Slack-Signature": vector["signature"], "X-Slack-Request-Timestamp": stamp}
    then = datetime.fromtimestamp(int(stamp), UTC)
    assert genuine(vector["secret"], headers, body, then)
    assert genuine(vector["secret"], headers, body, then + timedelta(seconds=300))
    assert not genuine(vector["secret"], headers, body, then + timedelta(seconds=301))
    assert not genuine(vector["secret"], headers, body, then - timedelta(seconds=301))
    assert not genuine(vector["secret"], headers, body + b"&", then)
    assert not genuine("", headers, body, then)
    for stamp_given in ("", "now", "-1", "9" * 30, "1531420618.5"):
        assert not genuine(vector["secret"], headers | {"X-Slack-Request-Timestamp": stamp_given}, body, then)


def form(payload) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def test_every_sample_is_read_and_only_pressed_buttons_count(shared_data):
    pressed = {}
    for path in sorted((shared_data / "messaging" / "slack").glob("*.json")):
        pressed[path.stem] = read(form(json.loads(path.read_text())))
    assert len(pressed) >= 18
    (one,) = pressed["block_actions_1"]
    assert (one.person, one.action, one.value) == ("W111", "a", "click_me_123")
    assert one.answer_url.startswith("https://hooks.slack.com/actions/")
    assert not any(found for name, found in pressed.items() if not name.startswith("block_actions"))


def test_the_same_press_has_the_same_name_and_another_one_another():
    press = {"type": "block_actions", "user": {"id": "U1"}, "actions": [
        {"type": "button", "action_id": "a", "action_ts": "1.1", "value": "v"}]}
    later = json.loads(json.dumps(press))
    later["actions"][0]["action_ts"] = "1.2"
    assert read(form(press))[0].ref == read(form(press))[0].ref != read(form(later))[0].ref


@given(st.binary(max_size=200))
def test_garbage_is_unreadable_and_nothing_worse(body):
    for given_body in (body, b"payload=" + body):
        with pytest.raises(Unreadable):
            read(given_body)


@given(
    st.dictionaries(st.sampled_from(["user", "actions", "response_url"]), st.none() | st.text() | st.lists(st.none()))
)
def test_garbage_inside_the_form_is_unreadable(more):
    try:
        found = read(form({"type": "block_actions"} | more))
    except Unreadable:
        found = []
    assert found == []


def notice(**more) -> Notice:
    given = {
        "id": new_id(), "title": "W00001 <Mama & Sons> asks for other terms", "lines": ("5 instead of 12",),
        "actions": (NoticeAction("accept_counter", "Agree", "v", style="good"),
                    NoticeAction("open", "Open", url="https://factory.example.org/work/offers/")),
    }
    return Notice(**given | more)


def test_a_notice_arrives_with_its_buttons_and_names_are_no_marks():
    with SlackSimulator(lambda post: (200, b"")) as service:
        room = Slack(webhook_url=service.webhook_url, signing_secret="s", answer_hosts=(service.host,))
        assert room.post(notice()).ok
        assert "&lt;Mama &amp; Sons&gt;" in json.dumps(service.posts[0]["blocks"])
        buttons = service.buttons()
        assert (buttons["accept_counter"]["value"], buttons["accept_counter"]["style"]) == ("v", "primary")
        assert buttons["open"]["url"].startswith("https://")
        assert room.answer(f"{service.url}/actions/T/1/x", "asha agreed").ok
        assert service.answers == ["asha agreed"]
        for strange in ("https://evil.example/x", "http://hooks.slack.com/x", "", "file:///etc/passwd"):
            refused = room.answer(strange, "x")
            assert (refused.ok, refused.permanent) == (False, True)
        assert len(service.answers) == 1


@pytest.mark.parametrize("fault", list(Fault))
def test_faults_are_answers(fault):
    with SlackSimulator(lambda post: (200, b""), faults=Faults(shares={fault: 1})) as service:
        result = Slack(webhook_url=service.webhook_url, signing_secret="s").post(notice())
        assert (result.ok, result.permanent) == (False, False)
        assert result.retry_after_seconds == (1 if fault is Fault.THROTTLED else 0)
