"""Advances: what she has ahead of her work, and what she may ask for now. There only where the house gives advances."""

from __future__ import annotations

from collections.abc import Sequence

from kiwanda.factory.advances import queries as advances
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, short

ASK = "can"


def ids(viewer: Viewer) -> list[str]:
    return [str(row.advance_id) for row in advances.shown(viewer.actor, viewer.now)]


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    return {
        str(row.advance_id): short(
            {
                "a": row.amount_minor,
                "fee": row.fee_minor,
                "left": row.left_minor,
                "c": row.currency,
                "s": row.state,
                "next": row.next_minor,
                "kind": row.kind,
            }
        )
        for row in advances.shown(viewer.actor, viewer.now)
        if str(row.advance_id) in wanted
    }


def ask_ids(viewer: Viewer) -> list[str]:
    return [ASK] if ask_rows(viewer, [ASK]) else []


def ask_rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    found = advances.can_ask(viewer.actor, viewer.now, "pay", viewer.language) if ASK in wanted else None
    if found is None:
        return {}
    asked = {"min": found.least_minor, "max": found.most_minor, "c": found.currency, "terms": list(found.terms)}
    return {ASK: {"adv": asked}}


KIND = Kind("adv", ids, rows)
CAN = Kind("can", ask_ids, ask_rows)
