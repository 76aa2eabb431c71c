"""The plan as pictures: on the map of Kenya, and a sales order over time."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.planning import queries as planning
from kiwanda.factory.planning.outcomes import Outcome, outcome_of_run, outcome_of_scenario
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.queries.gantt import chart_of_orders, orders_behind
from kiwanda.surfaces.tower.queries.plan import week_of
from kiwanda.surfaces.tower.queries.plan_map import plan_map
from kiwanda.surfaces.tower.views.compare import ANSWERED, OFFERED
from kiwanda.surfaces.tower.views.shell import page

#: What-ifs offered beside the runs.
OFFERED_SCENARIOS = 10


def _chosen(request: HttpRequest) -> tuple[str, str, Outcome | None]:
    """The plan asked for (``run:…`` or ``scenario:…``), its name and outcome; the plan in force unless asked."""
    actor, asked = actor_of(request), request.GET.get("plan", "")
    kind, _colon, key = asked.partition(":")
    runs = planning.plan_runs(actor).filter(state__in=ANSWERED).defer("order_results")
    if not asked:
        run = runs.filter(state="published").first() or runs.first()
    else:
        try:
            identifier = UUID(key)
        except ValueError:
            raise Http404 from None
        if kind == "scenario":
            scenario = planning.scenarios(actor).defer(None).filter(pk=identifier, state="ready").first()
            if scenario is None:
                raise Http404
            return asked, scenario.name, outcome_of_scenario(scenario, "result")
        run = runs.filter(pk=identifier).first()
        if run is None:
            raise Http404
    if run is None:
        return "", "", None
    return f"run:{run.pk}", _("Plan %(number)s") % {"number": run.number}, outcome_of_run(run)


@require_GET
@staff_only
def on_map(request: HttpRequest) -> HttpResponse:
    """Load and hours in counties and at hubs, pieces between hubs; one technique or all, one week or all."""
    actor, query = actor_of(request), request.GET
    chosen, name, outcome = _chosen(request)
    technique, week = query.get("technique", ""), query.get("week", "")
    if outcome and (technique not in ("", *outcome.problem.techniques) or week not in ("", *outcome.load.weeks)):
        raise Http404
    context = {
        "plan": chosen,
        "plan_name": name,
        "drawn": plan_map(outcome, technique=technique, week=week) if outcome else None,
        "runs": planning.plan_runs(actor).filter(state__in=ANSWERED).only("number", "state")[:OFFERED],
        "scenarios": planning.scenarios(actor).filter(state="ready")[:OFFERED_SCENARIOS],
        "techniques": Technique.objects.filter(pk__in=outcome.problem.techniques) if outcome else [],
        "weeks": [week_of(label) for label in outcome.load.weeks] if outcome else [],
        "technique": technique,
        "week": week,
        "technique_row": Technique.objects.filter(pk=technique).first() if technique else None,
        "week_row": week_of(week) if week else None,
    }
    return page(request, "tower/plan_map.html", "plan_map", context)


@require_GET
@staff_only
def order_over_time(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """A sales order: its production orders step by step over time."""
    actor = actor_of(request)
    order = demand.orders(actor).filter(pk=order_id).first()
    if order is None:
        raise Http404
    made = orders_behind(actor, order_id)
    forecasts = [row.forecast_on for row in made if row.state == "open"]
    forecast_on = max((day for day in forecasts if day), default=None) if forecasts and all(forecasts) else None
    due_on = min((row.due_on for row in made), default=None)
    chart = chart_of_orders(actor, made, due_on, forecast_on) if due_on else None
    context = {"order": order, "orders": made, "chart": chart, "has_unplanned": not all(forecasts)}
    return page(request, "tower/order_over_time.html", "orders", context)
