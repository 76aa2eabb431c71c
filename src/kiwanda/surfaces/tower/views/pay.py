"""Pay: batches that one prepares and another approves, payouts on their way, the ledger."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.core.models import User
from kiwanda.core.money import format_money
from kiwanda.factory.settlement import queries as settlement
from kiwanda.factory.settlement import rules
from kiwanda.factory.settlement.commands import (
    approve_payout_batch,
    cancel_payout_batch,
    create_payout_batch,
    query_payout,
    retry_payout,
    settle_review,
)
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.pay import SettleReviewForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.queries import attention
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 30
STATES = {
    "stuck": gettext_lazy("Need a person"),
    "way": gettext_lazy("On the way"),
    "paid": gettext_lazy("Paid"),
    "failed": gettext_lazy("Failed"),
    "ended": gettext_lazy("Given up or taken back"),
}
_FILTERS = {
    "stuck": Q(state__in=["failed", "review", "unknown"]),
    "way": Q(state__in=["ready", "sending", "accepted", "unknown"]),
    "paid": Q(state="paid"),
    "failed": Q(state="failed"),
    "ended": Q(state__in=["returned", "reversed"]),
}


def tabs_of(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The places of Pay."""
    waiting = attention.count(actor_of(request))
    return [
        {"label": _("Batches"), "href": reverse("tower:pay"), "current": current == "batches"},
        {"label": _("Payouts"), "href": reverse("tower:payouts"), "current": current == "payouts"},
        {
            "label": _("Needs a person"),
            "href": reverse("tower:pay_attention"),
            "current": current == "attention",
            "count": waiting or None,
        },
        {"label": _("Reconciliation"), "href": reverse("tower:reconcile"), "current": current == "reconcile"},
        {"label": _("Ledger"), "href": reverse("tower:ledger"), "current": current == "ledger"},
        {"label": _("Currencies"), "href": reverse("tower:currencies"), "current": current == "currencies"},
        {"label": _("Rules"), "href": reverse("tower:pay_rules"), "current": current == "rules"},
    ]


@require_GET
@staff_only
def batch_list(request: HttpRequest) -> HttpResponse:
    """What is owed, and the batches."""
    actor = actor_of(request)
    owed = list(
        settlement.unpaid(clock.now())
        .order_by()
        .values("currency")
        .annotate(total=Sum("amount_minor"), workshops=Count("workshop", distinct=True), n=Count("pk"))
    )
    batches = (
        settlement.payout_batches(actor)
        .order_by("-number")
        .annotate(
            paid=Count("payouts", filter=Q(payouts__state="paid")),
            stuck=Count("payouts", filter=Q(payouts__state__in=["failed", "review", "unknown"])),
        )
    )
    found = Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs_of(request, "batches"),
        "owed": owed,
        "page": found,
        "people": _people(list(found.object_list)),
        "states": _totals(request),
        "rules": rules.current(),
    }
    return page(request, "tower/pay.html", "pay", context)


def _totals(request: HttpRequest) -> dict[str, Any]:
    rows = settlement.payouts(actor_of(request)).order_by()
    way, stuck = _FILTERS["way"], _FILTERS["stuck"]
    return rows.aggregate(
        way=Sum("amount_minor", filter=way), way_n=Count("pk", filter=way),
        stuck=Sum("amount_minor", filter=stuck), stuck_n=Count("pk", filter=stuck),
    )  # fmt: skip


def _people(batches: list[Any]) -> dict[UUID, str]:
    ids = {row for batch in batches for row in (batch.created_by, batch.approved_by) if row}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))


@require_GET
@staff_only
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One batch with its payouts; approving binds what is shown here."""
    actor = actor_of(request)
    found = settlement.payout_batches(actor).filter(pk=batch_id).first()
    if found is None:
        raise Http404
    payouts = found.payouts.select_related("workshop").annotate(pieces=Sum("earnings__quantity"))
    counts = dict(found.payouts.order_by().values_list("state").annotate(n=Count("pk")))
    context = {
        "batch": found,
        "page": Paginator(payouts.order_by("-amount_minor", "code"), PER_PAGE).get_page(request.GET.get("page")),
        "counts": counts,
        "paid": counts.get("paid", 0),
        "people": _people([found]),
        "own": found.created_by == actor.id,
    }
    return page(request, "tower/batch.html", "pay", context)


@require_POST
@staff_only
def create(request: HttpRequest) -> HttpResponse:
    """Prepare a batch of everything earned and unpaid."""
    return give(
        request, create_payout_batch, key="batch", back=reverse("tower:pay"),
        done=lambda made: _("Batch %(number)s holds %(amount)s. Somebody else approves it.")
        % {"number": made.number, "amount": format_money(made.total_minor, made.currency)},
    )  # fmt: skip


@require_POST
@staff_only
def approve(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Approve exactly the content that was shown."""
    return give(
        request, approve_payout_batch, key="batch-approve", back=reverse("tower:batch", args=[batch_id]),
        done=_("Approved. The payouts are on their way."), batch_id=batch_id,
        content_hash=request.POST.get("content_hash", ""),
    )  # fmt: skip


@require_POST
@staff_only
def cancel(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Cancel a draft."""
    return give(
        request, cancel_payout_batch, key="batch-cancel", done=_("The batch is cancelled; its earnings stay payable."),
        back=reverse("tower:batch", args=[batch_id]), batch_id=batch_id,
    )  # fmt: skip


@require_GET
@staff_only
def payout_list(request: HttpRequest) -> HttpResponse:
    """Payouts and what the rail says of them."""
    actor, query = actor_of(request), request.GET
    state = query.get("state") if query.get("state") in STATES else "stuck"
    every = settlement.payouts(actor)
    rows = every.filter(_FILTERS[state or "stuck"]).select_related("workshop", "batch").prefetch_related("attempts")
    if text := query.get("q", "").strip()[:60]:
        rows = rows.filter(
            Q(workshop__trade_name__icontains=text) | Q(code__icontains=text) | Q(receipt_ref__icontains=text)
        )
    counts = every.order_by().aggregate(**{key: Count("pk", filter=where) for key, where in _FILTERS.items()})
    context = {
        "tabs": tabs_of(request, "payouts"),
        "page": Paginator(rows.order_by("-created_at", "code"), PER_PAGE).get_page(query.get("page")),
        "states": [(key, label, counts[key]) for key, label in STATES.items()],
        "state": state,
        "q": query.get("q", ""),
        "form": SettleReviewForm(),
    }
    return page(request, "tower/payouts.html", "pay", context)


@require_POST
@staff_only
def query(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """Have the rail asked."""
    return give(
        request, query_payout, key=f"payout-{payout_id.hex}", done=_("The rail is being asked."),
        back=reverse("tower:payouts"), payout_id=payout_id,
    )  # fmt: skip


@require_POST
@staff_only
def retry(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """Try a proven failure again."""
    return give(
        request, retry_payout, key=f"payout-{payout_id.hex}", done=_("The payout is tried again."),
        back=reverse("tower:payouts"), payout_id=payout_id,
    )  # fmt: skip


@require_POST
@staff_only
def settle(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """End a payout in review."""
    form, back = SettleReviewForm(request.POST), reverse("tower:payouts")
    if not form.is_valid():
        keep(request, f"payout-{payout_id.hex}", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, settle_review, key=f"payout-{payout_id.hex}", done=_("The payout is settled."), back=back,
        payout_id=payout_id, **form.cleaned_data,
    )  # fmt: skip
