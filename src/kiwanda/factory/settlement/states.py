"""Lives of batches, payouts and attempts (see reference on mobile money: accepted is not paid)."""

from kiwanda.core.states import StateTable

PAYOUT_BATCH = StateTable(
    "draft", {"draft": {"approved", "cancelled"}, "approved": {"done"}, "done": {"approved"}, "cancelled": set()}
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
        "failed": {"ready", "returned", "review"},
        "paid": {"reversed"},
        # Only where its money has not gone into a new payout yet: late news that it had arrived.
        "returned": {"paid", "review"},
        "reversed": set(),
        "cancelled": set(),
    },
)
#: Payouts nothing more is to be done about.
ENDED = ("paid", "returned", "reversed", "cancelled")
REVERSAL = StateTable(
    "proposed", {"proposed": {"confirmed", "refused"}, "confirmed": set(), "refused": set()}
)
CORRECTION = StateTable(
    "proposed",
    {
        "proposed": {"booked", "agreed", "refused", "withdrawn", "written_off"},
        "refused": {"written_off", "withdrawn"},
        "agreed": set(),
        "booked": set(),
        "written_off": set(),
        "withdrawn": set(),
    },
)
NUMBER_HOLD = StateTable("held", {"held": {"confirmed", "refused"}, "confirmed": set(), "refused": set()})
STANDING_ORDER = StateTable(
    "proposed", {"proposed": {"active", "ended"}, "active": {"ended"}, "ended": set()}
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
