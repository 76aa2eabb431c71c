"""Why there was no work this week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from kiwanda.factory.devices import queries as devices
from kiwanda.factory.devices.idleness import with_work
from kiwanda.factory.planning.explaining import Said, sentence
from kiwanda.surfaces.phone.sync.viewing import Kind, Viewer


def ids(viewer: Viewer) -> list[str]:
    return ["idle"] if _sentences(viewer) else []


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, list[str]]:
    said = _sentences(viewer) if "idle" in wanted else []
    return {"idle": said} if said else {}


def _sentences(viewer: Viewer) -> list[str]:
    week = devices.idle_week(viewer.workshop_id)
    if week is None or viewer.today - week.monday >= timedelta(days=7) or with_work({viewer.workshop_id}):
        return []
    return [sentence(Said(code, facts), viewer.language) for code, facts in week.said]


KIND = Kind("idle", ids, rows)
