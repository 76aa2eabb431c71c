"""The demo's staff: one or more people per role, named by their work, and the actors they act as.

Usernames and the password are printed at start. They exist in demo mode only.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.actors import Actor, Channel, Role, artisan, staff

#: The demo's password for every staff user. A production factory never runs this code.
DEMO_PASSWORD = "kiwanda-demo-2026"

#: username → (roles, language)
STAFF: dict[str, tuple[tuple[Role, ...], str]] = {
    "admin": ((Role.ADMINISTRATOR,), "en"),
    "coordinator": ((Role.COORDINATOR,), "en"),
    "coordinator-coast": ((Role.COORDINATOR,), "sw"),
    "coordinator-west": ((Role.COORDINATOR,), "sw"),
    "inspector": ((Role.INSPECTOR,), "en"),
    "inspector-two": ((Role.INSPECTOR,), "sw"),
    "merchandiser": ((Role.MERCHANDISER,), "en"),
    "designer": ((Role.DESIGNER,), "en"),
    "finance-maker": ((Role.FINANCE_MAKER,), "en"),
    "finance-checker": ((Role.FINANCE_CHECKER,), "en"),
    "impact": ((Role.IMPACT_OFFICER,), "en"),
    "auditor": ((Role.AUDITOR,), "en"),
}

_WEST = frozenset({"KSM", "KKG", "KSI", "ELD"})
_COAST = frozenset({"MSA"})

#: The door an artisan's action comes through, by how she is reached.
DOORS = {"app": Channel.PHONE, "whatsapp": Channel.WHATSAPP, "sms": Channel.SMS, "ussd": Channel.USSD}


@dataclass(frozen=True, slots=True)
class Cast:
    """User ids by username; hands out actors."""

    users: dict[str, UUID]

    def staff(self, username: str) -> Actor:
        """The actor of a member of staff."""
        return staff(self.users[username], *STAFF[username][0])

    def coordinator(self, hub_code: str) -> Actor:
        """Who coordinates this hub."""
        if hub_code in _WEST:
            return self.staff("coordinator-west")
        return self.staff("coordinator-coast" if hub_code in _COAST else "coordinator")

    def inspector(self, second: bool = False) -> Actor:
        """The first or the second inspector (appeals go to the one who did not inspect)."""
        return self.staff("inspector-two" if second else "inspector")


def artisan_actor(artisan_id: UUID, workshop_id: UUID, channel: str) -> Actor:
    """An artisan of the twin, coming through the door of her channel."""
    return artisan(artisan_id, workshop_id, DOORS[channel])
