"""The brand's side: invoices, payments, money nobody can explain yet, and what orders and styles leave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import F, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.factory.billing import commands, margins, printing, queries
from kiwanda.factory.demand.models import SalesChannel
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.fair_pay import CostForm, PaymentForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 30
SHOWN = {
    "late": gettext_lazy("Late"),
    "open": gettext_lazy("Open"),
    "paid": gettext_lazy("Paid"),
    "ended": gettext_lazy("Credited or written off"),
}


@require_GET
@staff_only
def invoice_list(request: HttpRequest) -> HttpResponse:
    """Invoices by how they stand, payments that wait for an explanation."""
    actor, today, query = actor_of(request), clock.today(), request.GET
    every = queries.invoices(actor)
    where = {
        "late": Q(state="open", due_on__lt=today), "open": Q(state="open"), "paid": Q(state="paid"),
        "ended": Q(state__in=["credited", "written_off"]),
    }  # fmt: skip
    counts = {key: every.filter(condition).order_by().count() for key, condition in where.items()}
    show = query.get("show") if query.get("show") in where else ("late" if counts["late"] else "open")
    rows = every.filter(where[show or "open"]).select_related("order", "channel", "shipment")
    rows = rows.prefetch_related("letters")
    if text := query.get("q", "").strip()[:60]:
        rows = rows.filter(Q(order__number__icontains=text) | Q(shipment__code__icontains=text))
    found = Paginator(rows, PER_PAGE).get_page(query.get("page"))
    context: dict[str, Any] = {
        "tabs": _tabs("invoices"),
        "page": found,
        "kinds": [(key, word, counts[key]) for key, word in SHOWN.items()],
        "show": show,
        "q": query.get("q", ""),
        "today": today,
        "owed": list(
            every.filter(state="open").order_by().values("currency")
            .annotate(left=Sum(F("total_minor") - F("paid_minor")))
        ),
        "late": list(
            every.filter(where["late"]).order_by().values("currency")
            .annotate(left=Sum(F("total_minor") - F("paid_minor")))
        ),
        "unexplained": queries.unexplained(actor).select_related("channel")[:20],
        "open_invoices": every.filter(state="open").order_by("due_on")[:200],
        "channels": SalesChannel.objects.order_by("code"),
        "form": PaymentForm(initial={"currency": "USD"}),
        "due": {row.pk for row in found if queries.step_due(row, today)},
    }  # fmt: skip
    return page(request, "tower/invoices.html", "invoices", context)


def _tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Invoices"), "href": reverse("tower:invoices"), "current": current == "invoices"},
        {"label": _("What is left"), "href": reverse("tower:margins"), "current": current == "margins"},
    ]


@require_GET
@staff_only
def margin_list(request: HttpRequest) -> HttpResponse:
    """The open cost breakdown by style."""
    rows = sorted(margins.by_style(clock.now()).values(), key=lambda row: -(row.revenue_minor or 0))
    whole = margins.Breakdown("")
    for row in rows:
        whole.pieces += row.pieces
        whole.labour_minor += row.labour_minor
        whole.material_minor += row.material_minor
        whole.moving_minor += row.moving_minor
    priced = [row.revenue_minor for row in rows]
    whole.revenue_minor = sum(value for value in priced if value is not None) if rows and None not in priced else None
    context = {
        "tabs": _tabs("margins"), "rows": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")), "whole": whole,
        "currency": margins.COSTS_IN,
    }  # fmt: skip
    return page(request, "tower/margins.html", "invoices", context)


@require_GET
@staff_only
def invoice_pdf(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """One invoice as PDF."""
    rows = queries.invoices(actor_of(request)).select_related("order", "channel", "shipment")
    found = rows.filter(pk=invoice_id).first()
    if found is None:
        raise Http404
    response = HttpResponse(printing.pdf(found), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.code}.pdf"'
    return response


@require_POST
@staff_only
def pay(request: HttpRequest) -> HttpResponse:
    """A payment came in."""
    form, back = PaymentForm(request.POST), reverse("tower:invoices")
    if not form.is_valid():
        keep(request, "payment", first_error(form))
        return HttpResponseRedirect(back)
    data = form.cleaned_data
    invoice_id = data.pop("invoice_id")
    return give(
        request, commands.record_payment, key="payment", done=_("The payment is booked."), back=back,
        invoice_ids=[invoice_id] if invoice_id else [], **data,
    )  # fmt: skip


@require_POST
@staff_only
def match(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Say which invoice money in suspense is for."""
    try:
        invoice_id = UUID(request.POST.get("invoice_id", ""))
    except ValueError:
        keep(request, "payment", _("Choose an invoice."))
        return HttpResponseRedirect(reverse("tower:invoices"))
    return give(
        request, commands.match_payment, key="payment", done=_("Matched."), back=reverse("tower:invoices"),
        payment_id=payment_id, invoice_id=invoice_id,
    )  # fmt: skip


@require_POST
@staff_only
def send_back(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Money in suspense went back to where it came from."""
    return give(
        request, commands.return_payment, key="payment", done=_("Sent back."), back=reverse("tower:invoices"),
        payment_id=payment_id, receipt_ref=request.POST.get("receipt_ref", ""),
    )  # fmt: skip


@require_POST
@staff_only
def remind(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """The reminder that is due."""
    return give(
        request, commands.remind, key=f"invoice-{invoice_id.hex}", done=_("The reminder is noted."),
        back=reverse("tower:invoices"), invoice_id=invoice_id,
    )  # fmt: skip


@require_POST
@staff_only
def letter_again(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """A letter that did not leave goes once more."""
    return give(
        request, commands.send_letter_again, key="payment", done=_("The letter goes out again."),
        back=reverse("tower:invoices"), letter_id=letter_id,
    )  # fmt: skip


@require_POST
@staff_only
def contact(request: HttpRequest) -> HttpResponse:
    """Where a buyer's reminders go."""
    return give(
        request, commands.set_invoice_contact, key="payment", done=_("The address is kept."),
        back=reverse("tower:invoices"), channel=request.POST.get("channel", "")[:30],
        email=request.POST.get("email", "")[:200],
    )  # fmt: skip


@require_POST
@staff_only
def end(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """A mistake is credited, an unpaid rest written off."""
    credit = request.POST.get("how") == "credit"
    return give(
        request, commands.credit_invoice if credit else commands.write_off_invoice, key=f"invoice-{invoice_id.hex}",
        done=_("The invoice is ended."), back=reverse("tower:invoices"), invoice_id=invoice_id,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip


@require_POST
@staff_only
def shipment_cost(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """A carrier's bill."""
    form, back = CostForm(request.POST), reverse("tower:invoices")
    if not form.is_valid():
        keep(request, "payment", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, commands.record_shipment_cost, key="payment", done=_("The bill is booked."), back=back,
        shipment_id=shipment_id, **form.cleaned_data,
    )  # fmt: skip
