"""A new key signs from now on."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.records import signing
from kiwanda.factory.records.events import SigningKeyRotated
from kiwanda.factory.records.models import SigningKey


@command(roles={Role.ADMINISTRATOR})
def rotate_signing_key(ctx: Context) -> SigningKey:
    """Retire the key that signs and make a new one; what the old one signed goes on verifying."""
    old = SigningKey.objects.select_for_update().filter(state="active").first()
    if old is not None:
        SigningKey.objects.filter(pk=old.pk).update(state="retired", retired_at=ctx.now)
    new = signing.make_key(ctx.now)
    ctx.emit(SigningKeyRotated(new.pk, new.kid, old.kid if old is not None else ""))
    return new
