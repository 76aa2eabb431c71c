"""Shipping: pack what lies at the hubs, put cartons into shipments, send them, note that they arrived."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from kiwanda.factory.logistics.commands import (
    create_shipment,
    dispatch_shipment,
    pack_carton,
    record_delivery,
    unpack_carton,
)
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.shipping import PackForm, ShipmentForm
from kiwanda.surfaces.tower.giving import back_to, first_error, give
from kiwanda.surfaces.tower.queries import shipping as reads
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 30
#: More cartons than this on one page would make choosing them blind.
CARTONS_PER_PAGE = 60
SHOWS = {
    "open": gettext_lazy("To hand over"),
    "dispatched": gettext_lazy("On the way"),
    "delivered": gettext_lazy("Delivered"),
}


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    actor = actor_of(request)
    counts = reads.shipment_counts(actor)
    return [
        {"label": _("To pack"), "href": reverse("tower:shipping"), "current": current == "pack"},
        {
            "label": _("Cartons"),
            "href": reverse("tower:cartons"),
            "current": current == "cartons",
            "count": reads.cartons_waiting(actor).count(),
        },
        {
            "label": _("Shipments"),
            "href": reverse("tower:shipments"),
            "current": current == "shipments",
            "count": counts.get("open", 0) + counts.get("dispatched", 0),
        },
    ]


@require_GET
@staff_only
def to_pack(request: HttpRequest) -> HttpResponse:
    """Finished pieces by hub and order line, earliest due first."""
    hub, order = request.GET.get("hub", "")[:12], request.GET.get("order", "").strip()[:40]
    found = reads.shelves(actor_of(request), hub=hub, order=order)
    context = {
        "tabs": _tabs(request, "pack"),
        "shelves": found.shown,
        "hubs": found.by_hub,
        "hub": hub,
        "order": order,
    }
    return page(request, "tower/shipping.html", "shipping", context)


@require_POST
@staff_only
def pack(request: HttpRequest) -> HttpResponse:
    """Put the ticked lines' pieces into a new carton."""
    form, back = PackForm(request.POST), reverse("tower:shipping")
    key = f"pack-{request.POST.get('hub', '')[:12]}"
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back_to(request, back))
    return give(
        request, pack_carton, key=key, back=back, hub_code=form.cleaned_data["hub"], items=form.cleaned_data["items"],
        done=lambda carton: ngettext(
            "Carton %(sscc)s is packed with %(count)s piece.",
            "Carton %(sscc)s is packed with %(count)s pieces.",
            carton.piece_count,
        ) % {"sscc": carton.sscc, "count": carton.piece_count},
    )  # fmt: skip


@require_GET
@staff_only
def cartons(request: HttpRequest) -> HttpResponse:
    """Packed cartons that wait for a shipment, and the form that makes one of them."""
    actor, query = actor_of(request), request.GET
    hub, text = query.get("hub", "")[:12], query.get("q", "").strip()[:40]
    found = Paginator(reads.cartons_waiting(actor, hub=hub, text=text), CARTONS_PER_PAGE).get_page(query.get("page"))
    context = {
        "tabs": _tabs(request, "cartons"),
        "page": found,
        "inside": reads.orders_inside("carton", found.object_list),
        "hubs": reads.hubs_with_cartons(actor),
        "hub": hub,
        "q": text,
        "form": ShipmentForm(),
    }
    return page(request, "tower/cartons.html", "shipping", context)


@require_POST
@staff_only
def unpack(request: HttpRequest, carton_id: UUID) -> HttpResponse:
    """Open a carton again; its pieces lie on the shelf."""
    return give(
        request, unpack_carton, key=f"carton-{carton_id.hex}", back=reverse("tower:cartons"), carton_id=carton_id,
        done=lambda carton: _("Carton %(sscc)s is open; its pieces can be packed again.") % {"sscc": carton.sscc},
    )  # fmt: skip


@require_POST
@staff_only
def new_shipment(request: HttpRequest) -> HttpResponse:
    """Make a shipment of the ticked cartons."""
    form, back = ShipmentForm(request.POST), reverse("tower:cartons")
    if not form.is_valid():
        keep(request, "shipment", first_error(form))
        return HttpResponseRedirect(back_to(request, back))
    data = form.cleaned_data
    return give(
        request, create_shipment, key="shipment", back=back, destination=data["destination"],
        carrier=data["carrier"], tracking_ref=data["tracking_ref"], carton_ids=data["carton"],
        done=lambda made: _("Shipment %(code)s is ready to be handed over.") % {"code": made.code},
    )  # fmt: skip


@require_GET
@staff_only
def shipments(request: HttpRequest) -> HttpResponse:
    """Shipments to hand over, on the way, delivered."""
    actor, query = actor_of(request), request.GET
    show = query.get("show", "open")
    show = show if show in SHOWS else "open"
    text = query.get("q", "").strip()[:60]
    rows = reads.shipments_of(actor, state=show, text=text)
    found = Paginator(rows, PER_PAGE).get_page(query.get("page"))
    counts = reads.shipment_counts(actor)
    context = {
        "tabs": _tabs(request, "shipments"),
        "page": found,
        "inside": reads.orders_inside("carton__shipment", found.object_list),
        "shows": [(key, label, counts.get(key, 0)) for key, label in SHOWS.items()],
        "show": show,
        "q": text,
    }
    return page(request, "tower/shipments.html", "shipping", context)


@require_POST
@staff_only
def dispatch(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """The carrier has it."""
    return give(
        request, dispatch_shipment, key=f"shipment-{shipment_id.hex}", back=reverse("tower:shipments"),
        shipment_id=shipment_id, done=lambda sent: _("Shipment %(code)s is on its way.") % {"code": sent.code},
    )  # fmt: skip


@require_POST
@staff_only
def deliver(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """The buyer has it."""
    return give(
        request, record_delivery, key=f"shipment-{shipment_id.hex}",
        back=reverse("tower:shipments") + "?show=dispatched", shipment_id=shipment_id,
        done=lambda arrived: _("Shipment %(code)s was delivered.") % {"code": arrived.code},
    )  # fmt: skip
