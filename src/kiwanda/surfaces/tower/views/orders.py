"""Orders: the list, one order, promises and cancellations."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kiwanda.factory.demand import queries as demand
from kiwanda.factory.demand.commands import (
    cancel_order_line,
    cancel_sales_order,
    place_sales_order,
    promise_line,
)
from kiwanda.factory.demand.commands.place_sales_order import NewLine
from kiwanda.factory.demand.models import SalesOrder
from kiwanda.factory.planning.commands import release_demand
from kiwanda.factory.planning.standing_plan import warm, warm_up_in_background
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.orders import NewOrderForm, PromiseForm, ReasonForm, readable_lines
from kiwanda.surfaces.tower.giving import back_to, first_error, give, give_form
from kiwanda.surfaces.tower.queries import activity
from kiwanda.surfaces.tower.queries.orders import listed, order_page, order_rows, show_counts
from kiwanda.surfaces.tower.queries.promises import quotes_for, waiting_lines
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 25
SHOWS = {
    "open": gettext_lazy("Open"),
    "late": gettext_lazy("Forecast late"),
    "unmapped": gettext_lazy("Waiting for a SKU"),
    "fulfilled": gettext_lazy("Fulfilled"),
    "cancelled": gettext_lazy("Cancelled"),
}


@require_GET
@staff_only
def order_list(request: HttpRequest) -> HttpResponse:
    """The list."""
    actor, query = actor_of(request), request.GET
    show = query.get("show") if query.get("show") in SHOWS else "open"
    rows = listed(
        actor,
        show=show or "open",
        text=query.get("q", "").strip()[:80],
        channel=query.get("channel", ""),
        sku=query.get("sku", ""),
        sort=query.get("sort", "due"),
    )
    found = Paginator(rows, PER_PAGE).get_page(query.get("page"))
    counts = show_counts(actor)
    waiting, without = waiting_lines(actor)
    context = {
        "page": found,
        "rows": order_rows(actor, list(found.object_list)),
        "shows": [(key, label, counts.get(key, 0)) for key, label in SHOWS.items()],
        "show": show,
        "q": query.get("q", ""),
        "sku": query.get("sku", ""),
        "channels": demand.channels(actor),
        "channel": query.get("channel", ""),
        "default_sort": "due",
        "waiting_for_promise": waiting,
        "without_promise": without,
        "waiting_for_release": demand.open_lines().count(),
    }
    return page(request, "tower/orders.html", "orders", context)


def _order(request: HttpRequest, order_id: UUID) -> SalesOrder:
    found = demand.orders(actor_of(request)).select_related("channel").filter(pk=order_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_only
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order: its lines, where their pieces are, what was promised."""
    actor = actor_of(request)
    shown = order_page(actor, _order(request, order_id))
    events = list(activity.log(actor, subject=order_id)[:20])
    return page(request, "tower/order.html", "orders", {"shown": shown, "events": activity.sentences(actor, events)})


def _from_address(request: HttpRequest) -> dict[str, str]:
    """What a link already knows of the order (a what-if that is made real): its line and its day."""
    query = request.GET
    known = {"due_on": query.get("due_on", "")[:10]}
    if query.get("sku"):
        known["lines"] = f"{query['sku'][:60]} {query.get('quantity', '')[:7]}".strip()
    return known


@require_http_methods(["GET", "POST"])
@staff_only
def new_order(request: HttpRequest) -> HttpResponse:
    """Type an order in."""
    actor = actor_of(request)
    channels = list(demand.channels(actor))
    # By the time the lines are typed, their days can be said exactly.
    if warm() is None:
        warm_up_in_background()
    form = NewOrderForm(request.POST or None, channels=channels, initial=_from_address(request))
    quotes = None
    if request.method == "POST" and form.is_valid() and "ask" in request.POST:
        # Without JavaScript: the same page with its days, the order not placed yet.
        data = form.cleaned_data
        quotes = quotes_for(demand.channel(actor, data["channel"]), data["lines"], data["due_on"])
        return page(request, "tower/new_order.html", "orders", {"form": form, "quotes": quotes})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        lines = [NewLine(sku=sku, quantity=units, due_on=data["due_on"]) for sku, units in data["lines"]]
        given, placed = give_form(
            request,
            form,
            place_sales_order,
            channel_code=data["channel"],
            external_id=data["number"],
            number=data["number"],
            country=data["country"],
            lines=lines,
        )
        if given:
            return HttpResponseRedirect(reverse("tower:order", args=[placed.pk]))
    status = 422 if form.errors else 200
    return page(request, "tower/new_order.html", "orders", {"form": form, "quotes": quotes}, status)


@require_POST
@staff_only
def quote_order(request: HttpRequest) -> HttpResponse:
    """The days of an order that is being typed; rows that are not finished yet are left out."""
    actor = actor_of(request)
    form = NewOrderForm(request.POST, channels=list(demand.channels(actor)))
    form.is_valid()
    data = form.cleaned_data
    quotes = None
    lines = data.get("lines") or readable_lines(request.POST.get("lines", ""))
    if data.get("channel") and data.get("due_on") and lines:
        quotes = quotes_for(demand.channel(actor, data["channel"]), lines, data["due_on"])
    return render(request, "tower/parts/quotes.html", {"quotes": quotes})


@require_GET
@staff_only
def waiting_promises(request: HttpRequest) -> HttpResponse:
    """How many lines still wait for their promise, while a large file is being promised in the background."""
    waiting, without = waiting_lines(actor_of(request))
    return render(request, "tower/parts/waiting_promises.html", {"waiting": waiting, "without": without})


@require_POST
@staff_only
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Cancel what is left of an order."""
    form, back = ReasonForm(request.POST), reverse("tower:order", args=[order_id])
    if not form.is_valid():
        keep(request, f"order-{order_id}", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, cancel_sales_order, key=f"order-{order_id}", done=_("The order is cancelled."), back=back,
        order_id=order_id, reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require_POST
@staff_only
def cancel_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Cancel one line."""
    form, back = ReasonForm(request.POST), reverse("tower:orders")
    if not form.is_valid():
        keep(request, f"line-{line_id}", first_error(form))
        return HttpResponseRedirect(back_to(request, back))
    return give(
        request, cancel_order_line, key=f"line-{line_id}", done=_("The line is cancelled."), back=back,
        line_id=line_id, reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require_POST
@staff_only
def promise(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Promise a line for a day."""
    form, back = PromiseForm(request.POST), reverse("tower:orders")
    if not form.is_valid():
        keep(request, f"line-{line_id}", first_error(form))
        return HttpResponseRedirect(back_to(request, back))
    return give(
        request, promise_line, key=f"line-{line_id}", done=_("The promise is recorded."), back=back, line_id=line_id,
        promised_on=form.cleaned_data["promised_on"], confidence_percent=form.cleaned_data["confidence_percent"],
    )  # fmt: skip


@require_POST
@staff_only
def release(request: HttpRequest) -> HttpResponse:
    """Open lines become production orders."""
    return give(
        request,
        release_demand,
        key="release",
        done=lambda count: (
            ngettext("%(count)s production order was made.", "%(count)s production orders were made.", count)
            % {"count": count}
        ),
        back=reverse("tower:orders"),
    )
