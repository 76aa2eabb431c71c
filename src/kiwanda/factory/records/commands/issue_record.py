"""An artisan takes her history away."""

from __future__ import annotations

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Forbidden
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog import fields as values
from kiwanda.factory.network import queries as network
from kiwanda.factory.records import facts, signing
from kiwanda.factory.records.events import RecordIssued
from kiwanda.factory.records.models import IssuedRecord

#: Where the signed text lies in the vault, under the record's id.
SIGNED = "record"


@command(roles={Role.ARTISAN})
def issue_record(ctx: Context, *, fields: list[str], language: str = "sw") -> IssuedRecord:
    """Sign the facts she chose (names of ``facts.FACTS``), as they are now. Hers alone: staff cannot ask for it."""
    if ctx.actor.id is None:
        raise Forbidden(CoreError.NOT_ALLOWED)
    person = network.artisan(ctx.actor, ctx.actor.id)
    chosen = [name for name in facts.FACTS if name in fields] if set(fields) <= set(facts.FACTS) else list(fields)
    found = facts.gather(person.pk, chosen, ctx.now)
    key = signing.active_key(ctx)
    row = IssuedRecord(
        id=new_id(), artisan_id=person.pk, workshop_id=person.workshop_id, fields=chosen,
        language=values.choice("language", language, ("en", "sw")), kid=key.kid, issued_at=ctx.now,
    )  # fmt: skip
    row.save(force_insert=True)
    vault.put(row.pk, SIGNED, signing.sign(key, str(row.pk), found, ctx.now))
    ctx.emit(RecordIssued(row.pk, person.pk, person.workshop_id, chosen, key.kid))
    return row
