"""Plan: the board, runs and proposals, publishing, who makes what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.dispatch.commands import send_wave as send_wave_command
from kiwanda.factory.network.models import Hub
from kiwanda.factory.planning import queries as planning
from kiwanda.factory.planning.commands import (
    cancel_production_order,
    discard_plan,
    publish_plan,
    request_plan,
)
from kiwanda.factory.planning.models import Allocation, PlanRun
from kiwanda.factory.planning.outcomes import outcome_of_run
from kiwanda.factory.planning.states import PLAN_RUN
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.orders import ReasonForm
from kiwanda.surfaces.tower.forms.plan import PlanForm
from kiwanda.surfaces.tower.forms.shipping import StoryForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.queries import objective
from kiwanda.surfaces.tower.queries import plan as reads
from kiwanda.surfaces.tower.queries.gantt import chart_of_order
from kiwanda.surfaces.tower.queries.passports import passport_part
from kiwanda.surfaces.tower.queries.plan_cell import cell as cell_of
from kiwanda.surfaces.tower.queries.scenarios import people
from kiwanda.surfaces.tower.views.shell import page

RUNS_PER_PAGE = 20
LOTS_PER_PAGE = 50
RECENT = 5


@require_GET
@staff_only
def overview(request: HttpRequest) -> HttpResponse:
    """The plan in force and what is under way."""
    actor = actor_of(request)
    # What becomes of each order is large and not shown here.
    runs = planning.plan_runs(actor).defer("order_results")
    published = runs.filter(state="published").first()
    by_hub = request.GET.get("by") == "hub"
    recent = list(runs[:RECENT])
    board = reads.board(published) if published else None
    context = {
        "published": published,
        "latest": recent[0] if recent else None,
        "proposal": runs.filter(state="proposed").first(),
        "under_way": runs.filter(state__in=["queued", "running"]).first(),
        "recent": recent,
        "board": board,
        "chart": reads.weekly(board) if board else None,
        "figures": objective.shown(published.objective, published.bound) if published else [],
        "scenarios": planning.scenarios(actor).exclude(state="discarded")[:3],
        "by_hub": by_hub,
        "makers": reads.makers(actor, published) if published else [],
        "tentative": Allocation.objects.filter(plan_run=published, state="tentative").count() if published else 0,
        "form": PlanForm(),
        "now": clock.now(),
        "waiting_for_release": demand.open_lines().count(),
        "open_orders": planning.production_orders(actor).filter(state="open").count(),
        "late_orders": planning.late_orders(actor).count() if published else 0,
    }
    return page(request, "tower/plan.html", "plan", context)


@require_GET
@staff_only
def run_list(request: HttpRequest) -> HttpResponse:
    """Every plan that was made."""
    rows = planning.plan_runs(actor_of(request)).defer("order_results")
    if request.GET.get("state") in PLAN_RUN.states:
        rows = rows.filter(state=request.GET["state"])
    runs = Paginator(rows, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": runs,
        "states": PLAN_RUN.states,
        "under_way": any(run.state in ("queued", "running") for run in runs),
        "people": people(person for run in runs for person in (run.requested_by, run.published_by)),
    }
    return page(request, "tower/plan_runs.html", "plan", context)


def _run(request: HttpRequest, run_id: UUID) -> PlanRun:
    found = planning.plan_runs(actor_of(request)).filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_only
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One plan: progress while it runs, then what it says and what it changes."""
    actor, shown = actor_of(request), _run(request, run_id)
    late = [row for row in shown.order_results if row.get("finish_on") is None or row.get("tardiness_days", 0)]
    context: dict[str, Any] = {
        "run": shown,
        "board": reads.board(shown) if shown.summary else None,
        "by_hub": request.GET.get("by") == "hub",
        "counts": shown.summary.get("counts", {}),
        "comparison": shown.summary.get("comparison", {}),
        "figures": objective.shown(shown.objective, shown.bound) if shown.summary else [],
        "people": people([shown.requested_by, shown.published_by]),
        "published": planning.plan_runs(actor).filter(state="published").only("number").first(),
        "now": clock.now(),
        "late": late[:30],
        "late_count": len(late),
        "makers": reads.makers(actor, shown),
    }
    return page(request, "tower/plan_run.html", "plan", context)


