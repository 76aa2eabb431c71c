"""Forms of the work and quality screens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kiwanda.core import files
from kiwanda.core.errors import Rejected
from kiwanda.factory.dispatch.states import DUE_REASONS
from kiwanda.factory.quality.commands.record_inspection import DefectSpec
from kiwanda.factory.quality.models import DefectCode
from kiwanda.factory.settlement.commands import Stage


class ReportForm(forms.Form):
    """What a workshop says on the phone, entered for it."""

    made_quantity = forms.IntegerField(label=_("Made so far"), min_value=0, max_value=1_000_000)
    correction = forms.BooleanField(label=_("The earlier count was wrong"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class HandInForm(forms.Form):
    """Pieces a workshop brings."""

    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=1_000_000)
    is_rework = forms.BooleanField(label=_("These were mended"), required=False)


class CallOffForm(forms.Form):
    """How far the open pieces of called-off work are; what is neither made nor begun is not begun."""

    made = forms.IntegerField(label=_("Finished pieces"), min_value=0, max_value=1_000_000, initial=0)
    begun = forms.IntegerField(label=_("Begun pieces"), min_value=0, max_value=1_000_000, initial=0)
    begun_percent = forms.IntegerField(
        label=_("How far the begun ones are, per cent"), min_value=1, max_value=99, initial=50
    )
    reason = forms.CharField(label=_("Why? The workshop reads this."), max_length=200)

    def stages(self, open_quantity: int) -> list[Stage]:
        """Every one of ``open_quantity`` pieces once; more than there are is for the command to refuse."""
        data = self.cleaned_data
        rest = max(0, open_quantity - data["made"] - data["begun"])
        pairs = ((data["made"], 100), (data["begun"], data["begun_percent"]), (rest, 0))
        return [Stage(quantity, per_cent) for quantity, per_cent in pairs if quantity]


class DueDayForm(forms.Form):
    """More time for accepted work, and why. Parts and material that come late move the day by themselves."""

    due_on = forms.DateField(label=_("New due day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(label=_("Reason"), choices=lambda: _due_reasons())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].initial = "asked"


def _due_reasons() -> list[tuple[str, str]]:
    swahili = (get_language() or "en").startswith("sw")
    return [(code, words[1] if swahili else words[0]) for code, words in DUE_REASONS.items()]


class CountForm(forms.Form):
    """What the hub counted."""

    counted = forms.IntegerField(label=_("Counted"), min_value=0, max_value=1_000_000)


class SettleForm(forms.Form):
    """How a difference of counts ends."""

    quantity = forms.IntegerField(label=_("It counts as"), min_value=0, max_value=1_000_000)
    note = forms.CharField(label=_("Why"), max_length=200)


class AppealForm(forms.Form):
    """The answer to an appeal."""

    granted_quantity = forms.IntegerField(label=_("Pieces accepted after all"), min_value=0, max_value=1_000_000)
    decision = forms.CharField(label=_("Why"), max_length=300)


class InspectionForm(forms.Form):
    """The verdict on one hand-in: every received piece is accepted, goes to rework, or is rejected.

    Each defect code has a field ``defect-<code>`` for its pieces and ``photo-<code>`` for a picture.
    """

    rework = forms.IntegerField(label=_("Back for rework"), min_value=0, initial=0)
    rejected = forms.IntegerField(label=_("Rejected"), min_value=0, initial=0)
    note = forms.CharField(label=_("Note to the workshop"), max_length=300, required=False)

    def __init__(self, *args: Any, received: int, codes: Iterable[DefectCode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = received
        self.codes = list(codes)
        for code in self.codes:
            self.fields[f"defect-{code.code}"] = forms.IntegerField(
                label=code.name_en, min_value=0, max_value=received, required=False
            )
            self.fields[f"photo-{code.code}"] = forms.FileField(label=_("Photo"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        bad = (data.get("rework") or 0) + (data.get("rejected") or 0)
        if bad > self.received:
            raise forms.ValidationError(
                _("Rework and rejected together cannot be more than the %(received)s pieces received."),
                params={"received": self.received},
            )
        data["accepted"] = self.received - bad
        for code in self.codes:
            if data.get(f"photo-{code.code}") and not data.get(f"defect-{code.code}"):
                self.add_error(f"defect-{code.code}", _("Say how many pieces show it."))
        return data

    def defects(self) -> list[DefectSpec]:
        """The defects with their stored photos. Raises ``Rejected`` for a file that is no picture."""
        found = []
        for code in self.codes:
            quantity = self.cleaned_data.get(f"defect-{code.code}") or 0
            if quantity:
                upload = self.cleaned_data.get(f"photo-{code.code}")
                photo = files.save_picture(upload.read(), field=f"photo-{code.code}").sha256 if upload else ""
                found.append(DefectSpec(code=code.code, quantity=quantity, photo=photo))
        return found

    def rows(self) -> list[dict[str, Any]]:
        """Defect codes with their two fields, for the page."""
        swahili = (get_language() or "en").startswith("sw")
        return [
            {
                "code": code,
                "name": code.name_sw if swahili else code.name_en,
                "quantity": self[f"defect-{code.code}"],
                "photo": self[f"photo-{code.code}"],
            }
            for code in self.codes
        ]

    def refused(self, refusal: Rejected) -> None:
        """Show a refusal at its field."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.message(get_language() or "en"))
