from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.catalog import fields
from kiwanda.factory.conversations import queries
from kiwanda.factory.conversations.events import CallMade
from kiwanda.factory.conversations.models import CallRequest
from kiwanda.factory.conversations.states import CALL


@command(roles={Role.COORDINATOR})
def close_call(ctx: Context, *, call_id: UUID, note: str = "") -> CallRequest:
    """Somebody called back. What was agreed is entered by the commands it concerns; ``note`` holds no names."""
    row = queries.calls(ctx.actor).filter(pk=call_id).first()
    if row is None:
        raise NotFound(CoreError.NOT_FOUND, what="call")
    text = fields.text("note", note, 200, required=False)
    CALL.move(row, "done", called_at=ctx.now, called_by=ctx.actor.id, note=text)
    ctx.emit(CallMade(call_id=row.id, artisan_id=row.artisan_id, workshop_id=row.workshop_id))
    return row
