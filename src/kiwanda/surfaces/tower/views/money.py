"""A payout's whole life, what about money needs a person, and the rules of paying."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda import ports
from kiwanda.core import clock
from kiwanda.core.commands import Command
from kiwanda.factory.settlement import queries as settlement
from kiwanda.factory.settlement import rules
from kiwanda.factory.settlement.commands import (
    approve_instant_pay,
    decide_correction,
    decide_number,
    decide_reversal,
    end_instant_pay,
    propose_correction,
    propose_instant_pay,
    propose_reversal,
    release_payout,
    resume_payouts,
    set_pay_limits,
    stop_payouts,
)
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.pay import CorrectionForm, InstantForm, LimitsForm, NoteForm, ReversalForm, StopForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.queries import attention
from kiwanda.surfaces.tower.queries.payout_life import life
from kiwanda.surfaces.tower.views.pay import tabs_of
from kiwanda.surfaces.tower.views.shell import page


@require_GET
@staff_only
def payout(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """One payout: what it pays for, and everything that happened to it."""
    found = (
        settlement.payouts(actor_of(request))
        .filter(pk=payout_id)
        .select_related("workshop", "batch")
        .prefetch_related("attempts__posts")
        .first()
    )
    if found is None:
        raise Http404
    head = found.part_of or found
    context = {
        "payout": found,
        "moments": life(found),
        "earnings": list(head.earnings.select_related("work_order").order_by("earned_at")[:50]),
        "adjustments": list(head.adjustments.order_by("made_at")[:50]),
        "attempt": found.attempts.order_by("-recorded_at").first(),
        "reversal": found.reversals.filter(state="proposed").first(),
        "returned_to": settlement.adjustments(actor_of(request))
        .filter(kind="returned", source_id=found.pk)
        .select_related("payout")
        .first(),
    }
    return page(request, "tower/payout.html", "pay", context)


@require_GET
@staff_only
def attention_list(request: HttpRequest) -> HttpResponse:
    """Unknown and contradictory payouts and everything that wants a second person."""
    found = attention.gather(actor_of(request))
    context = {"tabs": tabs_of(request, "attention"), "found": found, "now": clock.now()}
    return page(request, "tower/pay_attention.html", "pay", context)


@require_GET
@staff_only
def rules_page(request: HttpRequest) -> HttpResponse:
    """The switch, the limits, paying at once."""
    actor = actor_of(request)
    row = rules.current()
    rail = ports.bound("payments")
    context = {
        "tabs": tabs_of(request, "rules"),
        "rules": row,
        "approved_today": rules.approved_today(clock.now()),
        "order": settlement.standing_orders(actor).filter(state__in=["proposed", "active"]).first(),
        "own_order": settlement.standing_orders(actor).filter(state="proposed", proposed_by=actor.id).exists(),
        "rail": rail.name,
        "amounts": {
            "payout_minor": _shillings(row.payout_limit_minor),
            "batch_minor": _shillings(row.batch_limit_minor),
            "day_minor": _shillings(row.day_limit_minor),
        },
    }
    return page(request, "tower/pay_rules.html", "pay", context)


def _shillings(minor: int | None) -> str:
    return "" if minor is None else f"{minor // 100}" + (f".{minor % 100:02d}" if minor % 100 else "")


def _give_form(
    request: HttpRequest, form: forms.Form, command: Command[Any, Any], key: str, back: str, done: str, **more: Any
) -> HttpResponse:
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back)
    return give(request, command, key=key, done=done, back=back, **form.cleaned_data, **more)


@require_POST
@staff_only
def release(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """Give a failed payout up."""
    return give(
        request, release_payout, key=f"payout-{payout_id.hex}", payout_id=payout_id,
        done=_("Its money goes into the next batch."), back=reverse("tower:payout", args=[payout_id]),
    )  # fmt: skip


@require_POST
@staff_only
def propose(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """Enter a reversal seen in the portal."""
    return _give_form(
        request, ReversalForm(request.POST), propose_reversal, f"payout-{payout_id.hex}",
        reverse("tower:payout", args=[payout_id]), _("Entered. A second person confirms it."), payout_id=payout_id,
    )  # fmt: skip


@require_POST
@staff_only
def decide(request: HttpRequest, reversal_id: UUID) -> HttpResponse:
    """Confirm or refuse a reversal."""
    confirmed = request.POST.get("confirmed") == "1"
    done = _("Taken back; the money is owed again.") if confirmed else _("Refused; the payment stands.")
    return give(
        request, decide_reversal, key=f"reversal-{reversal_id.hex}", reversal_id=reversal_id, confirmed=confirmed,
        done=done, back=reverse("tower:pay_attention"),
    )  # fmt: skip


@require_POST
@staff_only
def decide_hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Confirm or refuse a payee's new number."""
    confirmed = request.POST.get("confirmed") == "1"
    return _give_form(
        request, NoteForm(request.POST), decide_number, f"number-{hold_id.hex}", reverse("tower:pay_attention"),
        _("The number is confirmed.") if confirmed else _("The number is refused."), number_hold_id=hold_id,
        confirmed=confirmed,
    )  # fmt: skip


