"""What logistics holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held, kept_out
from kiwanda.factory.logistics.models import Carton, Piece

held(Piece, _("Finished pieces"), ("finished_at", "gtin", "serial", "work_order__code"),
     workshop="work_order__workshop_id")  # fmt: skip
kept_out("Names only the member of staff who packed it.", Carton)
