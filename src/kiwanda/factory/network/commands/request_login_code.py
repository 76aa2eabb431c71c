from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.ids import random_digits
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import LoginCodeRequested
from kiwanda.factory.network.models import Artisan, LoginCode
from kiwanda.factory.network.subjects import login_code_subject

DIGITS = 6
LIFETIME = timedelta(minutes=10)
#: No artisan is sent more codes than this in ``WINDOW``; with five tries a code that leaves a guesser fifteen
#: chances in a million every quarter of an hour.
MOST_CODES = 3
WINDOW = timedelta(minutes=15)


@command(roles={Role.PUBLIC})
def request_login_code(ctx: Context, *, phone: str) -> None:
    """Send a one-time code to the artisan with this number.

    The answer is always the same: a stranger learns neither whether a number is registered nor whether the limit is
    reached. Only a number that is none at all is refused.
    """
    artisan = queries.artisan_by_phone(phone)
    if artisan is None:
        return
    Artisan.objects.select_for_update(no_key=True).get(pk=artisan.pk)
    codes = LoginCode.objects.filter(artisan=artisan)
    if codes.filter(created_at__gt=ctx.now - WINDOW).count() >= MOST_CODES:
        return
    for earlier in codes.filter(used_at=None, expires_at__gt=ctx.now):
        # Only the newest code opens the door.
        LoginCode.objects.filter(pk=earlier.pk).update(expires_at=ctx.now)
        vault.erase(login_code_subject(earlier.pk))
    code = random_digits(DIGITS)
    row = LoginCode.objects.create(
        artisan=artisan,
        code_hash=login_code_hash(artisan, code),
        created_at=ctx.now,
        expires_at=ctx.now + LIFETIME,
    )
    subject = login_code_subject(row.pk)
    vault.put(subject, "login_code", code)
    ctx.emit(
        LoginCodeRequested(login_code_id=subject, artisan_id=artisan.id, workshop_id=artisan.workshop_id)
    )


def login_code_hash(artisan: Artisan, code: str) -> str:
    """Keyed, and bound to the person: a copied database tells nobody a code."""
    key = hashlib.sha256(b"kiwanda-login-code" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{artisan.pk}\x1f{code}".encode(), hashlib.sha256).hexdigest()
