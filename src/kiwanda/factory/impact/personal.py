"""What impact holds about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held
from kiwanda.factory.impact.models import SurveyAnswer

held(SurveyAnswer, _("Survey answers"), ("survey__taken_on", "survey__name", "monthly_income_minor", "hours_month"),
     workshop="workshop_id")  # fmt: skip
