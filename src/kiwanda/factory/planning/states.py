"""Lives of production orders, plan runs and allocations."""

from kiwanda.core.states import StateTable

PRODUCTION_ORDER = StateTable("open", {"open": {"done", "cancelled"}, "done": set(), "cancelled": set()})
PLAN_RUN = StateTable(
    "queued",
    {
        "queued": {"running", "failed", "discarded"},
        "running": {"proposed", "failed", "queued"},
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
