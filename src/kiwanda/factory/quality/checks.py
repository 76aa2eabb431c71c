"""What ``kiwanda audit`` proves about verdicts."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.core.audit import check
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality.models import Appeal, Inspection, Rework


@check("Every inspected hand-in has one verdict over exactly the pieces received, and no other has any.")
def verdicts_complete() -> Iterator[str]:
    for row in HandIn.objects.filter(state="inspected", inspection=None).select_related("work_order"):
        yield f"hand-in {row.pk} of {row.work_order.code} is inspected but has no verdict"
    wrong = Inspection.objects.exclude(hand_in__state="inspected", hand_in__received_quantity=F("quantity"))
    for verdict in wrong.select_related("hand_in", "work_order"):
        yield (
            f"inspection {verdict.pk} of {verdict.work_order.code} judges {verdict.quantity} pieces, its hand-in is "
            f"{verdict.hand_in.state} with {verdict.hand_in.received_quantity}"
        )


@check("A hand-in's accepted pieces are its verdict's plus those an appeal granted.")
def hand_ins_follow_verdicts() -> Iterator[str]:
    rows = Inspection.objects.annotate(
        good=F("accepted_quantity") + Coalesce(F("appeal__granted_quantity"), 0)
    ).exclude(hand_in__accepted_quantity=F("good"))
    for row in rows.select_related("hand_in", "work_order"):
        yield (
            f"hand-in {row.hand_in_id} of {row.work_order.code}: {row.hand_in.accepted_quantity} accepted, "
            f"verdict and appeal say {row.good}"
        )


@check("A work order's accepted, rework and rejected counters are the sums of its verdicts and appeals.")
def work_orders_follow_verdicts() -> Iterator[str]:
    def total(field: str, **only: object) -> Coalesce:
        rows = Inspection.objects.filter(work_order=OuterRef("pk"), **only).order_by().values("work_order")
        return Coalesce(Subquery(rows.annotate(n=Sum(field)).values("n")), 0)

    granted = (
        Appeal.objects.filter(inspection__work_order=OuterRef("pk")).values("inspection__work_order")
        .annotate(n=Sum("granted_quantity")).values("n")
    )
    lost = (
        HandIn.objects.filter(
            work_order=OuterRef("pk"), is_rework=True, state__in=["received", "inspected", "cancelled"]
        )
        .order_by().values("work_order").annotate(n=Sum(F("quantity") - F("received_quantity"))).values("n")
    )
    rows = WorkOrder.objects.filter(inspections__isnull=False).distinct().annotate(
        good=total("accepted_quantity") + Coalesce(Subquery(granted), 0),
        bad=total("rejected_quantity") - Coalesce(Subquery(granted), 0),
        mending=total("rework_quantity") - total("quantity", hand_in__is_rework=True) - Coalesce(Subquery(lost), 0),
    )
    for row in rows.order_by("code"):
        # Closing a work order writes off what is still out for mending.
        out = row.mending if row.state in ("accepted", "in_progress") else row.rework_quantity
        if (row.accepted_quantity, row.rejected_quantity, row.rework_quantity) != (row.good, row.bad, out):
            yield (
                f"{row.code}: {row.accepted_quantity} accepted, {row.rework_quantity} in rework, "
                f"{row.rejected_quantity} rejected by its counters; {row.good}, {out}, {row.bad} by its verdicts"
            )


@check("An appeal grants no more than was rejected, and never by the inspector who rejected it.")
def appeals_fair() -> Iterator[str]:
    wrong = Q(granted_quantity__gt=F("inspection__rejected_quantity")) | Q(decided_by=F("inspection__inspector_id"))
    for row in Appeal.objects.filter(wrong):
        yield f"appeal {row.pk} grants {row.granted_quantity} pieces, decided by {row.decided_by}"


@check("A rework is closed exactly when all its pieces are back or written off.")
def reworks_closed() -> Iterator[str]:
    done = Q(returned_quantity=F("quantity"))
    for row in Rework.objects.filter((Q(state="closed") & ~done) | (Q(state="open") & done)):
        yield f"rework {row.pk}: {row.returned_quantity} of {row.quantity} back, state {row.state}"
