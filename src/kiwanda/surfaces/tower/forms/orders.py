"""Forms of the order screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiwanda.factory.demand.models import SalesChannel


class ReasonForm(forms.Form):
    """Why something is called off."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class PromiseForm(forms.Form):
    """A date given to a buyer."""

    promised_on = forms.DateField(label=_("Promised for"), widget=forms.DateInput(attrs={"type": "date"}))
    confidence_percent = forms.IntegerField(label=_("Confidence in %"), min_value=1, max_value=100, required=False)


class NewOrderForm(forms.Form):
    """An order typed in by hand: one line a row, ``SKU quantity`` and, where wanted, a due day."""

    channel = forms.ChoiceField(label=_("Sales channel"))
    number = forms.CharField(label=_("Order number"), max_length=80)
    country = forms.CharField(label=_("Country"), max_length=60, required=False)
    due_on = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}))
    lines = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "HOOP-BRASS-M 120"}),
        help_text=_("One line a row: the SKU, a space, the number of units."),
    )

    def __init__(self, *args: Any, channels: list[SalesChannel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["channel"]
        field.choices = [(channel.pk, channel.name) for channel in channels]

    def clean_lines(self) -> list[tuple[str, int]]:
        """``[(SKU, units)]``; every row that cannot be read is named with its number."""
        found: list[tuple[str, int]] = []
        for number, row in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if not row.strip():
                continue
            sku, _gap, quantity = row.strip().rpartition(" ")
            if not sku or not quantity.isdigit() or not 0 < int(quantity) <= 1_000_000:
                raise forms.ValidationError(
                    _("Row %(number)s: write the SKU, a space and a whole number of units."), params={"number": number}
                )
            found.append((sku.strip(), int(quantity)))
        if not found:
            raise forms.ValidationError(_("At least one line is needed."))
        return found


def readable_lines(text: str) -> list[tuple[str, int]]:
    """The rows of an order being typed that can be read already, as ``clean_lines`` gives them."""
    found = []
    for row in text.splitlines()[:200]:
        sku, _gap, quantity = row.strip().rpartition(" ")
        counts = quantity.isascii() and quantity.isdigit() and len(quantity) < 8
        if sku.strip() and counts and 0 < int(quantity) <= 1_000_000:
            found.append((sku.strip(), int(quantity)))
    return found
