"""Forms of the shipping screens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from kiwanda.factory.logistics.commands import PackItem


class PackForm(forms.Form):
    """Lines ticked for one carton (``line``, many) and how many pieces of each (``quantity-<line id>``)."""

    hub = forms.CharField(label=_("Hub"), max_length=12)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.posted = data

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        items = []
        for text in self.posted.getlist("line"):
            try:
                items.append(PackItem(UUID(text), int(self.posted.get(f"quantity-{text}", ""))))
            except ValueError:
                raise forms.ValidationError(_t("Give whole pieces for every line you ticked.")) from None
        data["items"] = items
        return data


class ShipmentForm(forms.Form):
    """Where the chosen cartons go, and with whom."""

    destination = forms.CharField(label=_("Destination"), max_length=80)
    carrier = forms.CharField(label=_("Carrier"), max_length=60, required=False)
    tracking_ref = forms.CharField(label=_("Tracking number"), max_length=60, required=False)
    carton = forms.TypedMultipleChoiceField(label=_("Cartons"), coerce=UUID, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        # Whether a carton may go is the command's question; here only well-formed ids pass.
        chosen = data.getlist("carton") if data is not None else []
        self.fields["carton"].choices = [(text, text) for text in chosen if _is_uuid(text)]  # type: ignore[attr-defined]


class StoryForm(forms.Form):
    """What the passport tells in words, in both languages."""

    story_en = forms.CharField(
        label=_("Story in English"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    story_sw = forms.CharField(
        label=_("Story in Swahili"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
