"""The gallery of components: one page with made-up figures that shows every part of the design system."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

NOW = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of each kind."""

    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=500)
    reason = forms.ChoiceField(label=_("Reason"), choices=[("late", _("Running late")), ("quality", _("Quality"))])
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    photo = forms.FileField(label=_("Photo"), required=False)
    agree = forms.BooleanField(label=_("Tell the workshop by message"), required=False)


def sample(request: HttpRequest) -> dict[str, Any]:
    """Everything the page shows; figures are examples and belong to no one."""
    rows = [
        {
            "number": f"KW-{10400 + i}", "customer": name, "due_on": date(2026, 12, 4) + timedelta(days=3 * i),
            "forecast_on": date(2026, 12, 2) + timedelta(days=5 * i), "pieces": 120 * (i + 1), "state": state,
            "total_minor": 4_850_00 * (i + 2),
            "stages": {"planned": 40 * i, "offered": 25, "accepted": 30, "making": 60, "at_hub": 22, "inspected": 35,
                       "packed": 12 * (4 - i), "shipped": 20 * (4 - i)},
        }
        for i, (name, state) in enumerate(
            [("Soko Retail, London", "on_time"), ("Harbour & Oak", "at_risk"), ("Maison Lumière", "late"),
             ("North Quay Gifts", "on_time")]
        )
    ]  # fmt: skip
    weeks = [_("Wk %(n)s") % {"n": 48 + i} for i in range(5)]
    load = {
        "Brass casting": [(980, 1200), (1190, 1200), (1460, 1200), (640, 1200), (0, 1200)],
        "Horn carving": [(220, 800), (410, 800), (660, 800), (700, 800), (300, 800)],
        "Beadwork": [(2100, 2600), (2550, 2600), (2400, 2600), (1300, 2600), (200, 2600)],
        "Basket weaving": [(150, 900), (90, 900), (0, 0), (40, 900), (0, 900)],
    }
    form = SampleForm({"quantity": "900", "reason": "late"})
    form.is_valid()
    return {
        "factory_now": NOW, "place": "today", "live_position": "1", "is_demo": True,
        "nav_counts": {"today": (11, "bad"), "work": (4, ""), "quality": (36, ""), "skus": (3, "")},
        "rows": rows, "weeks": weeks, "load": load, "form": form,
        "page": Paginator(range(2300), 25).page(3),
        "trend": [88, 90, 87, 91, 92, 90, 94.0], "trend_down": [12, 14, 9, 11, 8, 7, 6.0],
        "tabs": [{"label": _("Work"), "href": "#", "current": True, "count": 12}, {"label": _("Quality"), "href": "#"},
                 {"label": _("Pay"), "href": "#"}, {"label": _("Calendar"), "href": "#"}],
        "timeline": [
            {"at": NOW - timedelta(minutes=4), "title": _("120 pieces accepted by inspection"), "who": "Wanjiru M.",
             "tone": "good", "icon": "shield-check", "text": _("4 sent back: soldering mark")},
            {"at": NOW - timedelta(hours=3), "title": _("Handed in at Kibera hub"), "who": "Otieno Brass Works",
             "tone": "info", "icon": "package"},
            {"at": NOW - timedelta(days=2), "title": _("Offer accepted: 124 pieces by 26 November"),
             "who": "Otieno Brass Works", "tone": "mute", "icon": "handshake"},
        ],
        "bar_rows": [{"label": "Kibera", "value": 412, "mark": 380}, {"label": "Machakos", "value": 268, "mark": 380},
                     {"label": "Kisumu", "value": 193, "tone": "brass"}],
        "chart_series": [{"name": _("Accepted"), "values": [120, 180, 150, 210, 240, 190], "tone": "green"},
                         {"name": _("Rejected"), "values": [8, 6, 12, 5, 4, 7], "tone": "terracotta"}],
        "line_series": [{"name": _("Made"), "values": [80, 150, 240, 310, 395, 460]},
                        {"name": _("Planned"), "values": [90, 180, 270, 360, 450, 540]}],
        "chart_days": [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat")],
        "county_values": {47: 612, 16: 210, 22: 180, 42: 155, 1: 98, 3: 44, 33: 61, 34: 73, 45: 88, 31: 20, 17: 36,
                          32: 52, 12: 41, 37: 28, 27: 12, 23: 6, 10: 4, 7: 3, 21: 33, 19: 17, 6: 9, 26: 15},
        "hubs": [{"name": "Kibera", "latitude": -1.313, "longitude": 36.788},
                 {"name": "Mombasa", "latitude": -4.043, "longitude": 39.668},
                 {"name": "Kisumu", "latitude": -0.091, "longitude": 34.768}],
    }  # fmt: skip


def gallery(request: HttpRequest) -> HttpResponse:
    """The page; no live updates, it is a still life."""
    return render(request, "kw/gallery.html", sample(request))
