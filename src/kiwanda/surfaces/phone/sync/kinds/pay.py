"""Pay: the sums, and the lines they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from kiwanda.core.clock import local_midnight
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement import queries as settlement
from kiwanda.factory.settlement import statements
from kiwanda.factory.settlement.models import Adjustment
from kiwanda.surfaces.phone.sync.kinds import designs
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, ms, short, uuids

#: Earnings and payouts on the phone, each.
LINES = 60
#: How a payout's state reads on the phone.
_PAYOUTS = {"paid": "paid", "failed": "failed"}


def ids(viewer: Viewer) -> list[str]:
    return ["pay"]


def sums(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    totals = statements.totals(viewer.workshop_id)
    month = statements.totals(viewer.workshop_id, local_midnight(viewer.today.replace(day=1)))
    return {
        "pay": short(
            {
                "c": Workshop.objects.values_list("currency", flat=True).get(pk=viewer.workshop_id),
                "waiting": totals.waiting_minor,
                "held": totals.on_its_way_minor,
                "paid": totals.paid_minor,
                "month": month.earned_minor,
                "deducted": totals.deducted_minor,
            }
        )
    }


def line_ids(viewer: Viewer) -> list[str]:
    earned = settlement.earnings(viewer.actor).filter(earned_at__gte=viewer.since).order_by("-earned_at", "pk")
    paid = settlement.payouts(viewer.actor).filter(created_at__gte=viewer.since).order_by("-created_at", "pk")
    beside = settlement.adjustments(viewer.actor).filter(made_at__gte=viewer.since).exclude(entry=None)
    parts = (paid, earned, beside.order_by("-made_at", "pk"))
    return [str(pk) for part in parts for pk in part.values_list("pk", flat=True)[:LINES]]


def lines(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    keys = uuids(wanted)
    earned = list(
        settlement.earnings(viewer.actor)
        .filter(pk__in=keys, earned_at__gte=viewer.since)
        .select_related("work_order__production_order", "payout")
    )
    named = designs.variants(row.work_order.production_order.variant_id for row in earned)
    found: dict[str, Row] = {}
    for row in earned:
        name = named[row.work_order.production_order.variant_id]
        step = designs.operation(row.work_order.operation_id)
        found[str(row.pk)] = short(
            {
                "e": "earning",
                "t": f"{viewer.words(name.en, name.sw)}: {viewer.words(step.en, step.sw)}",
                "q": row.quantity,
                "p": row.piece_rate_minor,
                "a": row.amount_minor,
                "c": row.currency,
                "s": "waiting" if row.payout is None else statements._READS[row.payout.state],
                "at": ms(row.earned_at),
            }
        )
    beside = settlement.adjustments(viewer.actor).filter(pk__in=keys, made_at__gte=viewer.since)
    # A payout's money that is owed again has no entry: the payout's own line says it.
    for adjusted in beside.exclude(entry=None).select_related("payout"):
        found[str(adjusted.pk)] = short(
            {
                "e": _kind_of(adjusted),
                "t": adjusted.reason,
                "a": adjusted.amount_minor,
                "c": adjusted.currency,
                "s": "waiting" if adjusted.payout is None else statements._READS[adjusted.payout.state],
                "at": ms(adjusted.made_at),
            }
        )
    for payout in settlement.payouts(viewer.actor).filter(pk__in=keys, created_at__gte=viewer.since):
        found[str(payout.pk)] = short(
            {
                "e": "payout",
                "a": payout.amount_minor,
                "c": payout.currency,
                "s": _PAYOUTS.get(payout.state, "on_its_way"),
                "at": ms(payout.paid_at or payout.created_at),
                "ref": payout.receipt_ref,
            }
        )
    return found


def _kind_of(adjusted: Adjustment) -> str:
    """Earning, advance or deduction, as the app names its lines."""
    if adjusted.kind == "advance_paid":
        return "advance"
    return "earning" if adjusted.amount_minor > 0 else "deduction"


KIND = Kind("pay", ids, sums)
LINE = Kind("line", line_ids, lines)
