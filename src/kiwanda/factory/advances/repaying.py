"""What an earning pays of the workshop's advances, in the earning's own transaction."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Sum

from kiwanda.core import rows
from kiwanda.core.commands import Context
from kiwanda.core.ids import derived_id
from kiwanda.factory.advances.events import AdvanceSettled, InstalmentReturned, InstalmentTaken
from kiwanda.factory.advances.models import MOST_SHARE_PERCENT, Advance, Instalment
from kiwanda.factory.advances.states import ADVANCE
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement import adjustments
from kiwanda.factory.settlement.models import Correction, Earning


def account(workshop_code: str) -> str:
    """Code of the account of what was advanced to a workshop."""
    return f"advance:{workshop_code}"


def owed_to(advance: Advance, workshop_code: str) -> str:
    """Where an instalment goes: to the house's own account, or to the lender."""
    return f"lender:{advance.lender}" if advance.lender else account(workshop_code)


def take(ctx: Context, earning_id: UUID, workshop_id: UUID) -> None:
    """Take the instalments of the workshop's running advances off an earning, oldest first.

    Each takes its share at most, all together a quarter, and with every other deduction a third
    (``adjustments.deduct`` refuses more). A paused advance takes nothing.
    """
    running = list(
        Advance.objects.select_for_update(of=("self",))
        .filter(workshop_id=workshop_id, state="running", begun_at__lte=ctx.now)
        .order_by("begun_at", "pk")
    )
    running = [row for row in running if row.paused_until is None or row.paused_until <= ctx.today]
    if not running:
        return
    earning = Earning.objects.get(pk=earning_id)
    code = Workshop.objects.values_list("code", flat=True).get(pk=workshop_id)
    left = earning.amount_minor * MOST_SHARE_PERCENT // 100
    for row in running:
        share = earning.amount_minor * row.share_percent // 100
        part = min(left, share, row.left_minor, adjustments.room_minor(earning))
        if part <= 0 or row.currency != earning.currency:
            continue
        taken = adjustments.deduct(
            ctx, kind="advance", source_id=derived_id("instalment", row.pk, earning.pk), earning=earning,
            amount_minor=part, to=owed_to(row, code), reason=row.code,
        )  # fmt: skip
        rows.insert(
            Instalment(
                advance=row,
                earning=earning,
                earning_minor=earning.amount_minor,
                amount_minor=part,
                adjustment=taken,
                taken_at=ctx.now,
            )
        )
        left -= part
        _changed(ctx, row, part)
        ctx.emit(InstalmentTaken(row.pk, workshop_id, earning.pk, part, row.left_minor, row.currency))
        settle_if_paid(ctx, row)


def give_back(ctx: Context, correction_id: UUID) -> None:
    """An earning was corrected before it was paid: instalments keep within a quarter of what is left of it."""
    earning = Earning.objects.get(corrections=correction_id)
    corrected = Correction.objects.filter(earning=earning, state="booked").aggregate(n=Sum("amount_minor"))["n"] or 0
    allowed = max(0, earning.amount_minor - corrected) * MOST_SHARE_PERCENT // 100
    taken = list(
        Instalment.objects.select_for_update(of=("self",))
        .filter(earning=earning, advance__lender="")
        .select_related("advance__workshop")
        .order_by("-taken_at", "-pk")
    )
    excess = sum(row.amount_minor - row.returned_minor for row in taken) - allowed
    for row in taken:
        part = min(excess, row.amount_minor - row.returned_minor)
        if part <= 0 or row.advance.state not in ("running", "settled"):
            continue
        workshop = row.advance.workshop
        adjustments.add(
            ctx, kind="advance_returned", source_id=derived_id("returned", row.pk, correction_id), workshop=workshop,
            amount_minor=part, currency=row.advance.currency, cost=account(workshop.code), reason=row.advance.code,
        )  # fmt: skip
        Instalment.objects.filter(pk=row.pk).update(returned_minor=F("returned_minor") + part)
        excess -= part
        advance = Advance.objects.select_for_update().get(pk=row.advance_id)
        _changed(ctx, advance, -part)
        if advance.state == "settled":
            ADVANCE.move(advance, "running", ended_at=None)
        ctx.emit(InstalmentReturned(advance.pk, workshop.pk, earning.pk, part, advance.left_minor, advance.currency))


def settle_if_paid(ctx: Context, advance: Advance) -> None:
    """End an advance of which nothing is left."""
    if advance.left_minor == 0:
        ADVANCE.move(advance, "settled", ended_at=ctx.now, paused_until=None)
        ctx.emit(
            AdvanceSettled(
                advance.pk, advance.workshop_id, advance.principal_minor + advance.fee_minor, advance.currency
            )
        )


def _changed(ctx: Context, advance: Advance, by_minor: int) -> None:
    Advance.objects.filter(pk=advance.pk).update(repaid_minor=F("repaid_minor") + by_minor)
    advance.repaid_minor += by_minor
