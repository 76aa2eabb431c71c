"""What-ifs: the list, the builder, the answer. None of this touches the plan in force."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.factory.planning import queries as planning
from kiwanda.factory.planning.commands import (
    add_scenario_change,
    cancel_scenario,
    create_scenario,
    discard_scenario,
    remove_scenario_change,
    request_scenario,
)
from kiwanda.factory.planning.differences import Difference
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.outcomes import outcome_of_scenario
from kiwanda.surfaces.actors import actor_of, command_id_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.scenarios import FORMS, PRESETS, BeginForm, ChangeForm, WorkOutForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.queries import scenarios as reads
from kiwanda.surfaces.tower.views.compare import export_of, shown_part
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 20


@require_GET
@staff_only
def scenario_list(request: HttpRequest) -> HttpResponse:
    """Every what-if, and the three questions asked most."""
    rows = planning.scenarios(actor_of(request)).exclude(state="discarded")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    chosen = request.GET.get("preset", "")
    context = {
        "page": found,
        "rows": [(row, reads.changes_shown(row)) for row in found],
        "people": reads.people(row.created_by for row in found),
        "presets": [(kind, *reads.KIND_WORDS[kind]) for kind in PRESETS],
        "preset": _form(chosen) if chosen in PRESETS else None,
        "form": BeginForm(),
        "under_way": any(row.state in ("queued", "running") for row in found),
        "now": clock.now(),
    }
    return page(request, "tower/scenarios.html", "scenarios", context)


def _form(kind: str, data: Any = None) -> ChangeForm:
    return FORMS[kind](data, today=clock.today(), prefix=None)


def _scenario(request: HttpRequest, scenario_id: UUID, *, whole: bool = False) -> Scenario:
    rows = planning.scenarios(actor_of(request))
    found = (rows.defer(None) if whole else rows).filter(pk=scenario_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_only
def scenario(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """One what-if: what it changes, how far it is, what it would mean."""
    shown = _scenario(request, scenario_id, whole=True)
    adding = request.GET.get("add", "")
    context: dict[str, Any] = {
        "scenario": shown,
        "changes": reads.changes_shown(shown),
        "kinds": [(kind, *words) for kind, words in reads.KIND_WORDS.items()],
        "adding": adding if adding in FORMS else "",
        "change_form": _form(adding) if adding in FORMS else None,
        "people": reads.people([shown.created_by]),
        "published": planning.published_plan(actor_of(request)),
        "first_look": _first_look(shown),
        "is_busy": shown.state in ("queued", "running"),
        "can_change": shown.state in ("draft", "ready", "failed"),
        "now": clock.now(),
    }
    difference = _difference(shown)
    if difference is not None:
        context |= shown_part(request, difference)
    return page(request, "tower/scenario.html", "scenarios", context)


def _first_look(shown: Scenario) -> bool:
    """Whether a plain answer stands while the careful one is being worked out."""
    return shown.state == "running" and bool(shown.headline.get("first_look"))


def _difference(shown: Scenario) -> Difference | None:
    if shown.state != "ready" and not _first_look(shown):
        return None
    base, result = outcome_of_scenario(shown, "base"), outcome_of_scenario(shown, "result")
    return Difference(base, result) if base and result else None


@require_GET
@staff_only
def export(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """The answer as CSV or XLSX."""
    shown = _scenario(request, scenario_id, whole=True)
    difference = _difference(shown)
    if difference is None:
        raise Http404
    return export_of(request, difference, f"kiwanda-what-if-{shown.number}")


@require_POST
@staff_only
def create(request: HttpRequest) -> HttpResponse:
    """Begin a what-if: with a name, or with one of the questions asked most, which is worked out at once."""
    kind, back = request.POST.get("kind", ""), reverse("tower:scenarios")
    changes: list[dict[str, Any]] = []
    days = 56
    if kind in PRESETS:
        preset, back = _form(kind, request.POST), f"{back}?preset={kind}"
        if not preset.is_valid():
            keep(request, "scenario", first_error(preset))
            return HttpResponseRedirect(back)
        name = request.POST.get("name", "").strip() or str(reads.KIND_WORDS[kind][0])
        changes = [{"kind": kind, **preset.details()}]
    else:
        form = BeginForm(request.POST)
        if not form.is_valid():
            keep(request, "scenario", first_error(form))
            return HttpResponseRedirect(back)
        name, days = form.cleaned_data["name"], form.cleaned_data["weeks"] * 7
    actor = actor_of(request)
    try:
        made = create_scenario(
            actor=actor, command_id=command_id_of(request), name=name[:80], days=days, changes=changes
        )
        if changes and made.state == "draft":
            request_scenario(actor=actor, scenario_id=made.pk)
    except Rejected as refusal:
        keep(request, "scenario", refusal.message(get_language() or "en"), refusal.code)
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(reverse("tower:scenario", args=[made.pk]))


@require_POST
@staff_only
def add_change(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Add one change."""
    kind, here = request.POST.get("kind", ""), reverse("tower:scenario", args=[scenario_id])
    if kind not in FORMS:
        raise Http404
    form = _form(kind, request.POST)
    if not form.is_valid():
        keep(request, "scenario-change", first_error(form))
        return HttpResponseRedirect(f"{here}?add={kind}")
    return give(
        request, add_scenario_change, key="scenario-change", done=_("The change is noted."), back=here,
        scenario_id=scenario_id, kind=kind, details=form.details(),
    )  # fmt: skip


@require_POST
@staff_only
def remove_change(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Take one change out."""
    return give(
        request, remove_scenario_change, key="scenario-change", done=_("The change is taken out."),
        back=reverse("tower:scenario", args=[scenario_id]), scenario_id=scenario_id,
        change_id=request.POST.get("change_id", ""),
    )  # fmt: skip


@require_POST
@staff_only
def work_out(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Ask the engine."""
    form, here = WorkOutForm(request.POST), reverse("tower:scenario", args=[scenario_id])
    seconds = form.cleaned_data["seconds"] if form.is_valid() else None
    return give(
        request, request_scenario, key="scenario", done=_("The what-if is being worked out."), back=here,
        scenario_id=scenario_id, budget_seconds=str(seconds) if seconds else None,
    )  # fmt: skip


@require_POST
@staff_only
def cancel(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Stop the engine."""
    return give(
        request, cancel_scenario, key="scenario", done=_("Stopped."), scenario_id=scenario_id,
        back=reverse("tower:scenario", args=[scenario_id]),
    )  # fmt: skip


@require_POST
@staff_only
def discard(request: HttpRequest, scenario_id: UUID) -> HttpResponse:
    """Put a what-if away."""
    return give(
        request, discard_scenario, key="scenario", done=_("The what-if is put away."), scenario_id=scenario_id,
        back=reverse("tower:scenarios"),
    )  # fmt: skip
