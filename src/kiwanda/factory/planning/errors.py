"""How planning says no."""

from __future__ import annotations

from kiwanda.core.errors import ErrorCode


class PlanningError(ErrorCode):
    OUT_OF_DATE = (
        "This plan begins on {start_on}, which has passed. Ask for a new plan.",
        "Mpango huu unaanza {start_on}, siku iliyopita. Omba mpango mpya.",
    )
    OVERTAKEN = (
        "A newer plan (number {number}) was published meanwhile. Ask for a new plan.",
        "Mpango mpya zaidi (namba {number}) umechapishwa tayari. Omba mpango mpya.",
    )
    WORK_ACCEPTED = (
        "Workshops have accepted work for this order ({count} work orders). Close it first: agreed work is paid.",
        "Karakana zimekubali kazi ya oda hii (kazi {count}). Funga kazi hizo kwanza: kazi iliyokubaliwa hulipwa.",
    )
