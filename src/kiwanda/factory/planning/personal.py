"""What planning holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held, kept_out
from kiwanda.factory.planning.models import Allocation, Peg, PlanRun, ProductionOrder, Scenario

held(
    Allocation, _("Work the plan foresees"),
    ("start_on", "finish_on", "operation__name_sw", "quantity", "minutes", "state"), workshop="workshop_id",
)  # fmt: skip
kept_out("About orders and plans as a whole; names only members of staff.", Peg, PlanRun, ProductionOrder, Scenario)
