from __future__ import annotations

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kiwanda.core.actors import STAFF_ROLES, Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.core.models import User
from kiwanda.factory.catalog import fields
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import StaffUserCreated
from kiwanda.factory.network.registration import LANGUAGES


@command(roles={Role.ADMINISTRATOR})
def create_staff_user(
    ctx: Context, *, username: str, password: str, roles: list[str], language: str = "en"
) -> User:
    """A new member of staff with her roles. Call it without a command id: a receipt would keep a fast hash of the
    password, and the user name already makes a second try harmless.
    """
    username = fields.code("username", username, 60)
    if User.objects.filter(username__iexact=username).exists():
        raise Rejected(NetworkError.USERNAME_TAKEN, field="username", username=username)
    names = checked_roles(roles)
    user = User(username=username, language=fields.choice("language", language, LANGUAGES))
    password = fields.text("password", password, 200)
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Invalid(NetworkError.PASSWORD_WEAK, field="password", reason=" ".join(weak.messages)) from None
    user.set_password(password)
    user.save()
    give_roles(user, names)
    ctx.emit(StaffUserCreated(user_id=user.id, roles=names))
    return user


def checked_roles(roles: list[str]) -> list[str]:
    """Role names of staff, sorted, each once."""
    known = {role.value for role in STAFF_ROLES}
    for role in roles:
        if role not in known:
            raise Invalid(NetworkError.ROLE_UNKNOWN, field="roles", role=role)
    return sorted({str(role) for role in roles})


def give_roles(user: User, names: list[str]) -> None:
    """Exactly these groups, made where missing."""
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in names])
