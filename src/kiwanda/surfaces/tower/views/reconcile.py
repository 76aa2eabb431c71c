"""Reconciliation: a statement comes in, what differs is led to its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda import ports
from kiwanda.core.commands import Command
from kiwanda.core.errors import Rejected
from kiwanda.factory.settlement import ledger, reconciling
from kiwanda.factory.settlement.commands import (
    import_rail_statement,
    resolve_difference,
    reverse_by_line,
    settle_by_line,
)
from kiwanda.factory.settlement.reconciling import Kind
from kiwanda.surfaces.actors import actor_of, command_id_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.pay import NoteForm, StatementForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.views.pay import tabs_of
from kiwanda.surfaces.tower.views.shell import page

#: What each kind of difference means and what leads to its end.
WORDS = {
    Kind.NOT_ON_STATEMENT: (
        gettext_lazy("Paid here, not on the statement"),
        gettext_lazy("Bring in a statement that covers that time, or say why it is not there."),
    ),
    Kind.NOT_OURS: (
        gettext_lazy("Left the float, no payout has its receipt"),
        gettext_lazy("If a payout fits, settle it by this line. If none does, book it and ask the rail."),
    ),
    Kind.OTHER_AMOUNT: (
        gettext_lazy("Another amount left than we paid"),
        gettext_lazy("Book the difference as not explained and ask the rail."),
    ),
    Kind.REVERSED: (
        gettext_lazy("Taken back by the rail"),
        gettext_lazy("Take the payout back: the money is owed to the workshop again."),
    ),
    Kind.MONEY_IN: (
        gettext_lazy("Money came in"),
        gettext_lazy("Our own top-up, a payment that was taken back, or nothing we know of."),
    ),
    Kind.GAP: (
        gettext_lazy("A line is missing"),
        gettext_lazy("The balances do not follow. Bring in another statement of that time, or say why."),
    ),
}
ACTION_WORDS = {
    "top_up": gettext_lazy("Our own top-up"),
    "suspense": gettext_lazy("Not explained: book it"),
    "explained": gettext_lazy("Explained"),
}


@require_GET
@staff_only
def overview(request: HttpRequest) -> HttpResponse:
    """How far books and statement agree, what differs, and what can be done about each."""
    actor = actor_of(request)
    rail = ports.bound("payments")
    found = reconciling.reconcile(actor, rail.name)
    booked = ledger.balance_minor(ledger.float_at(rail.name))
    context = {
        "tabs": tabs_of(request, "reconcile"),
        "rail": rail,
        "found": found,
        "booked": booked,
        "rows": [
            {
                "item": item,
                "title": WORDS[item.kind][0],
                "hint": WORDS[item.kind][1],
                "actions": [(name, ACTION_WORDS[name]) for name in reconciling.ACTIONS[item.kind]],
                "anchor": f"d-{abs(hash(item.key)) % 10**10}",
            }
            for item in found.differences[:100]
        ],
        "more": max(0, len(found.differences) - 100),
        "resolved": [(row, ACTION_WORDS.get(row.action, row.action)) for row in found.resolved[:30]],
        "statements": list(reconciling.rail_statements(actor).filter(rail=rail.name)[:20]),
        "form": StatementForm(),
    }
    return page(request, "tower/reconcile.html", "pay", context)


@require_POST
@staff_only
def bring_in(request: HttpRequest) -> HttpResponse:
    """Take a statement as it was downloaded."""
    form = StatementForm(request.POST, request.FILES)
    back = reverse("tower:reconcile")
    if not form.is_valid():
        keep(request, "statement", first_error(form))
        return HttpResponseRedirect(back)
    upload = form.cleaned_data["file"]
    return give(
        request, import_rail_statement, key="statement", back=back, filename=upload.name, content=upload.read(),
        done=lambda made: _("%(lines)s lines read, %(new)s of them new.")
        % {"lines": made.line_count, "new": made.new_count},
    )  # fmt: skip


@require_POST
@staff_only
def resolve(request: HttpRequest) -> HttpResponse:
    """Say what a difference was."""
    key, form, back = request.POST.get("key", "")[:200], NoteForm(request.POST), reverse("tower:reconcile")
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back)
    try:
        resolve_difference(
            actor=actor_of(request), command_id=command_id_of(request), rail=ports.bound("payments").name, key=key,
            action=request.POST.get("action", ""), note=form.cleaned_data["note"],
        )
    except Rejected as refusal:
        keep(request, key, refusal.message(get_language() or "en"), refusal.code)
    else:
        messages.success(request, _("Settled."), extra_tags="good")
    return HttpResponseRedirect(back)


@require_POST
@staff_only
def paid(request: HttpRequest) -> HttpResponse:
    """A payout was paid by this line."""
    return _by_line(request, settle_by_line, _("The payout is settled by the statement."))


@require_POST
@staff_only
def taken_back(request: HttpRequest) -> HttpResponse:
    """A payout was taken back by this line."""
    return _by_line(request, reverse_by_line, _("Taken back; the money is owed again."))


def _by_line(request: HttpRequest, command: Command[Any, Any], done: str) -> HttpResponse:
    try:
        ids = {name: UUID(request.POST.get(name, "")) for name in ("payout_id", "line_id")}
    except ValueError:
        raise Http404 from None
    key = request.POST.get("difference", "")[:200]
    return give(request, command, key=key, done=done, back=reverse("tower:reconcile"), **ids)
