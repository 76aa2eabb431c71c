"""Life of a hand-in."""

from kiwanda.core.states import StateTable

#: declared by the giver → received (counts agree) or disputed (they do not) → inspected.
HAND_IN = StateTable(
    "declared",
    {"declared": {"received", "disputed", "cancelled"}, "disputed": {"received", "cancelled"},
     "received": {"inspected"}, "inspected": set(), "cancelled": set()},
)
