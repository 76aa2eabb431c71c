"""What staff did in her name, with their reason and what came of her objection."""

from __future__ import annotations

from collections.abc import Sequence

from kiwanda.factory.conversations import behalf
from kiwanda.factory.conversations import queries as conversations
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, ms, short, uuids

SHOWN = 30


def ids(viewer: Viewer) -> list[str]:
    found = conversations.actions(viewer.actor).filter(acted_at__gte=viewer.since)
    return [str(pk) for pk in found.order_by("-acted_at", "pk").values_list("pk", flat=True)[:SHOWN]]


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    found = conversations.actions(viewer.actor).filter(pk__in=uuids(wanted), acted_at__gte=viewer.since)
    return {
        str(deed.id): short(
            {"t": deed.text, "by": deed.by, "why": deed.why, "at": ms(deed.at), "s": deed.state, "m": deed.answer}
        )
        for deed in behalf.deeds(list(found), viewer.language)
    }


KIND = Kind("act", ids, rows)
