"""What the factory wrote to her, by whichever channel."""

from __future__ import annotations

from collections.abc import Sequence

from kiwanda.factory.conversations import queries as conversations
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, ms, short, uuids

SHOWN = 40
#: A code opens this very app; and what an SMS says again is there already.
HIDDEN = ("login_code",)


def ids(viewer: Viewer) -> list[str]:
    found = conversations.messages(viewer.actor).filter(direction="out", created_at__gte=viewer.since, replaces=None)
    newest = found.exclude(template__in=HIDDEN).order_by("-created_at", "-pk").values_list("pk", flat=True)[:SHOWN]
    return [str(pk) for pk in reversed(newest)]


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    found = (
        conversations.messages(viewer.actor)
        .filter(pk__in=uuids(wanted), direction="out", created_at__gte=viewer.since, replaces=None)
        .exclude(template__in=HIDDEN)
        .select_related("thread")
    )
    return {
        str(row.pk): short(
            {
                "b": row.body,
                "at": ms(row.created_at),
                "read": row.state == "read",
                "k": row.thread.subject_kind,
                "s": str(row.thread.subject_id),
            }
        )
        for row in found
    }


KIND = Kind("msg", ids, rows)
