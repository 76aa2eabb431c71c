"""What is known of one workshop, for the people who work with it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from kiwanda.engine.habits import Share
from kiwanda.factory.network.models import Capability, Workshop
from kiwanda.factory.planning.learning import seen


class Figure(NamedTuple):
    """One learned figure for the workshop's screen.

    ``kind``: acceptance, on_time, yield or speed (the last two by ``technique``). ``value`` is planned with; the truth
    lies between ``low`` and ``high`` with 80 %; ``seen`` observations stand behind it (older ones count less);
    ``registered`` is what was written down when the workshop joined. ``max_lot``: the most pieces of a newcomer's lot.
    """

    kind: str
    technique: str
    value: float
    low: float
    high: float
    seen: float
    registered: float
    max_lot: int | None = None


def figures(workshop_id: UUID, on: date) -> list[Figure]:
    """What is known of one workshop on the morning of ``on``, for the people who work with it."""
    known = seen(on)
    workshop = Workshop.objects.get(pk=workshop_id)
    rows = [
        _shown("acceptance", "", known.acceptance(workshop.pk, float(workshop.acceptance)), float(workshop.acceptance)),
        _shown("on_time", "", known.on_time(workshop.pk, float(workshop.on_time)), float(workshop.on_time)),
    ]
    for skill in Capability.objects.filter(workshop=workshop, state="active").order_by("technique_id"):
        technique, registered = skill.technique_id, float(skill.yield_share)
        rows.append(_shown("yield", technique, known.good_share(workshop.pk, technique, registered), registered))
        pace, usual = known.pace(workshop.pk, technique), float(skill.speed)
        low, high = pace.interval()
        rows.append(
            Figure(
                "speed", technique, known.speed(workshop.pk, technique, usual), low * usual, high * usual, pace.seen,
                usual, known.largest_lot(workshop.pk, technique, workshop.joined_on),
            )
        )
    return rows


def _shown(kind: str, technique: str, share: Share, registered: float) -> Figure:
    low, high = share.interval()
    return Figure(kind, technique, share.mean, low, high, share.seen, registered)
