"""What records hold about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held
from kiwanda.factory.records.commands.issue_record import SIGNED
from kiwanda.factory.records.models import IssuedRecord

held(IssuedRecord, _("Signed histories"), ("issued_at", "fields", "language"), person="artisan_id", sealed=(SIGNED,))
