"""What every message provider must do, whatever stands behind it. A new adapter adds one line to ``PROVIDERS``.

A provider in these tests reaches a phone at :data:`PHONE`, knows that :data:`BARRED` is lost for good and, where it can
be told to, misbehaves in the ways its service does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import pytest

from kiwanda.adapters.africastalking import AfricasTalking
from kiwanda.adapters.messaging_sandbox import SandboxMessaging
from kiwanda.adapters.web_push import WebPush
from kiwanda.adapters.web_push.vapid import new_key
from kiwanda.adapters.whatsapp_cloud import WhatsAppCloud
from kiwanda.core.ids import new_id
from kiwanda.ports.messaging import Button, Messaging, OutgoingMessage, SendResult
from kiwanda.twin.simulators import (
    AfricasTalkingSimulator,
    Fault,
    Faults,
    PushServiceSimulator,
    WhatsAppSimulator,
)

PHONE, BARRED = "+254700000123", "+254700000404"
SPACE = UUID("00000000-0000-5000-8000-00000000a12e")
SERVER_FAULTS = (Fault.BROKEN, Fault.GARBAGE, Fault.CUT, Fault.SILENT, Fault.THROTTLED)


@dataclass(frozen=True)
class Opened:
    """A provider and what the phone at the other end received."""

    provider: Messaging
    arrived: Callable[[], list[str]]
    channel: str
    #: Millionths of the currency for a message outside of a session; None where nothing is charged.
    price: int | None = 800_000


@contextmanager
def sandbox(faults: Faults) -> Iterator[Opened]:
    percent = round(100 * sum(faults.shares.values()))
    provider = SandboxMessaging(failing_percent=percent, seed=faults.seed)

    barred = SandboxMessaging(barred_percent=100)

    class Sandbox:
        def send(self, message: OutgoingMessage) -> SendResult:
            return (barred if message.phone == BARRED else provider).send(message)

    yield Opened(Sandbox(), lambda: [m.body for m in provider.outbox], "sms")


@contextmanager
def africastalking(faults: Faults) -> Iterator[Opened]:
    with AfricasTalkingSimulator(lambda post: (200, b""), faults=faults, codes={BARRED: 406}) as service:
        provider = AfricasTalking(username="sandbox", api_key="key", url=service.url, timeout_seconds=5)
        yield Opened(provider, lambda: service.inbox(PHONE), "sms")


@contextmanager
def whatsapp(faults: Faults) -> Iterator[Opened]:
    class Strict(WhatsAppSimulator):
        def _wrong(self, body):
            if body.get("to") == BARRED[1:]:
                return self._error(131026, "Message undeliverable", 400)
            return super()._wrong(body)

    with Strict(lambda post: (200, b""), faults=faults) as service:
        service.heard_at[PHONE] = service.clock()
        provider = WhatsAppCloud(
            token="token", phone_number_id=service.phone_number_id, url=service.api_url, timeout_seconds=5,
            prices={"utility": 4_000},
        )
        yield Opened(provider, lambda: [bubble.text for bubble in service.thread(PHONE)], "whatsapp", price=4_000)


@contextmanager
def web_push(faults: Faults) -> Iterator[Opened]:
    with PushServiceSimulator(faults=faults) as service:
        private, _ = new_key()
        provider = WebPush(
            private_key=private, contact="mailto:office@kiwanda.example", timeout_seconds=5,
            plain_hosts=(service.host,),
        )
        endpoint, browser = service.subscribe()
        lost_endpoint, lost = service.subscribe()
        lost.gone = True

        class ByNumber:
            """A push service knows addresses, not numbers: each phone's browser stands for its number."""

            def send(self, message: OutgoingMessage) -> SendResult:
                known = {PHONE: service.address(endpoint, browser), BARRED: service.address(lost_endpoint, lost)}
                return provider.send(replace(message, address=known.get(message.phone, "")))

        yield Opened(ByNumber(), lambda: list(browser.received.values()), "push", price=None)


PROVIDERS = {
    "sandbox": sandbox, "africastalking": africastalking, "whatsapp_cloud": whatsapp, "web_push": web_push,
}


