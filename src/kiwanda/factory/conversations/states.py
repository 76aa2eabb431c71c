"""Life of a message; a status never goes backwards."""

from kiwanda.core.states import StateTable

MESSAGE = StateTable(
    "queued",
    {"queued": {"sent", "failed"}, "sent": {"delivered", "read", "failed"}, "delivered": {"read"}, "read": set(),
     "failed": {"queued"}},
)
