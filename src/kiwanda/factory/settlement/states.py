"""Lives of batches, payouts and attempts (see reference on mobile money: accepted is not paid)."""

from kiwanda.core.states import StateTable

PAYOUT_BATCH = StateTable(
    "draft", {"draft": {"approved", "cancelled"}, "approved": {"done"}, "done": set(), "cancelled": set()}
)
PAYOUT = StateTable(
    "draft",
    {
        "draft": {"ready", "cancelled"},
        "ready": {"sending", "review"},
        "sending": {"accepted", "paid", "failed", "unknown", "review", "ready"},
        "accepted": {"paid", "failed", "unknown", "review"},
        "unknown": {"paid", "failed", "accepted", "review"},
        "review": {"paid", "failed"},
        "failed": {"ready", "cancelled", "review"},
        "paid": set(),
        "cancelled": set(),
    },
)
ATTEMPT = StateTable(
    "recorded",
    {
        "recorded": {"accepted", "paid", "failed", "unknown", "refused"},
        "accepted": {"paid", "failed", "unknown"},
        "unknown": {"paid", "failed", "accepted"},
        "refused": set(),
        "paid": set(),
        "failed": set(),
    },
)
