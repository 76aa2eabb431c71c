"""Two callers at once: the command happens once, whoever wins. Runs on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from kiwanda.core import actors
from kiwanda.core.actors import Role
from kiwanda.core.commands import COMMANDS, Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.events import DomainEvent
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import REACTIONS, reaction, run_reactions


@dataclass(frozen=True, slots=True)
class DoorOpened(DomainEvent, subject="door"):
    door_id: UUID
    by: int


@command(roles={Role.COORDINATOR})
def open_door(ctx: Context, *, door_id: UUID, by: int) -> int:
    ctx.emit(DoorOpened(door_id=door_id, by=by))
    return by


@pytest.fixture(autouse=True)
def _known():
    COMMANDS["core.open_door"] = open_door
    yield
    REACTIONS.pop("tests.count_doors", None)


def _together(*calls):
    """Run the calls at the same moment in threads of their own; returns results or exceptions in order."""
    start = Barrier(len(calls))

    def run(call):
        start.wait(10)
        try:
            return call()
        except Rejected as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_one_command_id_played_by_many_at_once_has_one_effect():
    actor, door, ident = actors.staff(new_id(), Role.COORDINATOR), new_id(), new_id()
    answers = _together(*[lambda: open_door(actor=actor, command_id=ident, door_id=door, by=1)] * 6)
    assert answers == [1] * 6
    assert Event.objects.filter(subject_id=door).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_id_with_two_bodies_at_once_gives_one_winner():
    actor, door, ident = actors.staff(new_id(), Role.COORDINATOR), new_id(), new_id()
    answers = _together(
        lambda: open_door(actor=actor, command_id=ident, door_id=door, by=1),
        lambda: open_door(actor=actor, command_id=ident, door_id=door, by=2),
    )
    refused = [answer for answer in answers if isinstance(answer, Rejected)]
    assert len(refused) == 1
    assert refused[0].error is CoreError.ID_REUSED
    assert Event.objects.filter(subject_id=door).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reader_never_skips_an_event_that_commits_late():
    """PostgreSQL hands out positions before commits: a late writer's event must still be read."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: positions are commit order")
    from django.db import connections, transaction

    heard: list[int] = []

    @reaction("tests.DoorOpened")
    def count_doors(ctx: Context, event: Event) -> None:
        heard.append(event.data["by"])

    actor = actors.staff(new_id(), Role.COORDINATOR)
    early, go_on = Barrier(2), Barrier(2)

    def slow_writer():
        with transaction.atomic():
            open_door(actor=actor, door_id=new_id(), by=1)
            early.wait(10)
            go_on.wait(10)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(slow_writer)
        early.wait(10)
        open_door(actor=actor, door_id=new_id(), by=2)
        run_reactions(names={"tests.count_doors"})
        go_on.wait(10)
        writing.result(10)
    # The reader also waits for older transactions of the cluster's other databases: those of other test workers.
    deadline = time.monotonic() + 120
    while len(heard) < 2 and time.monotonic() < deadline:
        run_reactions(names={"tests.count_doors"})
        time.sleep(0.05)
    assert sorted(heard) == [1, 2]
