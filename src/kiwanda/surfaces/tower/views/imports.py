"""Imports: a file is looked at first; what would happen is shown; then it is applied, whole or not at all.

A small file is read while its sender waits; a large one is given to the worker, and its page shows how far it is.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import files
from kiwanda.core.errors import Rejected
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.demand.commands import import_orders, repeat_import, request_import
from kiwanda.factory.demand.commands.request_import import LARGEST_FILE, refuse_too_large
from kiwanda.factory.demand.import_progress import progress_of
from kiwanda.factory.demand.importing import RULES, RowError, errors_as_csv
from kiwanda.factory.demand.models import ImportRun
from kiwanda.surfaces.actors import actor_of, command_id_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import may, staff_only
from kiwanda.surfaces.tower.forms.skus import ImportForm
from kiwanda.surfaces.tower.giving import give_form
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 20
#: What is read while the sender waits, about a second's work: bytes and, once looked at, rows.
SMALL_FILE = 300_000
SMALL_ROWS = 2_000
GZIP = b"\x1f\x8b"

STATE_WORDS = {
    "queued": gettext_lazy("In the background"),
    "running": gettext_lazy("Reading"),
    "checked": gettext_lazy("Looked at"),
    "applied": gettext_lazy("Applied"),
    "refused": gettext_lazy("Refused"),
    "failed": gettext_lazy("Failed"),
}
OUTCOME_WORDS = {
    "orders_new": gettext_lazy("new orders"),
    "lines_new": gettext_lazy("new lines"),
    "lines_unmapped": gettext_lazy("lines waiting for a SKU"),
    "lines_ignored": gettext_lazy("lines of SKUs that are not made here"),
    "orders_extended": gettext_lazy("known orders with more lines"),
    "orders_unchanged": gettext_lazy("orders known already, unchanged"),
    "orders_known_otherwise": gettext_lazy("orders known already as the other kind (history or demand), unchanged"),
    "differing_lines": gettext_lazy("known lines that differ in the file, unchanged"),
    "orders_changed": gettext_lazy("orders of which the shop took lines back"),
    "orders_cancelled": gettext_lazy("orders cancelled"),
    "lines_cancelled": gettext_lazy("lines cancelled"),
    "orders_cancelled_too_late": gettext_lazy("orders cancelled too late: pieces have left"),
    "orders_left_out_cancelled": gettext_lazy("cancelled orders, left out"),
    "orders_left_out_empty": gettext_lazy("orders without a line to take, left out"),
    "lines_left_out_restocked": gettext_lazy("lines the shop took back, left out"),
    "lines_left_out_fulfilled": gettext_lazy("lines the shop has sent already, left out"),
    "lines_left_out_order_ended": gettext_lazy("new lines of orders that have ended, left out"),
}


@require_GET
@staff_only
def import_list(request: HttpRequest) -> HttpResponse:
    """Earlier imports and the form for the next."""
    return _screen(request, ImportForm(channels=list(demand.channels(actor_of(request)))))


def _screen(request: HttpRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    runs = demand.import_runs(actor_of(request)).defer("report")
    shown = Paginator(runs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": shown,
        "words": STATE_WORDS,
        "coming": {run.pk: progress_of(run.pk) for run in shown if run.state == "queued"},
        "largest_megabytes": LARGEST_FILE // 1_000_000,
    }
    return page(request, "tower/imports.html", "imports", context, status)


@require_POST
@staff_only
def check(request: HttpRequest) -> HttpResponse:
    """Look at a file: a dry run, whose report is the next page."""
    actor = actor_of(request)
    form = ImportForm(request.POST, request.FILES, channels=list(demand.channels(actor)))
    if not may(actor, "demand.import_orders") or not form.is_valid():
        return _screen(request, form, 422)
    upload, data = form.cleaned_data["file"], form.cleaned_data
    try:
        refuse_too_large(upload.size)
    except Rejected as refusal:
        form.add_error("file", refusal.message(get_language() or "en"))
        return _screen(request, form, 422)
    content = upload.read()
    named = {
        "channel_code": data["channel_code"], "format": data["format"], "filename": upload.name,
        "content": content, "dry_run": True, "as_history": data["as_history"],
    }  # fmt: skip
    # A packed file says nothing about how much is in it.
    is_small = len(content) <= SMALL_FILE and not content.startswith(GZIP)
    given, run = give_form(request, form, import_orders if is_small else request_import, **named)
    if not given:
        return _screen(request, form, 422)
    if run.state == "checked":
        # Kept so that what is applied is exactly what was looked at.
        files.save(content, "application/octet-stream")
    return HttpResponseRedirect(reverse("tower:import_run", args=[run.pk]))


def _run(request: HttpRequest, run_id: UUID) -> ImportRun:
    found = demand.import_runs(actor_of(request)).filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_only
def import_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What a file holds, what each rule did with it, what is wrong in it."""
    run = _run(request, run_id)
    report: dict[str, Any] = run.report
    swahili = (get_language() or "en").startswith("sw")
    rules = [
        {
            "count": count,
            "text": (RULES[name].swahili if swahili else RULES[name].english) if name in RULES else name,
            "left_out": RULES[name].leaves_out if name in RULES else False,
        }
        for name, count in sorted(report.get("counts", {}).items(), key=lambda pair: -pair[1])
    ]
    outcome = [
        (str(OUTCOME_WORDS.get(name, name.replace("_", " "))), count)
        for name, count in report.get("outcome", {}).items()
    ]
    progress = progress_of(run.pk) if run.state == "queued" else None
    is_kept = bool(run.file_sha256) and files.path_of(run.file_sha256).exists()
    context = {
        "run": run,
        "report": report,
        "progress": progress,
        "is_silent": progress is not None and progress.is_silent,
        "rules": rules,
        "outcome": outcome,
        "words": STATE_WORDS,
        "can_apply": run.state == "checked" and is_kept,
        "can_repeat": is_kept and (run.state == "failed" or (progress is not None and progress.is_silent)),
    }
    return page(request, "tower/import_run.html", "imports", context)


@require_POST
@staff_only
def apply(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Import exactly the bytes that were looked at; or take up again what failed or was interrupted."""
    run = _run(request, run_id)
    back = reverse("tower:import_run", args=[run_id])
    path = files.path_of(run.file_sha256)
    if not path.exists():
        keep(request, "import", _("This file is no longer here. Choose it again."))
        return HttpResponseRedirect(back)
    is_small = run.state == "checked" and run.rows_total <= SMALL_ROWS and path.stat().st_size <= SMALL_FILE
    actor, command_id = actor_of(request), command_id_of(request)
    try:
        if is_small:
            done = import_orders(
                actor=actor, command_id=command_id, channel_code=run.channel_id, format=run.format,
                filename=run.filename, content=path.read_bytes(), as_history=run.is_history,
            )  # fmt: skip
        else:
            done = repeat_import(actor=actor, command_id=command_id, import_run_id=run.pk)
    except Rejected as refusal:
        keep(request, "import", refusal.message(get_language() or "en"), refusal.code)
        return HttpResponseRedirect(back)
    if done.state == "applied":
        messages.success(request, _("The file was imported."), extra_tags="good")
    return HttpResponseRedirect(reverse("tower:import_run", args=[done.pk]))


@require_GET
@staff_only
def errors(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The errors as a file for the spreadsheet in which they will be mended."""
    run = _run(request, run_id)
    found = [RowError(**error) for error in run.report.get("errors", [])]
    response = HttpResponse(errors_as_csv(found, get_language() or "en"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="errors-{run_id}.csv"'
    return response
