"""Forms of rates, advances and invoices. Money is typed in whole units and read in minor ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiwanda.core.money import EXPONENTS
from kiwanda.factory.billing.accounts import COST_KINDS


class MoneyField(forms.DecimalField):
    """An amount as people write it (1250.50); its clean value is minor units of a currency with two decimals."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=14, decimal_places=2, **more)

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)


class StudyForm(forms.Form):
    allowance_percent = forms.IntegerField(label=_("Allowances, per cent"), min_value=10, max_value=20, initial=15)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ObservationForm(forms.Form):
    workshop = forms.CharField(label=_("Workshop's code"), max_length=12)
    minutes = forms.DecimalField(label=_("Minutes in all"), min_value=Decimal("0.01"), max_digits=8, decimal_places=2)
    pieces = forms.IntegerField(label=_("Good pieces"), min_value=1, initial=1)
    rating_percent = forms.IntegerField(label=_("Pace, per cent"), min_value=50, max_value=150, initial=100)


class RateForm(forms.Form):
    piece_rate_minor = MoneyField(label=_("Rate a piece"))
    time_study_id = forms.UUIDField(label=_("Stands on the study"), required=False)
    material_costs_minor = MoneyField(label=_("Own material"), required=False)
    tools_minor = MoneyField(label=_("Tools and energy"), required=False)
    on_costs_minor = MoneyField(label=_("Insurance, unpaid time"), required=False)
    valid_from = forms.DateField(label=_("From"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=300)


class WordsForm(forms.Form):
    """A yes or no with its reason."""

    yes = forms.BooleanField(required=False)
    words = forms.CharField(label=_("Why"), max_length=300, required=False)


class WageForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("living", _("Living wage")), ("statutory", _("Statutory"))])
    zone = forms.ChoiceField(label=_("Zone"), choices=[("urban", _("Urban")), ("rural", _("Rural"))])
    grade = forms.CharField(label=_("Grade"), max_length=20, initial="general")
    valid_from = forms.DateField(label=_("From"))
    monthly_minor = MoneyField(label=_("A month"))
    source = forms.CharField(label=_("Source"), max_length=200)


class PauseForm(forms.Form):
    until = forms.DateField(label=_("Until"))
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class PayOffForm(forms.Form):
    amount_minor = MoneyField(label=_("Amount"))
    receipt_ref = forms.CharField(label=_("Receipt"), max_length=40)


class MaterialForm(forms.Form):
    workshop = forms.CharField(label=_("Workshop's code"), max_length=12)
    value_minor = MoneyField(label=_("Worth, at cost"))
    about = forms.CharField(label=_("What it is"), max_length=200)


class PaymentForm(forms.Form):
    channel = forms.CharField(label=_("Buyer"), max_length=30)
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in sorted(EXPONENTS)])
    amount_minor = MoneyField(label=_("Amount"))
    receipt_ref = forms.CharField(label=_("Bank's receipt"), max_length=60)
    invoice_id = forms.UUIDField(label=_("For the invoice"), required=False)


class CostForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=[(kind, kind) for kind in COST_KINDS])
    amount_minor = MoneyField(label=_("Amount in shillings"))
    receipt_ref = forms.CharField(label=_("Receipt"), max_length=60)
