"""What the catalogue holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held, kept_out
from kiwanda.factory.catalog.models import (
    BenchmarkWage,
    BillOfMaterialsLine,
    Observation,
    Operation,
    PieceRate,
    RateAppeal,
    TechPack,
    TimeStudy,
)

held(
    Observation, _("Time studies in her workshop"),
    ("observed_on", "time_study__operation__name_sw", "pieces", "minutes", "rating_percent"), workshop="workshop_id",
)  # fmt: skip
held(
    RateAppeal, _("Objections to a rate"), ("filed_at", "operation__name_sw", "reason", "state", "answer"),
    workshop="workshop_id",
)  # fmt: skip
kept_out(
    "Names only members of staff who decided.", BenchmarkWage, BillOfMaterialsLine, Operation, PieceRate, TechPack,
    TimeStudy,
)  # fmt: skip
