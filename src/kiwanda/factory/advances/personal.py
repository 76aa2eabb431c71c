"""What advances hold about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held, kept_out
from kiwanda.factory.advances.models import Advance, AdvanceTerms, Instalment, PayOff

held(
    Advance, _("Advances"),
    ("requested_at", "code", "kind", "principal_minor", "fee_minor", "repaid_minor", "state", "answer"),
    person="artisan_id", workshop="workshop_id", owners=True,
)  # fmt: skip
held(Instalment, _("Instalments of advances"), ("taken_at", "advance__code", "earning_minor", "amount_minor"),
     person="advance__artisan_id", workshop="advance__workshop_id", owners=True)  # fmt: skip
held(PayOff, _("Advances paid off"), ("paid_at", "advance__code", "amount_minor", "receipt_ref"),
     person="advance__artisan_id", workshop="advance__workshop_id", owners=True)  # fmt: skip
kept_out("Terms for all; names only the member of staff who set them.", AdvanceTerms)
