"""Pay: what is earned, what is on its way, what was paid and when."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiwanda.core.actors import Actor
from kiwanda.factory.settlement import queries, statements
from kiwanda.factory.settlement.commands import answer_correction
from kiwanda.factory.settlement.models import Earning, Payout
from kiwanda.surfaces.actors import command_id_of
from kiwanda.surfaces.phone.session import artisan_required, attempt, workshop_of

SHOWN = 60


@artisan_required
def statement(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Sums first, then every earning and payout, newest first."""
    earnings = list(
        Earning.objects.filter(workshop_id=workshop_of(actor))
        .select_related("work_order__operation", "work_order__production_order__variant__style", "payout")
        .order_by("-earned_at")[:SHOWN]
    )
    payouts = list(Payout.objects.filter(workshop_id=workshop_of(actor)).exclude(state="cancelled")[:SHOWN])
    # Pieces that were paid and turned out faulty: nothing is taken unless she agrees.
    asked = queries.asked(actor).select_related("earning__work_order")
    beside = list(queries.adjustments(actor).exclude(entry=None)[:SHOWN])
    totals = statements.totals(workshop_of(actor))
    return render(
        request,
        "phone/pay.html",
        {"tab": "pay", "earnings": earnings, "payouts": payouts, "totals": totals, "beside": beside, "asked": asked},
    )


@require_POST
@artisan_required
def answer(request: HttpRequest, actor: Actor, correction_id: UUID) -> HttpResponse:
    """She agrees that pay for faulty pieces is taken back bit by bit, or she does not."""
    consent = request.POST.get("consent") == "yes"
    attempt(
        request,
        _("Thank you. At most a quarter of each payment goes into it.") if consent else _("Noted. Nothing is taken."),
        lambda: answer_correction(
            actor=actor, command_id=command_id_of(request), correction_id=correction_id, consent=consent
        ),
    )
    return redirect("phone:pay")
