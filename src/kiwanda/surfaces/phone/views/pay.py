"""Pay: what is earned, what is on its way, what was paid and when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kiwanda.core.actors import Actor
from kiwanda.factory.settlement import queries, statements
from kiwanda.factory.settlement.models import Earning, Payout
from kiwanda.surfaces.phone.session import artisan_required, workshop_of

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
    beside = list(queries.adjustments(actor).exclude(entry=None)[:SHOWN])
    totals = statements.totals(workshop_of(actor))
    return render(
        request,
        "phone/pay.html",
        {"tab": "pay", "earnings": earnings, "payouts": payouts, "totals": totals, "beside": beside},
    )
