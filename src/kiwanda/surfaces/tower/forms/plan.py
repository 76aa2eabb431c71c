"""The form that asks for a plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PlanForm(forms.Form):
    """How far to plan and how long to think."""

    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=26, initial=8)
    budget_seconds = forms.DecimalField(
        label=_("Seconds to think"), min_value=1, max_value=600, initial=5, max_digits=5, decimal_places=1
    )
    reason = forms.CharField(label=_("Why now"), max_length=120, required=False)

    def arguments(self) -> dict[str, Any]:
        """The arguments of ``request_plan``."""
        data = self.cleaned_data
        return {"days": data["weeks"] * 7, "budget_seconds": str(data["budget_seconds"]), "reason": data["reason"]}
