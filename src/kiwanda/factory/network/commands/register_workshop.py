from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.registration import WorkshopSpec, register


@command(roles={Role.COORDINATOR})
def register_workshop(ctx: Context, *, spec: WorkshopSpec) -> Workshop:
    """One workshop with its people and capabilities. Names and numbers go to the vault."""
    return register(ctx, [spec])[0]
