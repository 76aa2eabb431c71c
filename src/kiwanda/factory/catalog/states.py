"""Lives of styles and tech packs."""

from kiwanda.core.states import StateTable

STYLE = StateTable("draft", {"draft": {"released", "retired"}, "released": {"retired"}, "retired": {"released"}})
TECH_PACK = StateTable("draft", {"draft": {"released", "withdrawn"}, "released": {"superseded"}, "superseded": set(),
                                 "withdrawn": set()})