@require_GET
@staff_only
def cell(request: HttpRequest) -> HttpResponse:
    """The lots behind a cell of the board, or any search in the plan."""
    actor, query = actor_of(request), request.GET
    try:
        week = reads.week_of(query["week"]) if query.get("week") else None
        shown = _run(request, UUID(query["run"])) if query.get("run") else planning.published_plan(actor)
    except ValueError:
        raise Http404 from None
    rows = Allocation.objects.none()
    if shown is not None:
        rows = reads.lots(
            actor,
            shown,
            technique=query.get("technique", ""),
            hub=query.get("hub", ""),
            week=week,
            text=query.get("q", "").strip()[:60],
        )
    technique, hub = query.get("technique", ""), query.get("hub", "")
    outcome = outcome_of_run(shown) if shown is not None else None
    context = {
        "cell": cell_of(outcome, technique=technique, hub=hub, week=week) if outcome else None,
        "outcome": outcome,
        "hub": Hub.objects.filter(code=hub).first() if hub else None,
        "run": shown,
        "page": Paginator(rows, LOTS_PER_PAGE).get_page(query.get("page")),
        "technique": Technique.objects.filter(pk=query.get("technique", "")).first(),
        "week": week,
        "q": query.get("q", ""),
    }
    return page(request, "tower/plan_cell.html", "plan", context)


@require_POST
@staff_only
def request_run(request: HttpRequest) -> HttpResponse:
    """Ask the engine for a plan."""
    form, back = PlanForm(request.POST), reverse("tower:plan")
    if not form.is_valid():
        keep(request, "request-plan", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, request_plan, key="request-plan", done=_("The plan is being worked out."), back=back,
        **form.arguments(),
    )  # fmt: skip


@require_POST
@staff_only
def publish(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Make a proposal the plan in force."""
    return give(
        request, publish_plan, key="plan-run", back=reverse("tower:plan_run", args=[run_id]), plan_run_id=run_id,
        done=lambda published: _("Plan %(number)s is in force.") % {"number": published.number},
    )  # fmt: skip


@require_POST
@staff_only
def discard(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Put a proposal aside."""
    return give(
        request, discard_plan, key="plan-run", done=_("The proposal is discarded."), plan_run_id=run_id,
        back=reverse("tower:plan_run", args=[run_id]),
    )  # fmt: skip


@require_POST
@staff_only
def send_wave(request: HttpRequest) -> HttpResponse:
    """Send the next lots of the plan as offers."""
    return give(
        request,
        send_wave_command,
        key="wave",
        done=lambda count: (
            ngettext("%(count)s offer went out.", "%(count)s offers went out.", count) % {"count": count}
        ),
        back=reverse("tower:plan"),
    )


@require_GET
@staff_only
def production_order(request: HttpRequest, production_order_id: UUID) -> HttpResponse:
    """A production order step by step."""
    shown = reads.making_page(actor_of(request), production_order_id)
    if shown is None:
        raise Http404
    part = passport_part(shown.order)
    stories = {"story_en": part.passport.story_en, "story_sw": part.passport.story_sw} if part.passport else {}
    context = {
        "shown": shown,
        "today": clock.today(),
        "part": part,
        "story_form": StoryForm(initial=stories),
        "chart": chart_of_order(actor_of(request), shown.order, opened=request.GET.get("open", "")),
    }
    return page(request, "tower/production_order.html", "plan", context)


@require_POST
@staff_only
def cancel_making(request: HttpRequest, production_order_id: UUID) -> HttpResponse:
    """Stop a production order that nobody makes yet."""
    form, back = ReasonForm(request.POST), reverse("tower:production_order", args=[production_order_id])
    if not form.is_valid():
        keep(request, "making", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, cancel_production_order, key="making", done=_("The production order is cancelled."), back=back,
        production_order_id=production_order_id, reason=form.cleaned_data["reason"],
    )  # fmt: skip
