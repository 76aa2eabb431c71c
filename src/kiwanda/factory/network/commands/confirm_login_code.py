from __future__ import annotations

import hmac
from string import digits
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kiwanda.core import clock, vault
from kiwanda.core.actors import Actor, Role
from kiwanda.core.commands import Command, Context
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.factory.network import queries
from kiwanda.factory.network.commands.request_login_code import login_code_hash
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import ArtisanLoggedIn
from kiwanda.factory.network.models import Artisan, LoginCode
from kiwanda.factory.network.subjects import login_code_subject

MOST_ATTEMPTS = 5


class CountedCommand(Command[Any, Artisan]):
    """A command whose every try counts, also the refused ones.

    A refusal rolls the command's transaction back, so the try is counted before it, in a transaction of its own.
    """

    def __call__(self, *, actor: Actor, command_id: UUID | None = None, **arguments: Any) -> Artisan:
        if self.allows(actor) and isinstance(arguments.get("phone"), str):
            with transaction.atomic():
                row = _live_code(arguments["phone"])
                if row is not None:
                    LoginCode.objects.filter(pk=row.pk, attempts__lte=MOST_ATTEMPTS).update(attempts=F("attempts") + 1)
        return super().__call__(actor=actor, command_id=command_id, **arguments)


def _confirm_login_code(ctx: Context, *, phone: str, code: str) -> Artisan:
    """The artisan whose number and one-time code these are.

    A code opens once, within ten minutes, in at most five tries. Wrong, old, used and unknown look alike.
    """
    row = _live_code(phone)
    given = "".join(sign for sign in code if sign in digits) if isinstance(code, str) else ""
    if (
        row is None
        or row.attempts > MOST_ATTEMPTS
        or not hmac.compare_digest(row.code_hash, login_code_hash(row.artisan, given))
        or LoginCode.objects.filter(pk=row.pk, used_at=None).update(used_at=ctx.now) != 1
    ):
        raise Rejected(NetworkError.CODE_WRONG, field="code")
    vault.erase(login_code_subject(row.pk))
    ctx.emit(ArtisanLoggedIn(artisan_id=row.artisan_id, workshop_id=row.artisan.workshop_id))
    return row.artisan


def _live_code(phone: str) -> LoginCode | None:
    """The newest unused, unexpired code of the number's artisan."""
    try:
        artisan = queries.artisan_by_phone(phone)
    except Invalid:
        return None
    if artisan is None:
        return None
    return (
        LoginCode.objects.filter(artisan=artisan, used_at=None, expires_at__gt=clock.now())
        .select_related("artisan")
        .order_by("-pk")
        .first()
    )


_confirm_login_code.__name__ = "confirm_login_code"
confirm_login_code = CountedCommand(_confirm_login_code, frozenset({Role.PUBLIC}))
