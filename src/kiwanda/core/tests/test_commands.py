"""The command decorator: rights, idempotency, all-or-nothing, events, receipts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from kiwanda.core import actors, vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import COMMANDS, Context, command
from kiwanda.core.errors import CoreError, Forbidden, Rejected
from kiwanda.core.events import DomainEvent
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event, ParkedEvent, ReactionCursor, Receipt, VaultEntry
from kiwanda.core.reactions import _INLINE, MAX_FAILURES, REACTIONS, reaction, run_reactions

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class BellRung(DomainEvent, subject="bell"):
    bell_id: UUID
    times: int


@command(roles={Role.COORDINATOR, Role.ARTISAN}, staff_too=True)
def ring_bell(ctx: Context, *, bell_id: UUID, times: int) -> int:
    ctx.emit(BellRung(bell_id=bell_id, times=times))
    if times > 3:
        raise Rejected(CoreError.WRONG_STATE, state="hoarse")
    return times * 2


@pytest.fixture(autouse=True)
def _forget():
    yield
    COMMANDS.pop("core.ring_bell", None)
    COMMANDS["core.ring_bell"] = ring_bell
    for name in list(REACTIONS):
        if name.startswith("tests."):
            del REACTIONS[name]
    _INLINE.pop("tests.BellRung", None)


@pytest.fixture
def coordinator():
    return actors.staff(new_id(), Role.COORDINATOR)


def test_event_carries_actor_channel_and_command(coordinator, noon):
    bell, ident = new_id(), new_id()
    assert ring_bell(actor=coordinator, command_id=ident, bell_id=bell, times=2) == 4
    event = Event.objects.get(subject_id=bell)
    assert (event.type, event.actor_id, event.channel, event.at, event.command_id) == (
        "tests.BellRung",
        coordinator.id,
        "tower",
        noon,
        ident,
    )
    assert event.data == {"bell_id": str(bell), "times": 2}


def test_same_id_same_body_returns_the_first_answer_without_a_second_effect(coordinator):
    bell, ident = new_id(), new_id()
    first = ring_bell(actor=coordinator, command_id=ident, bell_id=bell, times=1)
    assert ring_bell(actor=coordinator, command_id=ident, bell_id=bell, times=1) == first
    assert Event.objects.filter(subject_id=bell).count() == 1


def test_same_id_with_another_body_or_actor_is_refused(coordinator):
    bell, ident = new_id(), new_id()
    ring_bell(actor=coordinator, command_id=ident, bell_id=bell, times=1)
    for actor, times in ((coordinator, 2), (actors.staff(new_id(), Role.COORDINATOR), 1)):
        with pytest.raises(Rejected) as refused:
            ring_bell(actor=actor, command_id=ident, bell_id=bell, times=times)
        assert refused.value.error is CoreError.ID_REUSED


def test_a_refused_command_leaves_nothing(coordinator):
    bell, ident = new_id(), new_id()
    with pytest.raises(Rejected):
        ring_bell(actor=coordinator, command_id=ident, bell_id=bell, times=9)
    assert not Event.objects.filter(subject_id=bell).exists()
    assert not Receipt.objects.filter(pk=ident).exists()


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.COORDINATOR, Role.ARTISAN, Role.ADMINISTRATOR)])
def test_other_roles_are_forbidden(role):
    with pytest.raises(Forbidden):
        ring_bell(actor=actors.staff(new_id(), role), bell_id=new_id(), times=1)


def test_the_log_refuses_update_and_delete(coordinator):
    bell = new_id()
    ring_bell(actor=coordinator, bell_id=bell, times=1)
    for attempt in (lambda q: q.update(channel="forged"), lambda q: q.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt(Event.objects.filter(subject_id=bell))
    assert Event.objects.get(subject_id=bell).channel == "tower"


def test_a_reaction_sees_each_event_once(coordinator):
    heard = []

    @reaction("tests.BellRung")
    def count_rings(ctx, event):
        heard.append(event.data["times"])

    for times in (1, 2, 3):
        ring_bell(actor=coordinator, bell_id=new_id(), times=times)
    run_reactions(names={"tests.count_rings"})
    run_reactions(names={"tests.count_rings"})
    assert heard == [1, 2, 3]


def test_an_inline_reaction_fails_its_command(coordinator):
    @reaction("tests.BellRung", inline=True)
    def refuse(ctx, event):
        raise Rejected(CoreError.WRONG_STATE, state="silent")

    bell = new_id()
    with pytest.raises(Rejected):
        ring_bell(actor=coordinator, bell_id=bell, times=1)
    assert not Event.objects.filter(subject_id=bell).exists()


def test_a_reaction_that_cannot_digest_an_event_parks_it_and_goes_on(coordinator):
    @reaction("tests.BellRung")
    def choke_on_two(ctx, event):
        if event.data["times"] == 2:
            raise RuntimeError("indigestible")
        VaultEntry.objects.create(subject_id=event.subject_id, field="rung", ciphertext=b"x")

    for times in (1, 2, 3):
        ring_bell(actor=coordinator, bell_id=new_id(), times=times)
    for _ in range(MAX_FAILURES + 4):
        run_reactions(names={"tests.choke_on_two"})
        ReactionCursor.objects.filter(name="tests.choke_on_two").update(retry_at=None)
    # The effect of the first event was rolled back with the failing batch and done once when it was played alone.
    rung = VaultEntry.objects.filter(field="rung").values_list("subject_id", flat=True)
    digested = [e.data["times"] for e in Event.objects.filter(subject_id__in=rung).order_by("position")]
    assert digested == [1, 3]
    assert ParkedEvent.objects.get().event.data["times"] == 2


def test_the_vault_encrypts_finds_and_forgets():
    person = new_id()
    vault.put(person, vault.PHONE, "+254700000001")
    vault.put(person, vault.NAME, "Achieng Wanjiru")
    assert vault.get(person, vault.NAME) == "Achieng Wanjiru"
    assert vault.find(vault.PHONE, "+254700000001") == person
    stored = VaultEntry.objects.filter(subject_id=person).values_list("ciphertext", "blind_index")
    assert all(b"Achieng" not in bytes(c) and "0001" not in i for c, i in stored)
    assert vault.erase(person) == 2
    assert vault.find(vault.PHONE, "+254700000001") is None
