"""Claims follow the facts: a payout that arrives may prove "paid", a correction may take a claim away."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.settlement.models import Earning
from kiwanda.factory.traceability.commands.recheck_claims import check_passport
from kiwanda.factory.traceability.models import Passport


@reaction("settlement.PayoutPaid", "settlement.PayoutReversed")
def recheck_after_payout(ctx: Context, event: Event) -> None:
    """Check the passports of every batch this payout paid for."""
    orders = Earning.objects.filter(payout_id=event.subject_id).values("work_order__production_order_id")
    for passport in Passport.objects.filter(production_order_id__in=orders).select_related(
        "production_order__tech_pack"
    ):
        check_passport(ctx, passport)


@reaction("quality.InspectionRecorded", "quality.AppealDecided")
def recheck_after_inspection(ctx: Context, event: Event) -> None:
    """A batch that grows after its passport was published is checked again."""
    passport = (
        Passport.objects.filter(production_order_id=UUID(event.data["production_order_id"]))
        .select_related("production_order__tech_pack")
        .first()
    )
    if passport is not None:
        check_passport(ctx, passport)
