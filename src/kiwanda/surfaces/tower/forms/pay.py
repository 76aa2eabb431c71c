"""Forms of the pay screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SettleReviewForm(forms.Form):
    """How a payout that needs a person ended."""

    outcome = forms.ChoiceField(label=_("It was"), choices=[("paid", _("Paid")), ("failed", _("Not paid"))])
    receipt_ref = forms.CharField(label=_("Receipt of the rail"), max_length=40, required=False)
    note = forms.CharField(label=_("How do you know?"), max_length=200)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("outcome") == "paid" and not data.get("receipt_ref"):
            self.add_error("receipt_ref", _("A paid payout has a receipt."))
        return data
