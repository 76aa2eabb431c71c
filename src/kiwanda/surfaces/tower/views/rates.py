"""Fair rates: the board, and one operation with its price, its time studies, its rates and what workshops say."""

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
from kiwanda.core.errors import NotFound
from kiwanda.core.models import User
from kiwanda.factory.catalog import commands, prices
from kiwanda.factory.catalog import queries as catalog
from kiwanda.factory.catalog.models import BenchmarkWage, Observation, PieceRate, RateAppeal, TimeStudy
from kiwanda.factory.network.models import Workshop
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.fair_pay import ObservationForm, RateForm, StudyForm, WageForm, WordsForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.queries import fair_rates
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 30


@require_GET
@staff_only
def board(request: HttpRequest) -> HttpResponse:
    """Every operation in use, those that need somebody first."""
    actor, now, today = actor_of(request), clock.now(), clock.today()
    rows = fair_rates.board(actor, now)
    text = request.GET.get("q", "").strip()[:60].casefold()
    shown = [row for row in rows if not text or text in _words(row)]
    context = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "q": request.GET.get("q", ""),
        "below": sum(row.over_minor < 0 for row in rows),
        "alarming": sum(row.is_alarming for row in rows),
        "appeals": sum(row.appeals for row in rows),
        "everybody": fair_rates.spreads(now).everybody,
        "weeks": fair_rates.WEEKS,
        "hour_minor": catalog.hourly_wage_minor(today),
        "wages": catalog.wages_in_force(today),
        "sources": {
            (row.kind, row.zone, row.grade): row.source
            for row in BenchmarkWage.objects.filter(valid_from__lte=today).order_by("valid_from")
        },
        "wage_form": WageForm(initial={"valid_from": today.isoformat()}),
    }
    return page(request, "tower/rates.html", "rates", context)


def _words(row: fair_rates.BoardRow) -> str:
    """What the search box looks through."""
    operation = row.operation
    style = operation.tech_pack.style
    return f"{style} {style.name_sw} {operation.code} {operation.name_en} {operation.name_sw}".casefold()


