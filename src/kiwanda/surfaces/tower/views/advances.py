"""Advances: what was asked for, who decides, what is paid back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.factory.advances import commands, queries, terms
from kiwanda.factory.advances.commands.pause_advance import LONGEST_DAYS
from kiwanda.factory.network.models import Workshop
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.fair_pay import MaterialForm, PauseForm, PayOffForm, WordsForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 30
SHOWN = {
    "waiting": (gettext_lazy("Waiting for us"), Q(state__in=["requested", "decided", "sending"])),
    "running": (gettext_lazy("Being paid back"), Q(state="running")),
    "ended": (gettext_lazy("Ended"), Q(state__in=["settled", "declined", "withdrawn", "written_off"])),
}


@require_GET
@staff_only
def advance_list(request: HttpRequest) -> HttpResponse:
    """Requests first; then what is being paid back, and what ended."""
    actor, today = actor_of(request), clock.today()
    every = queries.advances(actor)
    counts = every.order_by().aggregate(**{key: Count("pk", filter=where) for key, (_word, where) in SHOWN.items()})
    show = request.GET.get("show", "")
    if show not in SHOWN:
        show = "waiting" if counts["waiting"] else "running"
    rows = every.filter(SHOWN[show][1]).select_related("workshop")
    if text := request.GET.get("q", "").strip()[:60]:
        rows = rows.filter(Q(workshop__trade_name__icontains=text) | Q(code__icontains=text))
    running = every.filter(state="running").order_by().aggregate(
        left=Sum(F("principal_minor") + F("fee_minor") - F("repaid_minor")), given=Sum("principal_minor"),
        paused=Count("pk", filter=Q(paused_until__gt=today)),
    )  # fmt: skip
    language = get_language() or "en"
    context: dict[str, Any] = {
        "page": Paginator(rows.order_by("-requested_at"), PER_PAGE).get_page(request.GET.get("page")),
        "kinds": [(key, word, counts[key]) for key, (word, _where) in SHOWN.items()],
        "show": show,
        "q": request.GET.get("q", ""),
        "running": running,
        "counts": counts,
        "today": today,
        "actor_id": actor.id,
        "terms": [
            (kind, terms.in_force(kind, today), terms.sentences(terms.in_force(kind, today), language))
            for kind in ("pay", "material")
        ],
        "lender": terms.lender(),
        "pause_most": today + timedelta(days=LONGEST_DAYS),
        "pay_off_form": PayOffForm(),
        "material_form": MaterialForm(),
    }
    return page(request, "tower/advances.html", "advances", context)


def _decide(request: HttpRequest, advance_id: UUID, command: Any) -> HttpResponse:
    form = WordsForm(request.POST)
    form.is_valid()
    return give(
        request, command, key=f"advance-{advance_id.hex}", done=_("The decision is recorded."),
        back=reverse("tower:advances"), advance_id=advance_id, approve=form.cleaned_data["yes"],
        answer=form.cleaned_data.get("words", ""),
    )  # fmt: skip


@require_POST
@staff_only
def decide(request: HttpRequest, advance_id: UUID) -> HttpResponse:
    """The first person's word."""
    return _decide(request, advance_id, commands.decide_advance)


@require_POST
@staff_only
def confirm(request: HttpRequest, advance_id: UUID) -> HttpResponse:
    """The second person's."""
    return _decide(request, advance_id, commands.confirm_advance)


@require_POST
@staff_only
def pay_off(request: HttpRequest, advance_id: UUID) -> HttpResponse:
    """Money came in for it."""
    form, back = PayOffForm(request.POST), reverse("tower:advances") + "?show=running"
    if not form.is_valid():
        keep(request, f"advance-{advance_id.hex}", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, commands.record_pay_off, key=f"advance-{advance_id.hex}", done=_("Booked."), back=back,
        advance_id=advance_id, **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def pause(request: HttpRequest, advance_id: UUID) -> HttpResponse:
    """Hardship: no instalment for a while, or from today on again."""
    form, back = PauseForm(request.POST), reverse("tower:advances") + "?show=running"
    if not form.is_valid():
        keep(request, f"advance-{advance_id.hex}", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, commands.pause_advance, key=f"advance-{advance_id.hex}", back=back, advance_id=advance_id,
        done=lambda row: _("No instalment before %(day)s.") % {"day": date_format(row.paused_until, "j M Y")}
        if row.paused_until else _("Instalments go on."),
        **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def write_off(request: HttpRequest, advance_id: UUID) -> HttpResponse:
    """What is left is given up."""
    return give(
        request, commands.write_off_advance, key=f"advance-{advance_id.hex}", done=_("Written off."),
        back=reverse("tower:advances") + "?show=running", advance_id=advance_id,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip


@require_POST
@staff_only
def material(request: HttpRequest) -> HttpResponse:
    """A workshop asked for material in kind."""
    form, back = MaterialForm(request.POST), reverse("tower:advances")
    if not form.is_valid():
        keep(request, "material", first_error(form))
        return HttpResponseRedirect(back)
    shop = Workshop.objects.filter(code__iexact=form.cleaned_data["workshop"]).first()
    if shop is None:
        keep(request, "material", _("No workshop has this code."))
        return HttpResponseRedirect(back)
    return give(
        request, commands.give_material, key="material", done=_("Entered. Finance decides."), back=back,
        workshop_id=shop.pk, value_minor=form.cleaned_data["value_minor"], about=form.cleaned_data["about"],
    )  # fmt: skip
