"""What an advance costs, how much may be asked for, and how it is said before anybody agrees to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from statistics import median
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from kiwanda import ports
from kiwanda.core.clock import local_date, local_midnight
from kiwanda.core.money import format_money
from kiwanda.factory.advances.models import MOST_SHARE_PERCENT, Advance, AdvanceTerms
from kiwanda.factory.advances.states import LIVE
from kiwanda.factory.settlement.models import Earning
from kiwanda.ports.lending import LicensedLender

#: Weeks looked back upon; weeks without earnings count as 0. A newcomer's weeks count from her first earning on, and as
#: four at least.
WEEKS_LOOKED_AT = 12
LEAST_WEEKS = 4
KINDS = ("pay", "material", "loan")


def lender() -> LicensedLender | None:
    """The licensed lender that is connected; None (the default) where there is none."""
    return ports.bound("lending") if "lending" in settings.KIWANDA_ADAPTERS else None


def in_force(kind: str, on: date, currency: str = "KES") -> AdvanceTerms:
    """The terms of a day; before anybody set any, the house's own: free, a quarter of earnings, two median weeks."""
    rows = AdvanceTerms.objects.filter(kind=kind, currency=currency, valid_from__lte=on)
    return rows.order_by("-valid_from").first() or AdvanceTerms(
        kind=kind,
        valid_from=on,
        currency=currency,
        fee_percent=Decimal(0),
        share_percent=MOST_SHARE_PERCENT,
        weeks=2,
        least_minor=500_00,
        most_minor=50_000_00,
        second_person_above_minor=10_000_00,
    )


def fee_minor(terms: AdvanceTerms, principal_minor: int) -> int:
    """The one fee of an advance, rounded down: never against the maker."""
    return int((Decimal(principal_minor) * terms.fee_percent / 100).to_integral_value(ROUND_FLOOR))


def median_week_minor(workshop_id: UUID, now: datetime, currency: str = "KES") -> int:
    """The median of the last twelve whole weeks' earnings, Monday to Sunday in Nairobi; empty weeks are 0.

    Weeks before a workshop's first earning do not count, but four weeks always do.
    """
    today = local_date(now)
    monday = today - timedelta(days=today.weekday())
    since = monday - timedelta(weeks=WEEKS_LOOKED_AT)
    rows = (
        Earning.objects.filter(
            workshop_id=workshop_id,
            currency=currency,
            earned_at__gte=local_midnight(since),
            earned_at__lt=local_midnight(monday),
        )
        .order_by()
        .values_list("earned_at", "amount_minor")
    )
    weeks = [0] * WEEKS_LOOKED_AT
    for earned_at, amount in rows:
        weeks[(local_date(earned_at) - since).days // 7] += amount
    first = next((index for index, amount in enumerate(weeks) if amount), WEEKS_LOOKED_AT)
    earlier = Earning.objects.filter(workshop_id=workshop_id, earned_at__lt=local_midnight(since)).exists()
    begun = 0 if earlier else min(first, WEEKS_LOOKED_AT - LEAST_WEEKS)
    return int(median(weeks[begun:]))


def room_minor(workshop_id: UUID, terms: AdvanceTerms, now: datetime) -> int:
    """The most that may be asked for: so many median weeks, less what is owed of all advances, within the terms."""
    owed = Advance.objects.filter(workshop_id=workshop_id, state__in=LIVE, currency=terms.currency)
    sums = owed.aggregate(a=Sum("principal_minor"), f=Sum("fee_minor"), r=Sum("repaid_minor"))
    open_minor = (sums["a"] or 0) + (sums["f"] or 0) - (sums["r"] or 0)
    room = median_week_minor(workshop_id, now, terms.currency) * terms.weeks - open_minor
    room -= room % 100
    return max(0, min(room, terms.most_minor))


@dataclass(frozen=True, slots=True)
class CanAsk:
    """What may be asked for now; ``terms`` are the sentences shown before she agrees."""

    kind: str
    least_minor: int
    most_minor: int
    currency: str
    fee_percent: Decimal
    share_percent: int
    terms: Sequence[str]


def sentences(terms: AdvanceTerms, language: str = "en") -> list[str]:
    """The terms in plain words, English or Swahili (``sw``)."""
    swahili = language.startswith("sw")
    given = {
        "share": terms.share_percent,
        "fee": f"{terms.fee_percent.normalize():f}",
        "weeks": terms.weeks,
        "most": format_money(terms.most_minor, terms.currency),
    }
    lines = [_FREE if terms.fee_percent == 0 else _FEE, _SHARE, _NO_WORK, _NEVER_MORE, _PAUSE, _EARLY]
    return [line[swahili].format(**given) for line in lines]


_FREE = ("It costs nothing: you pay back exactly what you get.", "Haina gharama: unalipa kiasi ulichopata tu.")
_FEE = (
    "It costs one fee of {fee} per cent, once. There is no interest.",
    "Ina ada moja ya asilimia {fee}, mara moja tu. Hakuna riba.",
)
_SHARE = (
    "At most {share} of every 100 shillings you earn go to paying it back; with everything else at most a third.",
    "Katika kila shilingi 100 unazopata, zisizozidi {share} hulipa; makato yote si zaidi ya theluthi moja.",
)
_NO_WORK = (
    "In a week without work you pay nothing, and nothing is added.",
    "Wiki isiyo na kazi hulipi chochote, wala hakuna kinachoongezwa.",
)
_NEVER_MORE = ("You never owe more than on the first day.", "Deni haliongezeki kamwe kuliko siku ya kwanza.")
_PAUSE = (
    "In hardship you can pause it, without giving proof.",
    "Ukipata shida unaweza kusitisha kulipa kwa muda, bila kutoa uthibitisho.",
)
_EARLY = ("You can pay it back early at any time, free.", "Unaweza kulipa mapema wakati wowote, bila gharama.")
