"""Lives of workshops, hubs and artisans."""

from kiwanda.core.states import StateTable

WORKSHOP = StateTable("active", {"active": {"paused", "closed"}, "paused": {"active", "closed"}, "closed": set()})
HUB = StateTable("open", {"open": {"closed"}, "closed": {"open"}})
ARTISAN = StateTable("active", {"active": {"left"}, "left": {"active", "erased"}, "erased": set()})
CAPABILITY = StateTable("active", {"active": {"retired"}, "retired": {"active"}})
