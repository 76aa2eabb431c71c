"""Who acts: staff with roles, an artisan of one workshop, the system itself, or the public."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """Everything a right can be given to. Staff roles are Django groups of the same name."""

    COORDINATOR = "coordinator"
    INSPECTOR = "inspector"
    MERCHANDISER = "merchandiser"
    DESIGNER = "designer"
    FINANCE_MAKER = "finance_maker"
    FINANCE_CHECKER = "finance_checker"
    IMPACT_OFFICER = "impact_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    ARTISAN = "artisan"
    SYSTEM = "system"
    PUBLIC = "public"


STAFF_ROLES = (
    Role.COORDINATOR,
    Role.INSPECTOR,
    Role.MERCHANDISER,
    Role.DESIGNER,
    Role.FINANCE_MAKER,
    Role.FINANCE_CHECKER,
    Role.IMPACT_OFFICER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


class Channel(StrEnum):
    """The door an action came through."""

    TOWER = "tower"
    PHONE = "phone"
    USSD = "ussd"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    SLACK = "slack"
    API = "api"
    CLI = "cli"
    WORKER = "worker"
    TWIN = "twin"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and through which door. ``id`` is opaque: names stay in the vault.

    ``workshop_id`` is set for artisans only. ``behalf`` is a member of staff's reason for doing what is an artisan's to
    do; without one such a command is refused (:mod:`kiwanda.core.behalf`).
    """

    kind: str
    id: UUID | None
    roles: frozenset[Role] = field(default_factory=frozenset)
    channel: Channel = Channel.API
    workshop_id: UUID | None = None
    behalf: str = ""

    def has(self, *roles: Role) -> bool:
        """True when the actor holds any of ``roles``."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def key(self) -> str:
        """Stable text for hashing and logs."""
        return f"{self.kind}:{self.id}"


def staff(user_id: UUID, *roles: Role, channel: Channel = Channel.TOWER) -> Actor:
    """A signed-in member of staff."""
    return Actor("staff", user_id, frozenset(roles), channel)


def for_artisan(actor: Actor, reason: str) -> Actor:
    """``actor`` doing an artisan's action for her: ``reason`` is told to her with what was done."""
    return replace(actor, behalf=reason)


def artisan(artisan_id: UUID, workshop_id: UUID, channel: Channel = Channel.PHONE) -> Actor:
    """An artisan acting for the workshop she belongs to."""
    return Actor("artisan", artisan_id, frozenset({Role.ARTISAN}), channel, workshop_id)


def system(channel: Channel = Channel.WORKER) -> Actor:
    """Reactions, timers and jobs."""
    return Actor("system", None, frozenset({Role.SYSTEM}), channel)


def public() -> Actor:
    """Anybody, for pages without a log-in."""
    return Actor("public", None, frozenset({Role.PUBLIC}), Channel.PUBLIC)
