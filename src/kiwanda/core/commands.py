"""The command decorator: one door for rights, idempotency, transaction, events and receipts.

    @command(roles={Role.ARTISAN, Role.COORDINATOR})
    def accept_offer(ctx: Context, *, offer_id: UUID) -> WorkOrder: ...

    accept_offer(actor=actor, offer_id=offer_id, command_id=command_id)

The caller names ``actor`` and (from any surface) ``command_id``; the body receives a :class:`Context`. The whole
command is one transaction. The same ``command_id`` with the same body returns the first result again; with another
body it is refused (``core.id_reused``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import update_wrapper
from inspect import Parameter, signature
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction

from kiwanda.core import behalf, clock, rows
from kiwanda.core.actors import STAFF_ROLES, Actor, Role
from kiwanda.core.errors import CoreError, Forbidden, Rejected
from kiwanda.core.events import DomainEvent, plain
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event, Receipt
from kiwanda.core.rooms import import_from_rooms

P = ParamSpec("P")
R = TypeVar("R")

#: Every command of the house by its dotted name (``dispatch.accept_offer``).
COMMANDS: dict[str, Command[Any, Any]] = {}


@dataclass(slots=True)
class Context:
    """What a running command knows: who, when, under which id; and where it tells what happened."""

    actor: Actor
    now: datetime
    command_id: UUID
    command: str
    events: list[Event] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day on the factory floor (Nairobi)."""
        return clock.local_date(self.now)

    def emit(self, event: DomainEvent) -> Event:
        """Tell what happened. Written to the log when the command ends, in its transaction."""
        row = Event(
            id=new_id(),
            type=event.type,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            actor_kind=self.actor.kind,
            actor_id=self.actor.id,
            channel=self.actor.channel.value,
            at=self.now,
            command_id=self.command_id,
            data=event.as_data(),
        )
        self.events.append(row)
        return row

    def emit_all(self, events: Iterable[DomainEvent]) -> None:
        for event in events:
            self.emit(event)


class Command(Generic[P, R]):
    """A registered command; call it with ``actor=``, ``command_id=`` and its own keyword arguments."""

    def __init__(
        self, function: Callable[Concatenate[Context, P], R], roles: frozenset[Role], *, staff_too: bool = False
    ) -> None:
        update_wrapper(self, function)
        self.function = function
        self.roles = roles
        #: Staff who give it act for an artisan: with a reason, and she is told.
        self.is_hers = Role.ARTISAN in roles and not roles.isdisjoint(STAFF_ROLES) and not staff_too
        self.room = _room(function.__module__)
        self.name = f"{self.room}.{function.__name__}"
        parameters = list(signature(function).parameters.values())[1:]
        if any(p.kind is not Parameter.KEYWORD_ONLY for p in parameters):
            raise TypeError(f"{self.name}: a command takes keyword-only arguments after ctx")
        COMMANDS[self.name] = self

    def allows(self, actor: Actor) -> bool:
        return not self.roles.isdisjoint(actor.roles)

    def __call__(self, *, actor: Actor, command_id: UUID | None = None, **arguments: Any) -> R:
        if not self.allows(actor):
            raise Forbidden(CoreError.NOT_ALLOWED)
        for_her = self.is_hers and actor.is_staff
        if for_her:
            behalf.checked_reason(actor)
        replayable = command_id is not None
        identifier = command_id or new_id()
        body_hash = _hash(self.name, actor, arguments) if replayable else ""
        try:
            with transaction.atomic():
                if replayable and (receipt := rows.fetch(Receipt, command_id=identifier)) is not None:
                    return self._replayed(receipt, body_hash)
                ctx = Context(actor, clock.now(), identifier, self.name)
                result = self.function(ctx, **arguments)  # type: ignore[call-arg]
                if for_her and (notice := behalf.told(self.name, self.roles, actor, ctx.events)) is not None:
                    ctx.emit(notice)
                _write_events(ctx)
                rows.insert(
                    Receipt(
                        command_id=identifier,
                        command=self.name,
                        body_hash=body_hash,
                        at=ctx.now,
                        result=_stored(result),
                    )
                )
                return result
        except (Rejected, IntegrityError):
            # A twin of this call may have committed while we waited for its row locks: then its answer is ours.
            if replayable and (receipt := rows.fetch(Receipt, command_id=identifier)) is not None:
                return self._replayed(receipt, body_hash)
            raise

    def _replayed(self, receipt: Receipt, body_hash: str) -> R:
        if receipt.command != self.name or receipt.body_hash != body_hash:
            raise Rejected(CoreError.ID_REUSED)
        restored: R = _restored(receipt.result)
        return restored


def command(
    *, roles: Iterable[Role], separate: bool = False, staff_too: bool = False
) -> Callable[[Callable[Concatenate[Context, P], R]], Command[P, R]]:
    """Register a command that ``roles`` may give.

    Administrators may give every command meant for staff, unless ``separate`` (duties that must stay apart: money,
    approvals). System actors only where named. What artisans and staff may both give is the artisan's own: staff need a
    reason for it and she is told (:mod:`kiwanda.core.behalf`), unless it is theirs just as well (``staff_too``).
    """
    granted = set(roles)
    if not separate and granted - {Role.ARTISAN, Role.SYSTEM, Role.PUBLIC}:
        granted.add(Role.ADMINISTRATOR)

    def register(function: Callable[Concatenate[Context, P], R]) -> Command[P, R]:
        return Command(function, frozenset(granted), staff_too=staff_too)

    return register


def load_commands() -> dict[str, Command[Any, Any]]:
    """Import every room's ``commands`` package and return the registry."""
    import_from_rooms("commands")
    return COMMANDS


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[parts.index("commands") - 1] if "commands" in parts else parts[-2]


def _write_events(ctx: Context) -> None:
    """Append the command's events and run the reactions that belong in its own transaction."""
    from kiwanda.core.reactions import inline_reactions

    done = 0
    while done < len(ctx.events):
        batch = ctx.events[done:]
        rows.insert_many(batch)
        done += len(batch)
        for row in batch:
            for handler in inline_reactions(row.type):
                handler(ctx, row)


def _hash(name: str, actor: Actor, arguments: dict[str, Any]) -> str:
    body = json.dumps([name, actor.key, {k: _plain_argument(v) for k, v in arguments.items()}], sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _plain_argument(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return hashlib.sha256(value).hexdigest()
    if callable(value):
        # A progress callback is not part of what is asked.
        return None
    if is_dataclass(value):
        return {item.name: _plain_argument(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain_argument(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain_argument(item) for key, item in value.items()}
    return plain(value)


def _stored(result: Any) -> Any:
    if isinstance(result, models.Model):
        return {"model": result._meta.label_lower, "pk": plain(result.pk)}
    if isinstance(result, (list, tuple)) and result and all(isinstance(item, models.Model) for item in result):
        return {"models": result[0]._meta.label_lower, "pks": [plain(item.pk) for item in result]}
    return {"value": plain(result)}


def _restored(stored: Any) -> Any:
    if stored is None:
        return None
    if "model" in stored:
        return apps.get_model(stored["model"])._default_manager.get(pk=stored["pk"])
    if "models" in stored:
        model = apps.get_model(stored["models"])
        found = model._default_manager.in_bulk(stored["pks"])
        return [found[model._meta.pk.to_python(pk)] for pk in stored["pks"]]
    return stored["value"]
