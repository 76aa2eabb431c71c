"""Our own money: what we hold, rates of exchange, exchanges, what the owners put in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.factory.settlement import fx
from kiwanda.factory.settlement.commands import exchange_money, record_fx_rate, record_own_funds
from kiwanda.factory.settlement.models import FxDeal, FxRate
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.currencies import ExchangeForm, ExchangeRateForm, OwnFundsForm
from kiwanda.surfaces.tower.giving import back_to, first_error, give
from kiwanda.surfaces.tower.queries import currencies as held
from kiwanda.surfaces.tower.views.pay import tabs_of
from kiwanda.surfaces.tower.views.shell import page

SHOWN = 15


@require_GET
@staff_only
def overview(request: HttpRequest) -> HttpResponse:
    """What we hold, the newest rates, the newest exchanges."""
    now = clock.now()
    rows = held.holdings(now)
    context = {
        "tabs": tabs_of(request, "currencies"),
        "holdings": rows,
        "gain": held.gain_minor(rows),
        "home": held.HOME,
        "rates": FxRate.objects.order_by("-quoted_at")[:SHOWN],
        "fresh_since": now - fx.STALE_AFTER,
        "deals": FxDeal.objects.order_by("-dealt_at")[:SHOWN],
        "rate_form": ExchangeRateForm(),
        "exchange_form": ExchangeForm(),
        "funds_form": OwnFundsForm(),
    }
    return page(request, "tower/currencies.html", "pay", context)


def _refused(request: HttpRequest, key: str, sentence: str) -> HttpResponse:
    keep(request, key, sentence)
    return HttpResponseRedirect(back_to(request, reverse("tower:currencies")))


@require_POST
@staff_only
def record_rate(request: HttpRequest) -> HttpResponse:
    """Note what one currency is worth in another."""
    form = ExchangeRateForm(request.POST)
    if not form.is_valid():
        return _refused(request, "rate", first_error(form))
    return give(
        request, record_fx_rate, key="rate", done=_("The rate is recorded."), back=reverse("tower:currencies"),
        **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def exchange(request: HttpRequest) -> HttpResponse:
    """Book an exchange at the newest rate."""
    form = ExchangeForm(request.POST)
    if not form.is_valid():
        return _refused(request, "exchange", first_error(form))
    data = form.cleaned_data
    return give(
        request, exchange_money, key="exchange", done=_("The exchange is booked."), back=reverse("tower:currencies"),
        sold_currency=data["sold_currency"], bought_currency=data["bought_currency"], sold_minor=data["amount_minor"],
    )  # fmt: skip


@require_POST
@staff_only
def own_funds(request: HttpRequest) -> HttpResponse:
    """Book money the owners put in."""
    form = OwnFundsForm(request.POST)
    if not form.is_valid():
        return _refused(request, "funds", first_error(form))
    return give(
        request, record_own_funds, key="funds", done=_("The money is booked."), back=reverse("tower:currencies"),
        **form.cleaned_data,
    )  # fmt: skip