@require_GET
@staff_only
def operation(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """One operation: how its price is made, who was timed, what was proposed, what workshops say."""
    actor, today = actor_of(request), clock.today()
    try:
        row = catalog.operation(actor, operation_id)
    except NotFound:
        raise Http404 from None
    same = {"operation__tech_pack__style": row.tech_pack.style_id, "operation__code": row.code}
    studies = list(TimeStudy.objects.filter(**same).exclude(state="withdrawn").prefetch_related("observations"))
    rates = list(PieceRate.objects.filter(**same).order_by("-proposed_at"))
    appeals = list(RateAppeal.objects.filter(**same).order_by("state", "answer_by"))
    observed = [observation for study in studies for observation in study.observations.all()]
    made = prices.price_made(row, today)
    people = {person for rate in rates for person in (rate.proposed_by, rate.reviewed_by, rate.released_by)}
    context: dict[str, Any] = {
        "operation": row,
        "current": row.tech_pack.state == "released",
        "made": made,
        "sentences": made.sentences(get_language() or "en") if made else [],
        "spread": fair_rates.spreads(clock.now()).by_kind.get((row.tech_pack.style_id, row.code)),
        "weeks": fair_rates.WEEKS,
        "studies": [_study(study) for study in studies],
        "rates": rates,
        "under_way": any(rate.state in ("proposed", "reviewed") for rate in rates),
        "due": any(rate.state == "reviewed" and rate.valid_from <= today for rate in rates),
        "appeals": appeals,
        "shops": fair_rates.names([r.workshop_id for r in appeals] + [r.workshop_id for r in observed]),
        "people": dict(User.objects.filter(pk__in=[who for who in people if who]).values_list("pk", "username")),
        "study_form": StudyForm(),
        "observation_form": ObservationForm(),
        "rate_form": RateForm(),
        "closed": [study for study in studies if study.state == "closed"],
        "today": today,
        "actor_id": actor.id,
    }
    return page(request, "tower/rate.html", "rates", context)


def _study(study: TimeStudy) -> dict[str, Any]:
    """A study with its observations in order, each with whether it lies far from the others."""
    found = catalog.findings(study)
    rows = sorted(study.observations.all(), key=lambda row: (row.observed_on, row.pk))
    counted = [row for row in rows if not row.set_aside_reason]
    far = {counted[index].pk for index in found.outliers}
    return {
        "study": study,
        "found": found,
        "rows": [
            {"row": row, "far": row.pk in far, "each": row.minutes / row.pieces * row.rating_percent / 100}
            for row in rows
        ],
    }


@require_POST
@staff_only
def set_wage(request: HttpRequest) -> HttpResponse:
    """A benchmark wage from a day on."""
    form, back = WageForm(request.POST), reverse("tower:rates")
    if not form.is_valid():
        keep(request, "wage", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, commands.set_benchmark_wage, key="wage", done=_("The wage is set."), back=back, **form.cleaned_data
    )


@require_POST
@staff_only
def open_study(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Begin timing."""
    form, back = StudyForm(request.POST), reverse("tower:rate", args=[operation_id])
    if not form.is_valid():
        keep(request, "study", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, commands.open_time_study, key="study", done=_("The study is open: time five makers or more."),
        back=back, operation_id=operation_id, **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def observe(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """One maker was timed."""
    study = TimeStudy.objects.filter(pk=study_id).first()
    if study is None:
        raise Http404
    form, back = ObservationForm(request.POST), reverse("tower:rate", args=[study.operation_id])
    key = f"observe-{study_id.hex}"
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back)
    data = form.cleaned_data
    shop = Workshop.objects.filter(code__iexact=data.pop("workshop")).first()
    if shop is None:
        keep(request, key, _("No workshop has this code."))
        return HttpResponseRedirect(back)
    return give(
        request, commands.record_observation, key=key, done=_("Noted."), back=back, time_study_id=study_id,
        workshop_id=shop.pk, **data,
    )  # fmt: skip


@require_POST
@staff_only
def set_aside(request: HttpRequest, observation_id: UUID) -> HttpResponse:
    """An observation does not count."""
    row = Observation.objects.filter(pk=observation_id).select_related("time_study").first()
    if row is None:
        raise Http404
    return give(
        request, commands.set_aside_observation, key=f"observe-{row.time_study_id.hex}", done=_("It does not count."),
        back=reverse("tower:rate", args=[row.time_study.operation_id]), observation_id=observation_id,
        reason=request.POST.get("reason", ""),
    )  # fmt: skip


@require_POST
@staff_only
def close_study(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """The study ends with its standard minutes, or is given up."""
    study = TimeStudy.objects.filter(pk=study_id).first()
    if study is None:
        raise Http404
    given_up = request.POST.get("give_up") == "1"
    return give(
        request, commands.withdraw_time_study if given_up else commands.close_time_study, key=f"observe-{study_id.hex}",
        done=_("The study is closed."), back=reverse("tower:rate", args=[study.operation_id]), time_study_id=study_id,
    )  # fmt: skip


@require_POST
@staff_only
def propose(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Propose a rate."""
    form, back = RateForm(request.POST), reverse("tower:rate", args=[operation_id])
    if not form.is_valid():
        keep(request, "propose", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, commands.propose_rate, key="propose", done=_("Proposed. Somebody else reviews it."), back=back,
        operation_id=operation_id, **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def review(request: HttpRequest, rate_id: UUID) -> HttpResponse:
    """Approve or send back."""
    row = PieceRate.objects.filter(pk=rate_id).first()
    if row is None:
        raise Http404
    form = WordsForm(request.POST)
    form.is_valid()
    return give(
        request, commands.review_rate, key=f"rate-{rate_id.hex}", done=_("The review is recorded."),
        back=reverse("tower:rate", args=[row.operation_id]), piece_rate_id=rate_id, approve=form.cleaned_data["yes"],
        note=form.cleaned_data.get("words", ""),
    )  # fmt: skip


@require_POST
@staff_only
def take_back(request: HttpRequest, rate_id: UUID) -> HttpResponse:
    """Withdraw a rate that does not hold yet."""
    row = PieceRate.objects.filter(pk=rate_id).first()
    if row is None:
        raise Http404
    return give(
        request, commands.withdraw_rate, key=f"rate-{rate_id.hex}", done=_("The rate is taken back."),
        back=reverse("tower:rate", args=[row.operation_id]), piece_rate_id=rate_id,
    )  # fmt: skip


@require_POST
@staff_only
def release(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """Every reviewed rate of the style begins to hold."""
    return give(
        request, commands.release_rates, key="release", done=_("Released. New work is offered at the new rate."),
        back=reverse("tower:rates"), style_id=style_id,
    )  # fmt: skip


@require_POST
@staff_only
def answer(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """Answer a workshop's objection, with reasons."""
    row = RateAppeal.objects.filter(pk=appeal_id).first()
    if row is None:
        raise Http404
    form = WordsForm(request.POST)
    form.is_valid()
    return give(
        request, commands.answer_rate_appeal, key=f"appeal-{appeal_id.hex}", done=_("The workshop has its answer."),
        back=reverse("tower:rate", args=[row.operation_id]), rate_appeal_id=appeal_id,
        granted=form.cleaned_data["yes"], answer=form.cleaned_data.get("words", ""),
    )  # fmt: skip
