"""Why traceability says no."""

from kiwanda.core.errors import ErrorCode


class TraceabilityError(ErrorCode):
    NOTHING_FINISHED = (
        "Production order {code} has no finished pieces yet; a passport tells of pieces that exist.",
        "Agizo la uzalishaji {code} bado halina vipande vilivyokamilika; pasipoti hueleza vipande vilivyopo.",
    )
