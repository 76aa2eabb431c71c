"""Lives of messages, calls and notices; a message's status never goes backwards."""

from kiwanda.core.states import StateTable

#: ``withheld``: she asked not to be written to.
MESSAGE = StateTable(
    "queued",
    {"queued": {"sent", "failed", "withheld"}, "sent": {"delivered", "read", "failed"}, "delivered": {"read"},
     "read": set(), "failed": {"queued", "delivered", "read"}, "withheld": {"queued"}},
)
CALL = StateTable("open", {"open": {"done"}, "done": set()})
#: Something staff did for an artisan. It stands whatever she says; an answer says what was put right.
ON_BEHALF = StateTable("told", {"told": {"contested"}, "contested": {"answered"}, "answered": set()})
NOTICE = StateTable("queued", {"queued": {"sent", "failed"}, "sent": set(), "failed": set()})
