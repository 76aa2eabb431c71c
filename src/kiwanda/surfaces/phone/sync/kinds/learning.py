"""Techniques: hers first, each with its lesson and how far she went through it."""

from __future__ import annotations

from collections.abc import Sequence

from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.devices import queries as devices
from kiwanda.factory.devices.lessons import lessons
from kiwanda.factory.network.models import Capability
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, short


def ids(viewer: Viewer) -> list[str]:
    mine = _mine(viewer)
    return sorted(_taught(), key=lambda code: (code not in mine, code))


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    mine, done = _mine(viewer), devices.learned(viewer.artisan.id)
    found: dict[str, Row] = {}
    for code, names in _taught().items():
        if code not in wanted:
            continue
        lesson = lessons()[code]
        found[code] = short(
            {
                "n": viewer.words(*names),
                "steps": [[step.text(viewer.language), step.picture, step.audio] for step in lesson.steps],
                "safety": [line.text(viewer.language) for line in lesson.safety],
                "mine": code in mine,
                "done": done.get(code, []),
            }
        )
    return found


def _taught() -> dict[str, tuple[str, str]]:
    """Techniques of the house that have a lesson."""
    known = Technique.objects.filter(pk__in=list(lessons())).order_by("code")
    return {row.code: (row.name_en, row.name_sw) for row in known}


def _mine(viewer: Viewer) -> set[str]:
    own = Capability.objects.filter(workshop_id=viewer.workshop_id, state="active").order_by()
    return set(own.values_list("technique_id", flat=True))


KIND = Kind("tech", ids, rows)