@pytest.fixture(params=sorted(PROVIDERS))
def opened(request):
    with PROVIDERS[request.param](Faults()) as found:
        yield found


@pytest.fixture(params=sorted(PROVIDERS))
def open_with(request):
    return PROVIDERS[request.param]


def message(opened: Opened, **more) -> OutgoingMessage:
    given = {
        "id": new_id(), "channel": opened.channel, "phone": PHONE, "language": "sw", "template": "offer_sent",
        "body": "Kazi mpya: 12 x Kushona. Malipo KSh 420.", "params": ("12", "Kushona", "KSh 420"),
        "in_session": True,
    }
    return OutgoingMessage(**given | more)


def test_a_message_arrives_with_a_reference_that_can_be_kept(opened):
    result = opened.provider.send(message(opened))
    assert result.ok, result
    assert 0 < len(result.provider_ref) <= 80
    assert result.error == ""
    assert opened.arrived() == ["Kazi mpya: 12 x Kushona. Malipo KSh 420."]


def test_two_messages_have_two_references(opened):
    references = {opened.provider.send(message(opened)).provider_ref for _ in range(3)}
    assert len(references) == 3


def test_the_price_is_exact_or_unknown_and_names_its_currency(opened):
    result = opened.provider.send(message(opened, in_session=False))
    assert result.ok, result
    assert result.cost_micros is None or result.cost_micros >= 0
    assert (result.cost_micros is None) == (result.currency == "")
    assert result.cost_micros == opened.price


@pytest.mark.parametrize("phone", ["", "0712345678", "MPESA", "+254 712", "+2547123456789012345", "+25471234567x"])
def test_what_is_no_number_fails_for_good_without_asking_anybody(opened, phone):
    result = opened.provider.send(message(opened, phone=phone))
    assert (result.ok, result.permanent) == (False, True)
    assert opened.arrived() == []


def test_a_number_that_is_lost_for_good_is_not_tried_again(opened):
    result = opened.provider.send(message(opened, phone=BARRED))
    assert (result.ok, result.permanent) == (False, True)
    assert result.error


@pytest.mark.parametrize("fault", SERVER_FAULTS)
def test_a_passing_fault_is_an_answer_worth_another_try_and_never_an_exception(open_with, fault):
    with open_with(Faults(shares={fault: 1.0})) as opened:
        result = opened.provider.send(message(opened))
        assert (result.ok, result.permanent) == (False, False), result
        assert result.error
        assert len(result.error) <= 200


def test_with_faults_everything_arrives_in_the_end_and_only_once_where_the_provider_can_tell(open_with):
    shares = {Fault.BROKEN: 0.15, Fault.THROTTLED: 0.15, Fault.SILENT: 0.1}
    with open_with(Faults(seed=3, shares=shares)) as opened:
        waiting = [message(opened, id=uuid5(SPACE, str(n)), body=f"Ujumbe {n}") for n in range(40)]
        for _ in range(12):
            waiting = [item for item in waiting if not opened.provider.send(item).ok]
        assert waiting == []
        assert sorted(opened.arrived()) == sorted(f"Ujumbe {n}" for n in range(40))


def test_many_at_once_from_many_threads(opened):
    items = [message(opened, body=f"Ujumbe {n}") for n in range(32)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(opened.provider.send, items))
    assert all(result.ok for result in results)
    assert len({result.provider_ref for result in results}) == 32
    assert sorted(opened.arrived()) == sorted(item.body for item in items)


@pytest.mark.parametrize("body", ["x" * 5000, "Habari 😀 ‘nzuri’", "a\nb\tc", "{0} %s <b>"])
def test_any_words_are_taken(opened, body):
    assert opened.provider.send(message(opened, body=body, params=(body,))).ok


def test_nothing_to_say_is_not_sent(opened):
    result = opened.provider.send(message(opened, body="  "))
    assert (result.ok, result.permanent) == (False, True)


@pytest.mark.parametrize("count", [1, 3, 4, 10, 14])
def test_any_number_of_buttons_is_sent_as_the_channel_can(opened, count):
    buttons = tuple(Button(f"choice:{n}", f"Sababu ya namba {n} ndefu kuliko kawaida") for n in range(count))
    assert opened.provider.send(message(opened, buttons=buttons)).ok
