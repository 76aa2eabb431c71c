"""Lives of devices and photos."""

from kiwanda.core.states import StateTable

DEVICE = StateTable("active", {"active": {"revoked"}, "revoked": set()})
#: A photo that was given up may be begun again.
PHOTO = StateTable(
    "waiting",
    {"waiting": {"complete", "refused", "expired"}, "complete": set(), "refused": {"waiting"}, "expired": {"waiting"}},
)
