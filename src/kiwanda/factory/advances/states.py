"""The life of an advance. ``sending``: a lender is asked to pay it out; ``running``: it is being paid back."""

from kiwanda.core.states import StateTable

ADVANCE = StateTable(
    "requested",
    {
        "requested": {"decided", "sending", "running", "declined", "withdrawn"},
        "decided": {"sending", "running", "declined", "withdrawn"},
        "sending": {"running", "declined"},
        "running": {"settled", "written_off"},
        "settled": {"running"},
        "declined": set(),
        "withdrawn": set(),
        "written_off": set(),
    },
)
LIVE = ("requested", "decided", "sending", "running")
