"""What the network holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held, kept_out
from kiwanda.factory.network.models import Artisan, Capability, Consent, DayOff, LoginCode, Workshop

held(Artisan, _("Membership"), ("joined_on", "role", "gender", "language", "channel", "state"), person="pk")
held(
    Workshop, _("Her workshop"), ("code", "trade_name", "hub__name", "county__name", "state", "joined_on"),
    workshop="pk",
)  # fmt: skip
held(Capability, _("What the workshop can make"), ("technique__name_sw", "grade", "speed", "yield_share", "state"),
     workshop="workshop_id")  # fmt: skip
held(DayOff, _("Days off"), ("on", "reason"), workshop="workshop_id")
held(Consent, _("Consents"), ("granted_at", "field", "channel", "purpose", "expires_on", "withdrawn_at"),
     person="artisan_id")  # fmt: skip
kept_out("A code for signing in lives ten minutes, and handing it out would open the door.", LoginCode)
