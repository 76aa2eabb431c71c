"""Forms of goodbyes. What cannot be undone is confirmed by writing a name."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class GoodbyeForm(forms.Form):
    """Why, and the code of the workshop it is about, typed by hand."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    typed = forms.CharField(label=gettext_lazy("Confirmation"), max_length=80)

    def __init__(self, *args: object, expected: str = "", **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.expected = expected

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed.casefold() != self.expected.casefold():
            raise forms.ValidationError(_("Write exactly “%(expected)s”.") % {"expected": self.expected})
        return typed
