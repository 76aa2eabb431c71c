"""Lives of offers and work orders."""

from kiwanda.core.states import StateTable

OFFER = StateTable(
    "sent",
    {
        "sent": {"accepted", "declined", "countered", "expired", "withdrawn"},
        "countered": {"accepted", "declined", "withdrawn", "expired"},
        "accepted": set(),
        "declined": set(),
        "expired": set(),
        "withdrawn": set(),
    },
)
LIVE_OFFERS = ("sent", "countered")

#: accepted → in_progress (first report) → done when every piece is accepted, rejected or short.
WORK_ORDER = StateTable(
    "accepted",
    {"accepted": {"in_progress", "cancelled", "done"}, "in_progress": {"done", "cancelled"}, "done": set(),
     "cancelled": set()},
)
LIVE_WORK_ORDERS = ("accepted", "in_progress")

DECLINE_REASONS = {
    "busy": ("Too much other work", "Kazi nyingine nyingi"),
    "ill": ("Illness", "Ugonjwa"),
    "family": ("Family matter or funeral", "Jambo la familia au msiba"),
    "pay": ("The pay is too low", "Malipo ni kidogo"),
    "materials": ("Materials are missing", "Vifaa havipo"),
    "skill": ("Not my technique", "Si ufundi wangu"),
    "date": ("The date is too near", "Tarehe iko karibu sana"),
    "other": ("Another reason", "Sababu nyingine"),
}

REASSIGNMENT = StateTable(
    "made", {"made": {"contested"}, "contested": {"upheld", "given_back"}, "upheld": set(), "given_back": set()}
)
#: Why accepted work is taken back, as the workshop is told.
REASSIGN_REASONS = {
    "silent": ("Nothing was heard of it", "Hakuna taarifa iliyopokelewa"),
    "late": ("It is late", "Imechelewa"),
    "asked": ("The workshop asked for it", "Karakana imeomba"),
    "other": ("Another reason", "Sababu nyingine"),
}

#: Why the due day of accepted work moves, as the workshop is told. ``parts`` and ``material`` are found by the house.
DUE_REASONS = {
    "parts": ("The parts came late", "Vipande vya kuanzia vilichelewa"),
    "material": ("The material came late", "Vifaa vilichelewa"),
    "hub": ("The hub was closed", "Kituo kilifungwa"),
    "asked": ("Agreed with the workshop", "Imekubaliwa na karakana"),
    "other": ("Another reason", "Sababu nyingine"),
}