@require_POST
@staff_only
def propose_faulty(request: HttpRequest, earning_id: UUID) -> HttpResponse:
    """Say that pieces which earned are faulty."""
    earning = settlement.earnings(actor_of(request)).filter(pk=earning_id).first()
    if earning is None:
        raise Http404
    done = _("Written down. The workshop is asked; nothing is taken without its consent.")
    if earning.payout_id is None:
        done = _("Written down. A second person decides.")
    return _give_form(
        request, CorrectionForm(request.POST), propose_correction, f"work-earning-{earning_id.hex}",
        reverse("tower:work_order", args=[earning.work_order_id]), done, earning_id=earning_id,
    )  # fmt: skip


@require_POST
@staff_only
def decide_faulty(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """Decide about pay for faulty pieces."""
    return give(
        request, decide_correction, key=f"correction-{correction_id.hex}", correction_id=correction_id,
        outcome=request.POST.get("outcome", ""), done=_("Decided."), back=reverse("tower:pay_attention"),
    )  # fmt: skip


@require_POST
@staff_only
def stop(request: HttpRequest) -> HttpResponse:
    """The switch."""
    return _give_form(
        request, StopForm(request.POST), stop_payouts, "switch", reverse("tower:pay_rules"),
        _("Payments are stopped. Nothing leaves any more."),
    )  # fmt: skip


@require_POST
@staff_only
def resume(request: HttpRequest) -> HttpResponse:
    return _give_form(
        request, NoteForm(request.POST), resume_payouts, "switch", reverse("tower:pay_rules"), _("Payments go on.")
    )


@require_POST
@staff_only
def limits(request: HttpRequest) -> HttpResponse:
    return _give_form(
        request, LimitsForm(request.POST), set_pay_limits, "limits", reverse("tower:pay_rules"),
        _("The limits are set."),
    )  # fmt: skip


@require_POST
@staff_only
def instant(request: HttpRequest) -> HttpResponse:
    return _give_form(
        request, InstantForm(request.POST), propose_instant_pay, "instant", reverse("tower:pay_rules"),
        _("Proposed. A second person agrees."),
    )  # fmt: skip


@require_POST
@staff_only
def instant_decide(request: HttpRequest, order_id: UUID, what: str) -> HttpResponse:
    """Agree to paying at once, or end it."""
    if what not in ("approve", "end"):
        raise Http404
    command = approve_instant_pay if what == "approve" else end_instant_pay
    return give(
        request, command, key="instant", standing_order_id=order_id, back=reverse("tower:pay_rules"),
        done=_("Accepted pieces are paid at once from now on.") if what == "approve" else _("Paying at once is ended."),
    )  # fmt: skip
