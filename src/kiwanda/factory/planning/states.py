"""Lives of production orders, plan runs, allocations and what-ifs."""

from kiwanda.core.states import StateTable

PRODUCTION_ORDER = StateTable("open", {"open": {"done", "cancelled"}, "done": set(), "cancelled": set()})
PLAN_RUN = StateTable(
    "queued",
    {
        "queued": {"running", "failed", "discarded"},
        "running": {"proposed", "failed", "queued", "discarded"},
        "proposed": {"published", "discarded"},
        "published": {"superseded"},
        "superseded": set(),
        "discarded": set(),
        "failed": set(),
    },
)
#: proposed → (plan published) tentative → offered when its wave goes out; superseded by the next published plan.
ALLOCATION = StateTable(
    "proposed",
    {"proposed": {"tentative", "superseded"}, "tentative": {"offered", "superseded"}, "offered": set(),
     "superseded": set()},
)
#: A what-if is changed while it is a draft; changing one that has an answer makes it a draft again. Nothing leads from
#: here to a plan in force.
SCENARIO = StateTable(
    "draft",
    {
        "draft": {"queued", "discarded"},
        "queued": {"running", "failed", "draft", "discarded"},
        "running": {"ready", "failed", "queued", "draft"},
        "ready": {"draft", "queued", "discarded"},
        "failed": {"draft", "queued", "discarded"},
        "discarded": set(),
    },
)
