"""What `kiwanda audit` proves about passports and the genealogy behind them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum

from kiwanda.core.audit import check
from kiwanda.core.models import Event
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production.models import ComponentIssue
from kiwanda.factory.traceability.models import Claim, Passport


@check("A proved claim has evidence, and every event it names exists.")
def claims_have_evidence() -> Iterator[str]:
    for bare in Claim.objects.filter(state="proved").annotate(n=Count("evidence")).filter(n=0):
        yield f"Claim {bare.kind} of passport {bare.passport_id} is shown as proved without evidence."
    referenced: dict[str, str] = {}
    for claim_id, reference in Claim.objects.filter(state="proved", evidence__kind="event").values_list(
        "pk", "evidence__reference"
    ):
        referenced[reference] = str(claim_id)
    known = {
        str(identifier)
        for start in range(0, len(referenced), 500)
        for identifier in Event.objects.filter(id__in=list(referenced)[start : start + 500]).values_list(
            "id", flat=True
        )
    }
    for reference, claim in referenced.items():
        if reference not in known:
            yield f"Claim {claim} names event {reference}, which is not in the log."


@check("Every accepted piece of an operation rests on as many accepted pieces of each operation before it.")
def genealogy_is_complete() -> Iterator[str]:
    """Per work order and predecessor: components issued ≥ pieces accepted, rejected or sent back."""
    issued: dict[tuple[object, object], int] = {}
    for order, operation, total in ComponentIssue.objects.values_list(
        "work_order_id", "hand_in__work_order__operation_id"
    ).annotate(total=Sum("quantity")):
        issued[(order, operation)] = total
    rows = WorkOrder.objects.filter(
        Q(accepted_quantity__gt=0) | Q(rejected_quantity__gt=0), operation__after__isnull=False
    ).values_list("pk", "code", "operation__after", F("accepted_quantity") + F("rejected_quantity"))
    for order, code, predecessor, used in rows:
        have = issued.get((order, predecessor), 0)
        if have < used:
            yield f"Work order {code} used {used} pieces of an operation but only {have} were issued to it."


@check("Every published passport tells of pieces that exist and was told in the log.")
def passports_are_real() -> Iterator[str]:
    told = set(Event.objects.filter(type="traceability.PassportPublished").values_list("subject_id", flat=True))
    for passport in Passport.objects.filter(state="published").annotate(n=Count("production_order__pieces")):
        if passport.n == 0:
            yield f"Passport {passport.pk} tells of no piece."
        if passport.pk not in told:
            yield f"Passport {passport.pk} was published without its event."
