"""What ``kiwanda audit`` proves about advances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.core.audit import check
from kiwanda.factory.advances.models import MOST_SHARE_PERCENT, Advance, Instalment, PayOff
from kiwanda.factory.advances.repaying import account
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement.models import Account, Adjustment, Correction, Earning


@check("Every advance was paid back by its instalments and pay-offs, and never more than principal and fee")
def advances_add_up() -> Iterator[str]:
    taken = Instalment.objects.filter(advance=OuterRef("pk")).order_by().values("advance")
    off = PayOff.objects.filter(advance=OuterRef("pk")).order_by().values("advance")
    rows = Advance.objects.annotate(
        paid=Coalesce(Subquery(taken.annotate(n=Sum(F("amount_minor") - F("returned_minor"))).values("n")), 0)
        + Coalesce(Subquery(off.annotate(n=Sum("amount_minor")).values("n")), 0)
    )
    for row in rows:
        if row.paid != row.repaid_minor:
            yield f"{row.code} says {row.repaid_minor} repaid, its instalments and pay-offs {row.paid}"
        if (row.state == "settled") != (row.state != "written_off" and row.left_minor == 0):
            yield f"{row.code} is {row.state} with {row.left_minor} left"
        if row.repaid_minor > row.principal_minor + row.fee_minor:
            yield f"{row.code} was paid back {row.repaid_minor} of {row.principal_minor + row.fee_minor}"


@check("The ledger's account of every workshop holds exactly what is left of its running advances")
def advances_in_the_ledger() -> Iterator[str]:
    codes = dict(Workshop.objects.values_list("pk", "code"))
    left: dict[str, int] = defaultdict(int)
    for row in Advance.objects.filter(state__in=["running", "settled"], lender=""):
        left[account(codes[row.workshop_id])] += row.left_minor
    booked = dict(Account.objects.filter(code__startswith="advance:").values_list("code", "balance_minor"))
    for code in sorted(left.keys() | booked.keys()):
        if booked.get(code, 0) != left.get(code, 0):
            yield f"{code} holds {booked.get(code, 0)}, the advances say {left.get(code, 0)}"


@check("Instalments take a quarter of an earning at most, all deductions together a third")
def ceilings_hold() -> Iterator[str]:
    corrected = dict(
        Correction.objects.filter(state="booked").order_by().values_list("earning").annotate(n=Sum("amount_minor"))
    )
    sums = Instalment.objects.order_by().values_list("earning", "earning__amount_minor")
    for earning, amount, taken in sums.annotate(n=Sum(F("amount_minor") - F("returned_minor"))):
        most = max(0, amount - corrected.get(earning, 0)) * MOST_SHARE_PERCENT // 100
        if taken > most and Instalment.objects.filter(earning=earning, advance__lender="").exists():
            yield f"earning {earning} of {amount} paid {taken} of advances; {most} is the most"
    off = Adjustment.objects.filter(earning=OuterRef("pk")).order_by().values("earning")
    rows = Earning.objects.annotate(off=Coalesce(Subquery(off.annotate(n=Sum("amount_minor")).values("n")), 0))
    for row in rows.filter(amount_minor__lt=F("off") * -3):
        yield f"earning {row.pk} of {row.amount_minor} lost {-row.off}: more than a third"


@check("Large advances were confirmed by a second person, and nobody decided her own entry")
def two_people() -> Iterator[str]:
    for row in Advance.objects.exclude(decided_by=None).filter(decided_by=F("requested_by")):
        yield f"{row.code} was decided by the person who entered it"
    for row in Advance.objects.exclude(confirmed_by=None).filter(confirmed_by=F("decided_by")):
        yield f"{row.code} was confirmed by the person who decided it"
