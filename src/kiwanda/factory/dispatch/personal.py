"""What dispatch holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held
from kiwanda.factory.dispatch.models import Offer, OfferedLot, Reassignment, WorkOrder

held(
    Offer, _("Offers"),
    ("sent_at", "operation__name_sw", "quantity", "piece_rate_minor", "due_on", "state", "decline_reason"),
    workshop="workshop_id",
)  # fmt: skip
held(OfferedLot, _("What the offers were made of"), ("offer__sent_at", "quantity"), workshop="offer__workshop_id")
held(
    WorkOrder, _("Work"),
    ("code", "operation__name_sw", "quantity", "piece_rate_minor", "agreed_due_on", "state", "accepted_quantity"),
    workshop="workshop_id",
)  # fmt: skip
held(Reassignment, _("Work taken back"), ("made_at", "work_order__code", "quantity", "reason", "contest", "answer"),
     workshop="work_order__workshop_id")  # fmt: skip
