"""SKU mapping: what a channel's SKUs are here."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kiwanda.factory.catalog import queries as catalog
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.demand.commands import ignore_sku, import_sku_mapping, map_sku
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.skus import IgnoreForm, MapForm, MappingFileForm
from kiwanda.surfaces.tower.giving import first_error, give, give_form
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 25


@require_GET
@staff_only
def sku_list(request: HttpRequest) -> HttpResponse:
    """SKUs that wait, and those that were decided."""
    return _screen(request, MappingFileForm(channels=list(demand.channels(actor_of(request)))))


def _screen(request: HttpRequest, form: MappingFileForm, report: object = None, status: int = 200) -> HttpResponse:
    actor, query = actor_of(request), request.GET
    show = "known" if query.get("show") == "known" else "waiting"
    text, channel = query.get("q", "").strip()[:80], query.get("channel", "")
    waiting = demand.unmapped_skus(actor, channel or None)
    known = demand.mappings(actor, channel or None)
    counts = {"waiting": len(waiting), "known": known.count()}
    if text:
        waiting = [row for row in waiting if text.lower() in f"{row.external_sku} {row.description}".lower()]
        known = known.filter(external_sku__icontains=text)
    found = Paginator(waiting if show == "waiting" else known, PER_PAGE).get_page(query.get("page"))
    context = {
        "page": found,
        "show": show,
        "counts": counts,
        "q": text,
        "channel": channel,
        "channels": demand.channels(actor),
        "variants": catalog.variants(actor).values_list("sku", "name_en").order_by("sku"),
        "form": form,
        "report": report,
    }
    return page(request, "tower/skus.html", "skus", context, status)


@require_POST
@staff_only
def map_one(request: HttpRequest) -> HttpResponse:
    """Map one SKU."""
    form, back = MapForm(request.POST), reverse("tower:skus")
    key = f"sku-{request.POST.get('channel_code')}-{request.POST.get('external_sku')}"
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, map_sku, key=key, back=back,
        done=_("%(sku)s is mapped. Its waiting lines are open now.") % {"sku": form.cleaned_data["external_sku"]},
        **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def ignore_one(request: HttpRequest) -> HttpResponse:
    """Say why a SKU is not made here."""
    form, back = IgnoreForm(request.POST), reverse("tower:skus")
    key = f"sku-{request.POST.get('channel_code')}-{request.POST.get('external_sku')}"
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, ignore_sku, key=key, back=back,
        done=_("%(sku)s will not be made here.") % {"sku": form.cleaned_data["external_sku"]},
        **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def from_file(request: HttpRequest) -> HttpResponse:
    """Map from a file: looked at first, then applied."""
    actor = actor_of(request)
    form = MappingFileForm(request.POST, request.FILES, channels=list(demand.channels(actor)))
    if not form.is_valid():
        return _screen(request, form, status=422)
    upload, dry_run = form.cleaned_data["file"], form.cleaned_data["dry_run"]
    given, report = give_form(
        request, form, import_sku_mapping, channel_code=form.cleaned_data["channel_code"], content=upload.read(),
        filename=upload.name, dry_run=dry_run,
    )  # fmt: skip
    if not given:
        return _screen(request, form, status=422)
    errors = report.get("error_count", 0)
    if errors == 0 and not dry_run:
        messages.success(request, _("The mapping file was applied."), extra_tags="good")
        return HttpResponseRedirect(reverse("tower:skus"))
    if errors:
        form.add_error(
            None,
            ngettext("%(count)s error; nothing was taken.", "%(count)s errors; nothing was taken.", errors)
            % {"count": errors},
        )
    return _screen(request, form, report, 422 if errors else 200)
