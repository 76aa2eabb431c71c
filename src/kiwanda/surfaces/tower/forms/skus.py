"""Forms of SKU mapping and imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiwanda.factory.demand.importing import FORMATS
from kiwanda.factory.demand.models import SalesChannel


class MapForm(forms.Form):
    """One SKU and what it is here."""

    channel_code = forms.CharField(max_length=30)
    external_sku = forms.CharField(max_length=80, strip=False)
    sku = forms.CharField(label=_("Our SKU"), max_length=60)
    pieces_per_unit = forms.IntegerField(label=_("Pieces in one unit"), min_value=1, max_value=10_000, initial=1)


class IgnoreForm(forms.Form):
    """One SKU that is not made here."""

    channel_code = forms.CharField(max_length=30)
    external_sku = forms.CharField(max_length=80, strip=False)
    reason = forms.CharField(label=_("Reason"), max_length=120)


class ChannelForm(forms.Form):
    """A form that needs a sales channel."""

    channel_code = forms.ChoiceField(label=_("Sales channel"))

    def __init__(self, *args: Any, channels: list[SalesChannel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["channel_code"]
        field.choices = [(channel.pk, channel.name) for channel in channels]


class MappingFileForm(ChannelForm):
    """A mapping file."""

    file = forms.FileField(label=_("Mapping file"), help_text=_("CSV or XLSX with the columns sku, our_sku, pieces."))
    dry_run = forms.BooleanField(label=_("Only look, change nothing"), required=False, initial=True)


class ImportForm(ChannelForm):
    """A file of orders. It is always looked at first."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            (
                name,
                {
                    "kiwanda": "Kiwanda CSV/XLSX",
                    "shopify": "Shopify orders_export.csv",
                    "retail_history": _("Retail history"),
                }.get(name, name),
            )
            for name in FORMATS
        ],
    )
    file = forms.FileField(label=_("File"))
    as_history = forms.BooleanField(
        label=_("Past sales, for forecasting only"),
        required=False,
        help_text=_("Nothing of it will be planned or made."),
    )
