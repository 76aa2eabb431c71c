"""Every form Africa's Talking is known to post is read, or refused with the field named."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.adapters.africastalking import AfricasTalkingMenus, AfricasTalkingWebhook, Caller
from kiwanda.adapters.africastalking.errors import STATUSES
from kiwanda.adapters.africastalking.parsing import micros
from kiwanda.ports.menus import MenuScreen
from kiwanda.ports.messaging import Unreadable

WEBHOOK, MENUS = AfricasTalkingWebhook("s"), AfricasTalkingMenus("s")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def read(case: str, body: bytes):
    if case.startswith("ussd"):
        return MENUS.read(body)
    return WEBHOOK.read(body, what="delivery" if case.startswith("dlr") else "incoming")[0]


def test_every_sample_is_read_or_refused_as_its_file_says(shared_data):
    with (shared_data / "messaging" / "africastalking_callbacks.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 12
    for row in rows:
        body, expected = row["body"].encode(), row["expected"]
        if expected.startswith("reject"):
            with pytest.raises(Unreadable):
                read(row["case"], body)
            continue
        found = read(row["case"], body)
        if row["case"].startswith("dlr"):
            assert found.state == expected
            assert found.ref == "ATXid_dda018a640edfcc5d2ce455de3e4a6e7"
        elif row["case"].startswith("ussd"):
            assert found.session_id.startswith("ATUid_")
            assert found.phone.startswith("+2547")
            assert (found.text in ("", "2", "1*2")), row
        else:
            assert (found.phone, found.text, found.sent_at) == (
                "+254791541111", "Msg", datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC),
            )


def test_the_status_codes_are_the_documented_ones(shared_data):
    with (shared_data / "messaging" / "africastalking_sms_status_codes.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {int(row["code"]) for row in rows} == set(STATUSES)
    for row in rows:
        status = STATUSES[int(row["code"])]
        assert (status.ok, status.meaning) == (row["ok"] == "true", row["meaning"])
        assert status.retry == (row["retry_worthwhile"] == "yes")


def test_what_a_session_cost_is_read_with_its_end():
    end = MENUS.read_end(
        b"sessionId=ATUid_1&phoneNumber=%2B254711223344&status=Incomplete&cost=KES+1.2345&hopsCount=3"
        b"&durationInMillis=9000&input=1*2&lastAppResponse=CON&errorMessage=Timeout"
    )
    assert (end.state, end.hops, end.cost_micros, end.currency, end.error) == (
        "incomplete", 3, 1_234_500, "KES", "Timeout"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("KES 0.8000", (800_000, "KES")), ("UGX 45", (45_000_000, "UGX")), ("KES 0.0000001", (0, "KES")),
     ("0", (None, "")), ("", (None, "")), ("KES -1", (None, "")), ("KES 1e9", (None, "")), ("None", (None, ""))],
)
def test_prices(text, expected):
    assert micros(text) == expected


def test_the_answer_begins_with_what_the_gateway_looks_for():
    assert MENUS.write(MenuScreen("Habari")) == b"CON Habari"
    assert MENUS.write(MenuScreen("Kwaheri", ends=True)) == b"END Kwaheri"


def test_only_the_secret_and_the_provider_s_networks_are_genuine():
    def ask(caller, secret="s", remote="52.48.80.1"):
        return caller.genuine({}, b"", secret=secret, remote=remote, now=NOW)

    assert ask(Caller("s"))
    assert not ask(Caller("s"), secret="t")
    assert not ask(Caller(""), secret="")
    assert ask(Caller("s", ["52.48.80.0/24"]))
    assert not ask(Caller("s", ["52.48.80.0/24"]), remote="10.0.0.1")
    assert not ask(Caller("s", ["52.48.80.0/24"]), remote="")


@given(st.binary(max_size=300), st.sampled_from(["incoming", "delivery", "ussd", "end"]))
def test_garbage_is_unreadable_and_nothing_worse(body, what):
    try:
        if what == "ussd":
            MENUS.read(body)
        elif what == "end":
            MENUS.read_end(body)
        else:
            WEBHOOK.read(body, what=what)
    except Unreadable:
        return
