"""Forms of the pay screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiwanda.core.money import MoneyError, parse_minor


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


class ReversalForm(forms.Form):
    """A payment that the rail's portal shows as taken back."""

    receipt_ref = forms.CharField(label=_("Receipt of the reversal"), max_length=40)
    note = forms.CharField(label=_("How do you know?"), max_length=200)


class CorrectionForm(forms.Form):
    """Pieces that earned and turned out faulty."""

    quantity = forms.IntegerField(label=_("Faulty pieces"), min_value=1, max_value=1_000_000)
    reason = forms.CharField(label=_("What is wrong with them? The workshop reads this."), max_length=200)


class NoteForm(forms.Form):
    """Why, or how one knows."""

    note = forms.CharField(label=_("How do you know?"), max_length=200)


class StopForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=200)


class ShillingsField(forms.CharField):
    """An amount of KES as people write it; minor units, None where it is empty."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_minor(text, "KES")
        except MoneyError as fault:
            raise forms.ValidationError(str(fault)) from None


class LimitsForm(forms.Form):
    """How much may leave; empty means no limit."""

    payout_minor = ShillingsField(label=_("One payout, KES"), required=False, max_length=20)
    batch_minor = ShillingsField(label=_("One batch, KES"), required=False, max_length=20)
    day_minor = ShillingsField(label=_("In a day, KES"), required=False, max_length=20)


class InstantForm(forms.Form):
    """Up to how much is paid at once."""

    payout_limit_minor = ShillingsField(label=_("One payout, KES"), max_length=20)
    day_limit_minor = ShillingsField(label=_("In a day, KES"), max_length=20)


class StatementForm(forms.Form):
    """The rail's own statement."""

    file = forms.FileField(label=_("Statement from the rail's portal (CSV)"))
