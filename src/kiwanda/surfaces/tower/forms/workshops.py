"""Forms of the workshop screens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY_OFF_REASONS = [
    ("ill", _("Illness")),
    ("family", _("Family matter")),
    ("funeral", _("Funeral")),
    ("planting", _("Planting or harvest")),
    ("market", _("Market day")),
    ("holiday", _("Holiday")),
    ("other", _("Another reason")),
]
#: Nobody enters a longer absence by hand; a longer one is a pause.
LONGEST_ABSENCE = 60


class DaysOffForm(forms.Form):
    """From one day to another, both free."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    reason = forms.ChoiceField(label=_("Reason"), choices=DAY_OFF_REASONS)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last") or data.get("first")
        if first and last and not timedelta(0) <= last - first < timedelta(days=LONGEST_ABSENCE):
            self.add_error("last", _("The last day must be within 60 days after the first."))
        return data

    def days(self) -> list[date]:
        """Every day of the absence."""
        first = self.cleaned_data["first"]
        last = self.cleaned_data["last"] or first
        return [first + timedelta(days=i) for i in range((last - first).days + 1)]


class PauseForm(forms.Form):
    """Why a workshop pauses."""

    reason = forms.CharField(label=_("Reason"), max_length=120)
