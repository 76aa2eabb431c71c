"""Lives of styles, tech packs, time studies, rates and appeals against rates."""

from kiwanda.core.states import StateTable

STYLE = StateTable("draft", {"draft": {"released", "retired"}, "released": {"retired"}, "retired": {"released"}})
TECH_PACK = StateTable("draft", {"draft": {"released", "withdrawn"}, "released": {"superseded"}, "superseded": set(),
                                 "withdrawn": set()})
TIME_STUDY = StateTable("open", {"open": {"closed", "withdrawn"}, "closed": set(), "withdrawn": set()})
PIECE_RATE = StateTable(
    "proposed",
    {
        "proposed": {"reviewed", "returned", "withdrawn"},
        "reviewed": {"released", "withdrawn"},
        "released": set(),
        "returned": set(),
        "withdrawn": set(),
    },
)
RATE_APPEAL = StateTable("open", {"open": {"granted", "refused"}, "granted": set(), "refused": set()})
