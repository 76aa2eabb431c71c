"""Lives of reworks and appeals."""

from kiwanda.core.states import StateTable

REWORK = StateTable("open", {"open": {"closed"}, "closed": set()})
APPEAL = StateTable("open", {"open": {"granted", "refused"}, "granted": set(), "refused": set()})
