"""Every kind of row the app keeps, in the order in which a new phone gets them: what she decides by first.

A kind that hangs on a room which may not be there registers itself when it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import apps

from kiwanda.factory.devices.feed import Key
from kiwanda.surfaces.phone.sync.kinds import (
    actions,
    corrections,
    idle,
    incoming,
    learning,
    me,
    messages,
    offers,
    pay,
    work,
)
from kiwanda.surfaces.phone.sync.viewing import Kept, Kind, Viewer

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        me.KIND,
        pay.KIND,
        offers.KIND,
        work.KIND,
        incoming.KIND,
        actions.KIND,
        corrections.KIND,
        messages.KIND,
        idle.KIND,
        pay.LINE,
        learning.KIND,
    )
}


if apps.is_installed("kiwanda.factory.advances"):
    from kiwanda.surfaces.phone.sync.kinds import advances

    KINDS |= {kind.name: kind for kind in (advances.KIND, advances.CAN)}


def everything(viewer: Viewer) -> list[Key]:
    """All that belongs on her phone now."""
    return [(kind.name, thing) for kind in KINDS.values() for thing in kind.ids(viewer)]


def written(viewer: Viewer, keys: Sequence[Key]) -> dict[Key, Kept]:
    """What the phone is told of ``keys``; those missing are not hers (any more). A handful of queries a kind."""
    wanted: dict[str, list[str]] = {}
    for kind, thing in keys:
        wanted.setdefault(kind, []).append(thing)
    found: dict[Key, Kept] = {}
    for name, things in wanted.items():
        known = KINDS.get(name)
        if known is not None:
            found |= {(name, thing): row for thing, row in known.rows(viewer, things).items()}
    return found
