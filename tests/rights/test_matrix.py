"""Every command × every role: allowed as the matrix says, refused before anything is touched.

These tests have no database on purpose: a refused command never reaches for one, and an allowed one does at once.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core import actors
from kiwanda.core.actors import STAFF_ROLES, Actor, Role
from kiwanda.core.commands import COMMANDS, Command, load_commands
from kiwanda.core.errors import CoreError, Forbidden, Invalid
from kiwanda.core.ids import new_id


def _matrix() -> dict[str, frozenset[Role]]:
    rooms = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text())
    return {
        f"{room}.{name}": frozenset(Role(role) for role in roles)
        for room, commands in rooms.items()
        for name, roles in commands.items()
    }


def _house() -> dict[str, Command]:
    load_commands()
    return {name: command for name, command in COMMANDS.items() if ".tests" not in command.function.__module__}


MATRIX = _matrix()
HOUSE = _house()
MONEY = sorted(name for name in HOUSE if name.startswith("settlement."))
FINANCE = frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER})


def actor_with(role: Role) -> Actor:
    """Somebody who holds ``role`` and nothing else, as the surfaces make her."""
    if role in STAFF_ROLES:
        return actors.staff(new_id(), role)
    return {
        Role.ARTISAN: actors.artisan(new_id(), new_id()),
        Role.SYSTEM: actors.system(),
        Role.PUBLIC: actors.public(),
    }[role]


def test_every_command_has_its_row_and_every_row_its_command():
    assert sorted(set(HOUSE) - set(MATRIX)) == []
    assert sorted(set(MATRIX) - set(HOUSE)) == []


@pytest.mark.parametrize("name", sorted(set(HOUSE) & set(MATRIX)))
def test_who_may(name):
    command = HOUSE[name]
    assert {role for role in Role if command.allows(actor_with(role))} == MATRIX[name]


@pytest.mark.parametrize("name", sorted(set(HOUSE) & set(MATRIX)))
def test_the_wrong_role_is_refused_before_anything_is_touched(name):
    """Called with no argument at all: rights come before arguments, receipts and rows."""
    for role in set(Role) - MATRIX[name]:
        for command_id in (None, new_id()):
            with pytest.raises(Forbidden) as refused:
                HOUSE[name](actor=actor_with(role), command_id=command_id)
            assert refused.value.error is CoreError.NOT_ALLOWED, role


@pytest.mark.parametrize("name", sorted(set(HOUSE) & set(MATRIX)))
def test_the_right_role_comes_through_the_door(name):
    """Past the rights check the command opens its transaction, which these tests forbid."""
    for role in MATRIX[name]:
        actor = actor_with(role)
        if HOUSE[name].is_hers and actor.is_staff:
            actor = actors.for_artisan(actor, "she called the hub")
        with pytest.raises(RuntimeError, match="Database access not allowed"):
            HOUSE[name](actor=actor)


#: What staff do in their own right although artisans do it too.
STAFF_TOO = {"conversations.mark_read", "production.receive_hand_in"}


@pytest.mark.parametrize("name", sorted(name for name in HOUSE if Role.ARTISAN in HOUSE[name].roles))
def test_staff_do_what_is_hers_only_with_a_reason(name):
    """Without a reason (or with one too long to be told) nothing is touched, whoever it is."""
    staff = [role for role in MATRIX[name] if role in STAFF_ROLES]
    assert HOUSE[name].is_hers == (bool(staff) and name not in STAFF_TOO)
    for role in staff if HOUSE[name].is_hers else []:
        for reason in ("", "  ", "ok", "\x00\x01\x02 ", "x" * 121):
            with pytest.raises(Invalid) as refused:
                HOUSE[name](actor=actors.for_artisan(actor_with(role), reason), command_id=new_id())
            assert refused.value.field == "behalf"


def test_a_forged_kind_of_actor_without_roles_may_nothing():
    for kind in ("staff", "artisan", "system", "public"):
        nobody = Actor(kind, new_id())
        assert not [name for name, command in HOUSE.items() if command.allows(nobody)]


#: No money leaves by these: one stops it, the other owes what is paid in a batch of finance's.
NOT_FINANCE_ONLY = {"settlement.stop_payouts", "settlement.call_off_work"}


@given(st.sets(st.sampled_from([role for role in STAFF_ROLES if role not in FINANCE])))
def test_no_staff_but_finance_give_money_commands_whatever_else_they_are(roles):
    somebody = actors.staff(new_id(), *roles)
    assert MONEY
    assert not [name for name in MONEY if name not in NOT_FINANCE_ONLY and HOUSE[name].allows(somebody)]


def test_nobody_prepares_and_approves_money_by_one_role():
    for preparing in ("settlement.create_payout_batch", "settlement.retry_payout"):
        for approving in ("settlement.approve_payout_batch", "settlement.settle_review"):
            assert HOUSE[preparing].roles.isdisjoint(HOUSE[approving].roles)


def test_the_auditor_only_looks_and_the_public_only_logs_in():
    def given_by(role: Role) -> set[str]:
        return {name for name, command in HOUSE.items() if role in command.roles}

    assert given_by(Role.AUDITOR) == set()
    assert given_by(Role.PUBLIC) == {"network.request_login_code", "network.confirm_login_code"}
    # Her own word: whether pay may be taken back, and what she says against a rate.
    hers = given_by(Role.ARTISAN) - {"settlement.answer_correction", "catalog.appeal_rate"}
    assert not {name for name in hers if name.split(".")[0] in {
        "catalog", "demand", "planning", "settlement", "logistics", "traceability", "impact", "twin",
    }}


def test_what_only_the_system_does_no_person_can():
    for name in ("settlement.record_rail_answer", "settlement.record_attempt", "conversations.record_incoming"):
        assert HOUSE[name].roles == {Role.SYSTEM}
