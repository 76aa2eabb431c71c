"""The life of an invoice: ``credited`` was a mistake, ``written_off`` was never paid."""

from kiwanda.core.states import StateTable

INVOICE = StateTable(
    "open",
    {"open": {"paid", "credited", "written_off"}, "paid": set(), "credited": set(), "written_off": set()},
)

LETTER = StateTable(
    "queued",
    {
        "queued": {"sending", "failed"}, "sending": {"sent", "failed", "unknown"}, "failed": {"queued"},
        "unknown": {"queued"}, "sent": set(),
    },
)  # fmt: skip
