"""What supply holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held
from kiwanda.factory.supply.models import Issue, StockMovement

held(
    Issue, _("Material given out"),
    ("issued_at", "lot__material__name_sw", "quantity", "received_quantity", "state", "confirmed_at"),
    workshop="work_order__workshop_id",
)  # fmt: skip
held(StockMovement, _("Material booked"), ("at", "kind", "quantity", "note"), workshop="issue__work_order__workshop_id")
