"""What production holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held
from kiwanda.factory.production.models import ComponentIssue, HandIn, ProgressReport

held(ProgressReport, _("Progress reported"), ("reported_at", "work_order__code", "made_quantity", "note"),
     workshop="work_order__workshop_id", files=("photo",))  # fmt: skip
held(HandIn, _("Hand-ins"), ("declared_at", "work_order__code", "quantity", "received_quantity", "state", "note"),
     workshop="work_order__workshop_id", files=("photo",))  # fmt: skip
held(ComponentIssue, _("Parts given out"), ("issued_at", "work_order__code", "quantity"),
     workshop="work_order__workshop_id")  # fmt: skip
