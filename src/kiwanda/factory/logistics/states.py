"""Lives of cartons and shipments."""

from kiwanda.core.states import StateTable

CARTON = StateTable("packed", {"packed": {"shipped", "unpacked"}, "shipped": set(), "unpacked": set()})
SHIPMENT = StateTable(
    "open", {"open": {"dispatched", "cancelled"}, "dispatched": {"delivered"}, "delivered": set(), "cancelled": set()}
)
