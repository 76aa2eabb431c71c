"""One tap from work nobody does to somebody who does it: the choices, and giving it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.factory.dispatch.commands import answer_contest, contest_reassignment, reassign_offer, reassign_work
from kiwanda.factory.dispatch.models import Reassignment
from kiwanda.factory.dispatch.states import REASSIGN_REASONS
from kiwanda.factory.planning.warming import is_ready
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import KEPT, keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.giving import give
from kiwanda.surfaces.tower.queries import reassign as reads
from kiwanda.surfaces.tower.views.shell import page


def _source(request: HttpRequest, kind: str, source_id: UUID) -> reads.Source:
    if kind not in ("offer", "work"):
        raise Http404
    find = reads.source_of_offer if kind == "offer" else reads.source_of_work
    found = find(actor_of(request), source_id)
    if found is None:
        raise Http404
    return found


@require_GET
@staff_only
def choose(request: HttpRequest, kind: str, source_id: UUID) -> HttpResponse:
    """The page: what is left of the work at once, the choices as soon as they are worked out."""
    source = _source(request, kind, source_id)
    row = source.row
    back = reverse("tower:offers") if kind == "offer" else reverse("tower:work_order", args=[row.pk])
    overdue = kind == "work" and row.due_on < clock.today()
    context: dict[str, Any] = {
        "source": source,
        "row": row,
        "back_url": back,
        "reasons": reasons(),
        "reason": "late" if overdue else "silent",
        "options_url": reverse("tower:reassign_choices", args=[kind, row.pk]),
    }
    if "now" in request.GET or source.task is None:
        context["choices"] = reads.choices(source)
        context["worked_out"] = True
    return page(request, "tower/reassign.html", "work", context)


@require_GET
@staff_only
def choices(request: HttpRequest, kind: str, source_id: UUID) -> HttpResponse:
    """The choices alone, for the page that waits for them."""
    source = _source(request, kind, source_id)
    if not is_ready(standing=True):
        return render(request, "tower/parts/why_warming.html")
    overdue = kind == "work" and source.row.due_on < clock.today()
    context = {
        "source": source,
        "row": source.row,
        "choices": reads.choices(source),
        "worked_out": True,
        "reasons": reasons(),
        "reason": "late" if overdue else "silent",
    }
    return render(request, "tower/parts/reassign_choices.html", context)


def reasons() -> list[tuple[str, str]]:
    """Why accepted work is taken back, in the reader's language."""
    swahili = (get_language() or "en").startswith("sw")
    return [(code, words[1] if swahili else words[0]) for code, words in REASSIGN_REASONS.items()]


@require_POST
@staff_only
def reassign(request: HttpRequest, kind: str, source_id: UUID) -> HttpResponse:
    """Give the work to the choice that was tapped."""
    here = reverse("tower:reassign", args=[kind, source_id])
    try:
        makers = reads.unpacked(request.POST.get("choice", ""))
    except ValueError:
        keep(request, "reassign", _("Choose one of the ways."))
        return HttpResponseRedirect(here)
    pieces = sum(maker.quantity for maker in makers)
    done = ngettext(
        "%(count)s piece is offered to its next workshop.", "%(count)s pieces are offered to their next workshops.",
        pieces,
    ) % {"count": pieces}  # fmt: skip
    if kind == "offer":
        return _given(request, reassign_offer, here, done, reverse("tower:offers"), offer_id=source_id, makers=makers)
    return _given(
        request, reassign_work, here, done, reverse("tower:work_order", args=[source_id]), work_order_id=source_id,
        makers=makers, reason=request.POST.get("reason", ""), note=request.POST.get("note", "")[:200],
    )  # fmt: skip


def _given(request: HttpRequest, command: Any, here: str, done: str, then: str, **arguments: Any) -> HttpResponse:
    answer = give(request, command, key="reassign", done=done, back=here, **arguments)
    # A refusal shows beside the choices, which are worked out anew; done work is left for where it came from.
    if KEPT in request.session:
        return HttpResponseRedirect(here)
    return HttpResponseRedirect(then) if answer.status_code == 302 else answer


@require_POST
@staff_only
def contest(request: HttpRequest, reassignment_id: UUID) -> HttpResponse:
    """A workshop says on the phone that the work should have stayed with it."""
    return give(
        request, contest_reassignment, key="work-contest", done=_("Written down: it waits for an answer."),
        back=reverse("tower:today"), reassignment_id=reassignment_id, contest=request.POST.get("contest", ""),
    )  # fmt: skip


@require_POST
@staff_only
def answer(request: HttpRequest, reassignment_id: UUID) -> HttpResponse:
    """Answer a workshop that contests."""
    back = request.POST.get("give_back") == "1"

    def done(row: Reassignment) -> str:
        return _("The pieces are offered to it again.") if row.state == "given_back" else _("The workshop is told.")

    return give(
        request, answer_contest, key="work-contest", done=done, back=reverse("tower:today"),
        reassignment_id=reassignment_id, give_back=back, answer=request.POST.get("answer", ""),
    )  # fmt: skip
