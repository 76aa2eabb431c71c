"""Lives of passports and claims."""

from kiwanda.core.states import StateTable

PASSPORT = StateTable("published", {"published": {"withdrawn"}, "withdrawn": {"published"}})
CLAIM = StateTable("unproved", {"unproved": {"proved"}, "proved": {"unproved"}})
