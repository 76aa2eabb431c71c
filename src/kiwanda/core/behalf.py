"""Acting on an artisan's behalf: never without a reason, never without telling her.

A command that artisans and staff may both give is the artisan's own action. When a member of staff gives it, the actor
must carry the reason (:func:`kiwanda.core.actors.for_artisan`), and :class:`ActedOnBehalf` is written in the same
transaction. Conversations react to it inline: the record she can contest and the notice to her stand or fall with what
was done. Commands staff give in their own right (counting a hand-in) say ``staff_too=True``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kiwanda.core.actors import Actor, Role
from kiwanda.core.errors import CoreError, Invalid
from kiwanda.core.events import DomainEvent
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event

#: Letters of a reason; it has to fit into an SMS beside what was done.
SHORTEST_REASON = 3
LONGEST_REASON = 120
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
#: In whose name somebody acts who holds several roles.
_FIRST = (Role.COORDINATOR, Role.INSPECTOR, Role.IMPACT_OFFICER, Role.MERCHANDISER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class ActedOnBehalf(DomainEvent, subject="action"):
    """Staff gave ``command`` for an artisan; ``did`` and ``did_id`` are type and id of the event telling what it did.

    The reason stays out of the log (people write names): it is on the record, ``conversations.OnBehalf``.
    """

    action_id: UUID
    command: str
    workshop_id: UUID
    artisan_id: UUID | None
    did: str
    did_id: UUID
    role: str


def checked_reason(actor: Actor) -> str:
    """The reason ``actor`` carries, in one line. Raises :class:`Invalid` for none, or one too long to be told."""
    reason = " ".join(_CONTROL.sub(" ", actor.behalf).split())
    if len(reason) < SHORTEST_REASON:
        raise Invalid(CoreError.BEHALF_REASON, field="behalf")
    if len(reason) > LONGEST_REASON:
        raise Invalid(CoreError.MALFORMED, field="behalf", reason=f"at most {LONGEST_REASON} characters")
    return reason


def told(command: str, roles: frozenset[Role], actor: Actor, events: Sequence[Event]) -> ActedOnBehalf | None:
    """What is to be told about ``events`` of one ``command``; None when nothing happened (it was so already).

    An event that names no workshop cannot be told to anybody: that is a mistake of the command's author.
    """
    if not events:
        return None
    subject = next((row for row in events if row.data.get("workshop_id")), None)
    if subject is None:
        raise TypeError(f"{command}: none of its events names the workshop it was done for")
    data: dict[str, Any] = subject.data
    role = next((role for role in _FIRST if role in actor.roles and role in roles), None)
    return ActedOnBehalf(
        action_id=new_id(),
        command=command,
        workshop_id=UUID(data["workshop_id"]),
        artisan_id=UUID(data["artisan_id"]) if data.get("artisan_id") else None,
        did=subject.type,
        did_id=subject.id,
        role=role.value if role is not None else min(actor.roles & roles).value,
    )
