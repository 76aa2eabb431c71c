"""Money is approved only by a checker whose second factor was seen a few minutes ago."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from tests.scenarios.small_factory import SmallFactory

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.commands import load_commands
from kiwanda.core.ids import new_id
from kiwanda.core.models import User
from kiwanda.factory.network.tests.factories import finance_maker
from kiwanda.factory.settlement.commands import create_payout_batch
from kiwanda.factory.settlement.models import PayoutBatch
from kiwanda.surfaces import stepping_up
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db

#: Base32 of a secret of the tests.
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def batch(settings) -> Iterator[PayoutBatch]:
    """A draft of what was earned, made by somebody else."""
    small = SmallFactory()
    small.plan()
    small.accept_all()
    small.work()
    settings.KIWANDA_STEP_UP = True
    with clock.at(small.day):
        yield create_payout_batch(actor=finance_maker())


def enrol(client: Client) -> None:
    TOTP.activate(User.objects.get(pk=client.session["_auth_user_id"]), SECRET)


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def approve(client: Client, batch: PayoutBatch) -> Any:
    return client.post(
        f"/pay/batches/{batch.pk}/approve/", {"content_hash": batch.content_hash, "command_id": str(new_id())}
    )


def state(batch: PayoutBatch) -> str:
    return PayoutBatch.objects.get(pk=batch.pk).state


def test_without_a_second_factor_the_checker_is_told_to_set_one_up(batch: PayoutBatch) -> None:
    client = staff_client(Role.FINANCE_CHECKER)
    answer = approve(client, batch)
    assert state(batch) == "draft"
    assert "Set one up first" in client.get(answer["Location"]).content.decode()


def test_the_code_is_asked_for_and_the_approval_goes_on(batch: PayoutBatch) -> None:
    client = staff_client(Role.FINANCE_CHECKER)
    enrol(client)
    answer = approve(client, batch)
    assert answer.status_code == 302 and "/2fa/reauthenticate/" in answer["Location"]
    assert state(batch) == "draft"
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(answer["Location"], {"code": "000000"}).status_code == 200
    assert state(batch) == "draft"
    done = client.post(answer["Location"], {"code": code()})
    assert (done.status_code, state(batch)) == (302, "approved")


def test_a_password_seen_lately_is_not_enough_and_old_codes_do_not_count(batch: PayoutBatch) -> None:
    client = staff_client(Role.FINANCE_CHECKER)
    enrol(client)
    session = client.session
    user = session["_auth_user_id"]
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time() - 3600, "reauthenticated": True},
        {"method": "password", "at": time.time(), "reauthenticated": True},
    ]
    session["account_authentication_methods_user"] = user
    session.save()
    approve(client, batch)
    assert state(batch) == "draft"


def test_the_api_knows_no_checker_without_a_fresh_code(batch: PayoutBatch) -> None:
    client = staff_client(Role.FINANCE_CHECKER)
    enrol(client)
    body = {"content_hash": batch.content_hash}
    address = f"/api/v1/settlement/payout-batches/{batch.pk}/approve"
    answer = client.post(address, body, content_type="application/json")
    assert (answer.status_code, state(batch)) == (403, "draft")


def test_only_what_a_checker_decides_waits_for_the_code() -> None:
    guarded = {name for name, command in load_commands().items() if stepping_up.is_guarded(command)}
    assert {"settlement.approve_payout_batch", "settlement.settle_review"} <= guarded
    assert not {"settlement.create_payout_batch", "dispatch.accept_offer", "planning.publish_plan"} & guarded
