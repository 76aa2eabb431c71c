from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.conversations import queries
from kiwanda.factory.conversations.models import Message

AT_ONCE = 500


@command(roles={Role.ARTISAN})
def record_arrivals(
    ctx: Context, *, message_ids: list[UUID], subject_ids: list[UUID], read: bool = False
) -> list[str]:
    """Messages that are in her app, and those about things that are: on her phone, or (``read``) before her eyes.

    No SMS says again what has arrived. Returns the ids of the messages that moved on.
    """
    hers = queries.messages(ctx.actor).filter(direction="out", channel="app")
    about = Q(pk__in=message_ids[:AT_ONCE]) | Q(template="offer_sent", thread__subject_id__in=subject_ids[:AT_ONCE])
    states = ["sent", "delivered"] if read else ["sent"]
    moved = list(hers.filter(about, state__in=states).order_by("pk").values_list("pk", flat=True))
    # By ids: an update does not join.
    rows = Message.objects.filter(pk__in=moved, state__in=states)
    if read:
        rows.update(state="read", read_at=ctx.now, fallback_at=None)
    else:
        rows.update(state="delivered", delivered_at=ctx.now, fallback_at=None)
    return [str(pk) for pk in moved]
