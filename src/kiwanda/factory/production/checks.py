"""What ``kiwanda audit`` proves about hand-ins and parts."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.core.audit import check
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production.models import ComponentIssue, HandIn, ProgressReport
from kiwanda.factory.production.routing import predecessors


@check("A work order's handed-in and received counters are the sums of its hand-ins.")
def hand_ins_counted() -> Iterator[str]:
    first = Q(hand_ins__is_rework=False)
    rows = (
        WorkOrder.objects.annotate(
            declared=Coalesce(Sum("hand_ins__quantity", filter=first), 0),
            counted=Coalesce(
                Sum("hand_ins__received_quantity",
                    filter=first & Q(hand_ins__state__in=["received", "inspected", "cancelled"])), 0
            ),
        )
        .exclude(declared=F("handed_in_quantity"), counted=F("received_quantity"))
        .order_by("code")
    )
    for row in rows:
        yield (
            f"{row.code}: {row.handed_in_quantity} handed in and {row.received_quantity} received by its counters, "
            f"{row.declared} and {row.counted} by its hand-ins"
        )


@check("No hand-in counts more pieces than were declared, accepts more than arrived, or waits inspected uncounted.")
def hand_ins_within() -> Iterator[str]:
    wrong = (
        Q(received_quantity__gt=F("quantity"), state__in=["received", "inspected"])
        | Q(accepted_quantity__gt=Coalesce(F("received_quantity"), 0))
        | Q(state__in=["received", "inspected"], received_quantity__isnull=True)
    )
    for row in HandIn.objects.filter(wrong).select_related("work_order"):
        yield (
            f"hand-in {row.pk} of {row.work_order.code}: {row.quantity} declared, {row.received_quantity} received, "
            f"{row.accepted_quantity} accepted, state {row.state}"
        )


@check("Pieces passed on as parts are the sum of their issues.")
def parts_counted() -> Iterator[str]:
    rows = (
        HandIn.objects.annotate(passed=Coalesce(Sum("component_issues__quantity"), 0))
        .exclude(passed=F("issued_quantity"))
        .select_related("work_order")
    )
    for row in rows:
        yield f"hand-in {row.pk} of {row.work_order.code}: {row.issued_quantity} passed on, issues say {row.passed}"


@check("Parts stay in their production order, follow the routing and never exceed the work order's quantity.")
def parts_follow_routing() -> Iterator[str]:
    rows = (
        ComponentIssue.objects.values(
            "work_order_id", "work_order__code", "work_order__quantity", "work_order__operation_id",
            "work_order__production_order_id", "hand_in__work_order__operation_id",
            "hand_in__work_order__production_order_id",
        )
        .annotate(n=Sum("quantity"))
        .order_by("work_order__code")
    )
    for row in rows:
        code = row["work_order__code"]
        if row["work_order__production_order_id"] != row["hand_in__work_order__production_order_id"]:
            yield f"{code} was given parts of another production order"
        if row["hand_in__work_order__operation_id"] not in predecessors(row["work_order__operation_id"]):
            yield f"{code} was given parts its operation does not build on"
        if row["n"] > row["work_order__quantity"]:
            yield f"{code} was given {row['n']} parts of one operation for {row['work_order__quantity']} pieces"


@check("No work order handed in more pieces than it was given parts for.")
def parts_before_pieces() -> Iterator[str]:
    given: dict[object, dict[object, int]] = {}
    for work_order_id, operation_id, n in (
        ComponentIssue.objects.values_list("work_order_id", "hand_in__work_order__operation_id")
        .annotate(n=Sum("quantity"))
        .order_by()
    ):
        given.setdefault(work_order_id, {})[operation_id] = n
    built = WorkOrder.objects.filter(handed_in_quantity__gt=0).values_list(
        "pk", "code", "operation_id", "handed_in_quantity"
    )
    for pk, code, operation_id, handed_in in built.iterator():
        before = predecessors(operation_id)
        sets = min((given.get(pk, {}).get(op, 0) for op in before), default=handed_in)
        if handed_in > sets:
            yield f"{code} handed in {handed_in} pieces with parts for {sets}"


@check("A work order's made count is its last progress report's and at least what it handed in.")
def progress_counted() -> Iterator[str]:
    last = ProgressReport.objects.filter(work_order=OuterRef("pk")).order_by("-pk").values("made_quantity")[:1]
    rows = (
        WorkOrder.objects.annotate(reported=Coalesce(Subquery(last), 0))
        .filter(~Q(reported=F("made_quantity")) | Q(made_quantity__lt=F("handed_in_quantity")))
        .order_by("code")
    )
    for row in rows:
        yield (
            f"{row.code}: {row.made_quantity} made, last report {row.reported}, handed in {row.handed_in_quantity}"
        )
