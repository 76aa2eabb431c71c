"""What quality holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held
from kiwanda.factory.quality.models import Appeal, Defect, Inspection, Rework

held(
    Inspection, _("Inspections"),
    ("inspected_at", "work_order__code", "quantity", "accepted_quantity", "rework_quantity", "rejected_quantity",
     "note"),
    workshop="work_order__workshop_id", secret=("inspector_id",),
)  # fmt: skip
held(Defect, _("Defects found"), ("inspection__inspected_at", "code__name_sw", "quantity"),
     workshop="inspection__work_order__workshop_id", files=("photo",))  # fmt: skip
held(Rework, _("Rework"), ("work_order__code", "quantity", "returned_quantity", "due_on", "state"),
     workshop="work_order__workshop_id")  # fmt: skip
held(Appeal, _("Objections to a verdict"), ("filed_at", "inspection__work_order__code", "reason", "state", "decision"),
     workshop="inspection__work_order__workshop_id", files=("photo",))  # fmt: skip
