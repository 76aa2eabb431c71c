"""Life of an issue of material."""

from kiwanda.core.states import StateTable

ISSUE = StateTable("issued", {"issued": {"confirmed", "disputed"}, "disputed": {"confirmed"}, "confirmed": set()})
