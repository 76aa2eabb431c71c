"""Two plans side by side: any two runs, or the two plans of a what-if; on the screen and as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kiwanda.factory.network.models import Hub
from kiwanda.factory.planning import queries as planning
from kiwanda.factory.planning.differences import Difference
from kiwanda.factory.planning.models import PlanRun
from kiwanda.factory.planning.outcomes import outcome_of_run
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.queries import compare as reads
from kiwanda.surfaces.tower.views.shell import page

ROWS_PER_PAGE = 40
#: Runs offered to choose from.
OFFERED = 30
#: Runs that have an answer.
ANSWERED = ("proposed", "published", "superseded")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def shown_part(request: HttpRequest, difference: Difference) -> dict[str, Any]:
    """What the comparison's template needs: the head, and the rows of the part that is looked at."""
    query = request.GET
    part = query.get("part", "")
    part = part if part in reads.PARTS else "orders"
    text = query.get("q", "").strip()[:60]
    context: dict[str, Any] = {
        "compared": reads.compared(difference),
        "part": part,
        "parts": list(reads.PARTS.items()),
        "kind": query.get("kind", ""),
        "side": query.get("side", ""),
        "sides": list(reads.SIDES.items()),
        "hub": query.get("hub", ""),
        "q": text,
    }
    if part == "orders":
        rows: list[Any] = reads.order_rows(difference, kind=query.get("kind", ""), text=text)
    elif part == "workshops":
        rows = reads.workshop_rows(difference, side=query.get("side", ""), hub=query.get("hub", ""), text=text)
        context["hubs"] = Hub.objects.order_by("name")
    else:
        rows = reads.technique_rows(difference)
    context["rows"] = Paginator(rows, ROWS_PER_PAGE).get_page(query.get("page"))
    return context


def export_of(request: HttpRequest, difference: Difference, name: str) -> HttpResponse:
    """``format=xlsx``: every part, a sheet each; otherwise the part looked at as CSV. Filtered like the screen."""
    tables = reads.tables(difference, request.GET.dict())
    if request.GET.get("format") == "xlsx":
        response = HttpResponse(reads.as_workbook(tables), content_type=XLSX)
        ending = "xlsx"
    else:
        part = request.GET.get("part", "")
        part = part if part in tables else "orders"
        # A byte order mark, so that spreadsheets read names in UTF-8.
        response = HttpResponse("\ufeff" + reads.as_csv(tables[part]), content_type="text/csv; charset=utf-8")
        name, ending = f"{name}-{part}", "csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


def _pair(request: HttpRequest) -> tuple[list[PlanRun], PlanRun | None, PlanRun | None]:
    """The runs to choose from and the two chosen: the plan in force against the latest other unless asked otherwise."""
    runs = planning.plan_runs(actor_of(request)).filter(state__in=ANSWERED).defer("order_results", "summary")
    offered = list(runs[:OFFERED])

    def asked(key: str) -> PlanRun | None:
        if not request.GET.get(key):
            return None
        try:
            found = runs.filter(pk=UUID(request.GET[key])).first()
        except ValueError:
            raise Http404 from None
        if found is None:
            raise Http404
        return found

    before, after = asked("before"), asked("after")
    published = next((run for run in offered if run.state == "published"), None)
    proposal = next((run for run in offered if run.state == "proposed"), None)
    if after is None:
        after = proposal or published or next(iter(offered), None)
    if before is None and after is not None:
        before = published if published and published != after else None
        before = before or next((run for run in offered if run.number < after.number), None)
    return offered, before, after


@require_GET
@staff_only
def compare(request: HttpRequest) -> HttpResponse:
    """Any two plans."""
    runs, before, after = _pair(request)
    context: dict[str, Any] = {"runs": runs, "before": before, "after": after}
    if before and after:
        outcomes = outcome_of_run(before), outcome_of_run(after)
        if outcomes[0] and outcomes[1]:
            context |= shown_part(request, Difference(*outcomes))  # type: ignore[arg-type]
        else:
            context["lost"] = _("The files of one of these plans are no longer kept.")
    return page(request, "tower/plan_compare.html", "plan", context)


@require_GET
@staff_only
def export(request: HttpRequest) -> HttpResponse:
    """The comparison as CSV or XLSX."""
    _runs, before, after = _pair(request)
    outcomes = (outcome_of_run(before), outcome_of_run(after)) if before and after else (None, None)
    if outcomes[0] is None or outcomes[1] is None or before is None or after is None:
        raise Http404
    return export_of(request, Difference(*outcomes), f"kiwanda-plan-{before.number}-{after.number}")  # type: ignore[arg-type]
