"""Forms of the what-if builder: one form a kind of change, and the one that begins a what-if."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiwanda.factory.catalog.models import Technique, Variant
from kiwanda.factory.network.models import County, Hub
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.surfaces.tower.queries.scenarios import default_week
from kiwanda.surfaces.tower.templatetags.tower import named

#: Most suggestions under a text field.
SUGGESTED = 400


def _date(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


def _hubs() -> list[tuple[str, str]]:
    return list(Hub.objects.order_by("name").values_list("code", "name"))


class ChangeForm(forms.Form):
    """Base: ``kind`` names the change, ``details`` are the fields its command takes."""

    kind = ""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        first, last = default_week(today)
        for name, value in (("from_on", first), ("to_on", last), ("due_on", today + timedelta(days=28))):
            if name in self.fields:
                self.fields[name].initial = value.isoformat()
        self.fill()

    def fill(self) -> None:
        """Give choices and suggestions."""

    def suggest(self, name: str, values: list[str]) -> None:
        """Suggestions under a text field; the template writes the list."""
        self.fields[name].widget.attrs["list"] = f"suggested-{name}"
        self.suggestions = (f"suggested-{name}", values)

    def details(self) -> dict[str, Any]:
        """Plain values for the command."""
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in self.cleaned_data.items()
        }


class NewOrderForm(ChangeForm):
    kind = "new_order"
    sku = forms.CharField(label=_("SKU"), max_length=60)
    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=1_000_000, initial=3000)
    due_on = _date(_("Due"))

    def fill(self) -> None:
        skus = Variant.objects.filter(style__state="released").order_by("sku").values_list("sku", flat=True)
        found = list(skus[:SUGGESTED])
        self.suggest("sku", found)
        if found:
            self.fields["sku"].initial = found[0]


class AbsenceForm(ChangeForm):
    kind = "absence"
    place = forms.ChoiceField(label=_("County or hub"))
    percent = forms.IntegerField(label=_("Per cent of the workshops"), min_value=1, max_value=100, initial=10)
    from_on = _date(_("First day"))
    to_on = _date(_("Last day"))

    def fill(self) -> None:
        # Only counties somebody works in.
        counties = County.objects.filter(workshops__state="active").distinct().order_by("name")
        field: Any = self.fields["place"]
        field.choices = [
            (str(_("Counties")), [(f"county:{code}", name) for code, name in counties.values_list("code", "name")]),
            (str(_("Hubs")), [(f"hub:{code}", name) for code, name in _hubs()]),
        ]
        nairobi = counties.filter(pk=47).exists()
        field.initial = "county:47" if nairobi else None

    def details(self) -> dict[str, Any]:
        found = super().details()
        where, _colon, code = found.pop("place").partition(":")
        return {"where": where, "code": code, **found}


class TrainingForm(ChangeForm):
    kind = "training"
    technique = forms.ChoiceField(label=_("Technique"))
    hub = forms.ChoiceField(label=_("Hub"))
    count = forms.IntegerField(label=_("Workshops"), min_value=1, max_value=500, initial=20)
    from_on = _date(_("Training begins"))
    training_days = forms.IntegerField(label=_("Days to learn"), min_value=1, max_value=60, initial=5)
    speed_percent = forms.IntegerField(label=_("Speed afterwards, %"), min_value=10, max_value=200, initial=80)

    def fill(self) -> None:
        technique, hub = self.fields["technique"], self.fields["hub"]
        technique.choices = [(row.pk, named(row)) for row in Technique.objects.order_by("code")]  # type: ignore[attr-defined]
        hub.choices = _hubs()  # type: ignore[attr-defined]


class LongerDaysForm(ChangeForm):
    kind = "longer_days"
    percent = forms.IntegerField(
        label=_("Per cent longer"), min_value=-90, max_value=100, initial=10, help_text=_("Below zero: shorter.")
    )
    hub = forms.ChoiceField(label=_("Hub"), required=False)
    from_on = _date(_("First day"))
    to_on = _date(_("Last day"))

    def fill(self) -> None:
        field: Any = self.fields["hub"]
        field.choices = [("", _("Everywhere")), *_hubs()]


class WeeklyCapForm(ChangeForm):
    kind = "weekly_cap"
    hours = forms.IntegerField(
        label=_("Hours a week"), min_value=1, max_value=84, initial=48, help_text=_("Decent work ends at 48.")
    )


class DueDateForm(ChangeForm):
    kind = "due_date"
    production_order = forms.CharField(label=_("Production order"), max_length=40)
    due_on = _date(_("Due"))

    def fill(self) -> None:
        codes = ProductionOrder.objects.filter(state="open").order_by("due_on").values_list("code", flat=True)
        self.suggest("production_order", list(codes[:SUGGESTED]))


class HubClosedForm(ChangeForm):
    kind = "hub_closed"
    hub = forms.ChoiceField(label=_("Hub"))
    from_on = _date(_("From"))

    def fill(self) -> None:
        field: Any = self.fields["hub"]
        field.choices = _hubs()


class DemandForm(ChangeForm):
    kind = "demand"
    percent = forms.IntegerField(
        label=_("Per cent of today's orders"), min_value=10, max_value=500, initial=120,
        help_text=_("100 changes nothing, 200 is twice as much."),
    )  # fmt: skip


FORMS: dict[str, type[ChangeForm]] = {
    form.kind: form
    for form in (
        NewOrderForm, AbsenceForm, TrainingForm, LongerDaysForm, WeeklyCapForm, DueDateForm, HubClosedForm, DemandForm,
    )
}  # fmt: skip

#: The questions asked most, offered at once.
PRESETS = ("new_order", "absence", "training")


class BeginForm(forms.Form):
    """A what-if without changes yet."""

    name = forms.CharField(label=_("Name"), max_length=80)
    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=26, initial=8)


class WorkOutForm(forms.Form):
    """How thoroughly; empty: a fixed amount of work."""

    seconds = forms.DecimalField(min_value=1, max_value=600, max_digits=5, decimal_places=1, required=False)
