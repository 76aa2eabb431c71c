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
    SCENARIO_FULL = (
        "A what-if holds at most {most} changes. Take one out first, or begin another.",
        "Jaribio hushika mabadiliko {most} tu. Toa moja kwanza, au anza jaribio jingine.",
    )
    NOTHING_CHANGED = (
        "This what-if changes nothing yet. Add a change first.",
        "Jaribio hili halibadilishi kitu bado. Ongeza badiliko kwanza.",
    )
    NOT_MADE_HERE = (
        "{sku} has no released tech pack, so nobody can say how it is made.",
        "{sku} haina maelezo ya utengenezaji yaliyoidhinishwa, hivyo haijulikani inavyotengenezwa.",
    )
    NO_SUCH_CHANGE = (
        "There is no change called {kind}.",
        "Hakuna badiliko liitwalo {kind}.",
    )
    NOBODY_CONCERNED = (
        "This would concern nobody: no working workshop is meant.",
        "Hili halimhusu yeyote: hakuna karakana inayofanya kazi inayolengwa.",
    )
