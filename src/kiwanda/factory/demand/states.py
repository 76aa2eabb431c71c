"""Lives of orders, their lines and imports."""

from kiwanda.core.states import StateTable

SALES_ORDER = StateTable("open", {"open": {"fulfilled", "cancelled"}, "fulfilled": set(), "cancelled": set()})
ORDER_LINE = StateTable(
    "unmapped",
    {
        "unmapped": {"open", "ignored", "cancelled"},
        "ignored": {"open", "cancelled"},
        "open": {"in_production", "cancelled"},
        "in_production": {"fulfilled", "cancelled", "open"},
        "fulfilled": set(),
        "cancelled": set(),
        "history": set(),
    },
)
#: ``running`` within one request; ``queued`` waits for, or is in the hands of, the worker.
IMPORT_RUN = StateTable(
    "running",
    {
        "running": {"checked", "applied", "refused", "failed"},
        "queued": {"checked", "applied", "refused", "failed"},
        "checked": set(),
        "applied": set(),
        "refused": set(),
        "failed": set(),
    },
)
