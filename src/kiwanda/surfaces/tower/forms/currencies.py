"""Forms of rates of exchange and of our own money. Amounts are typed in whole units of their currency."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiwanda.core import clock
from kiwanda.core.money import EXPONENTS, SYMBOLS, MoneyError, parse_minor

#: Those of every day first.
CURRENCIES = [(code, code) for code in [*SYMBOLS, *sorted(EXPONENTS.keys() - SYMBOLS.keys())]]


class AmountForm(forms.Form):
    """``amount`` of the currency in the field named ``CURRENCY``; ``amount_minor`` when it is clean."""

    CURRENCY = "currency"

    amount = forms.CharField(label=_("Amount"), max_length=20)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "amount" in data and self.CURRENCY in data:
            try:
                data["amount_minor"] = parse_minor(data.pop("amount"), data[self.CURRENCY])
            except MoneyError as fault:
                self.add_error("amount", str(fault))
        return data


class ExchangeForm(AmountForm):
    """Money of ours of one currency for another's."""

    CURRENCY = "sold_currency"

    sold_currency = forms.ChoiceField(label=_("Sell"), choices=CURRENCIES, initial="USD")
    bought_currency = forms.ChoiceField(label=_("Buy"), choices=CURRENCIES, initial="KES")
    field_order = ("sold_currency", "amount", "bought_currency")


class OwnFundsForm(AmountForm):
    """Money the owners put in."""

    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES, initial="KES")
    receipt_ref = forms.CharField(label=_("Bank's receipt"), max_length=60)
    field_order = ("currency", "amount", "receipt_ref")


class ExchangeRateForm(forms.Form):
    """What one unit of a currency is worth in another."""

    base = forms.ChoiceField(label=_("One"), choices=CURRENCIES, initial="USD")
    rate = forms.DecimalField(label=_("is worth"), max_digits=18, decimal_places=8)
    quote = forms.ChoiceField(label=_("in"), choices=CURRENCIES, initial="KES")
    source = forms.CharField(label=_("Where it was read"), max_length=60)
    quoted_at = forms.DateTimeField(
        label=_("When, Nairobi time (empty: now)"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    sure = forms.BooleanField(label=_("I am sure, though it is far from the last one"), required=False)

    def clean_quoted_at(self) -> Any:
        typed = self.cleaned_data["quoted_at"]
        return clock.now() if typed is None else typed.replace(tzinfo=clock.FACTORY_ZONE)
