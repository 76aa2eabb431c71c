"""The sandbox keeps the port's word: one answer an id, faults of two kinds, repeatable."""

from __future__ import annotations

from uuid import UUID

import pytest

from kiwanda.adapters.messaging_sandbox import SandboxMessaging
from kiwanda.ports.messaging import OutgoingMessage


def message(number: int, phone: str = "+254712345678") -> OutgoingMessage:
    return OutgoingMessage(
        id=UUID(int=number), channel="sms", phone=phone, language="sw", template="offer_sent", body="Kazi mpya"
    )


def test_the_same_id_is_heard_once_and_answered_alike():
    provider = SandboxMessaging()
    first, again = provider.send(message(1)), provider.send(message(1))
    assert first == again
    assert first.ok
    assert [m.id for m in provider.outbox] == [UUID(int=1)]


@pytest.mark.parametrize("phone", ["", "0712345678", "hello", "+254 712"])
def test_what_is_no_number_fails_for_good(phone):
    result = SandboxMessaging().send(message(1, phone))
    assert (result.ok, result.permanent) == (False, True)


def test_faults_follow_the_seed_and_passing_ones_pass():
    def run(seed):
        provider = SandboxMessaging(failing_percent=30, barred_percent=10, seed=seed)
        return [provider.send(message(n)) for n in range(400)], provider

    results, provider = run(7)
    assert results == run(7)[0] != run(8)[0]
    passing = [n for n, r in enumerate(results) if not r.ok and not r.permanent]
    barred = [n for n, r in enumerate(results) if r.permanent]
    assert 60 < len(passing) < 160
    assert 15 < len(barred) < 75
    assert all(provider.send(message(n)).ok for n in passing)
    assert not any(provider.send(message(n)).ok for n in barred)
