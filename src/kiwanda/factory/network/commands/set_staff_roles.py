from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.core.models import User
from kiwanda.factory.network.commands.create_staff_user import checked_roles, give_roles
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import StaffRolesSet


@command(roles={Role.ADMINISTRATOR})
def set_staff_roles(ctx: Context, *, user_id: UUID, roles: list[str]) -> User:
    """Exactly these roles from now on. Nobody changes her own, so power never grows by itself and the last
    administrator cannot lock everybody out.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(CoreError.NOT_FOUND, what="user")
    if user.pk == ctx.actor.id:
        raise Rejected(NetworkError.OWN_ROLES)
    names = checked_roles(roles)
    before = sorted(user.groups.values_list("name", flat=True))
    give_roles(user, names)
    ctx.emit(StaffRolesSet(user_id=user.id, before=before, after=names))
    return user
