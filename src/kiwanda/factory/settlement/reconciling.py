"""Payouts, ledger and the rail's own statement, laid side by side: what differs, and what leads to its end.

Three books tell of every payment: the payout with its attempts, the ledger's entries, and the rail's statement. The
first two are kept equal by ``kiwanda audit``; here both are held against the third, for the time statements cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from kiwanda.core import vault
from kiwanda.core.actors import Actor
from kiwanda.factory.settlement import numbers, queries
from kiwanda.factory.settlement.models import Payout, PayoutReversal, RailLine, RailStatement, Resolution

#: A statement downloaded at noon may lack what was under way at noon.
EDGE = timedelta(hours=1)
#: A payment belongs to an attempt recorded at most so long before it.
CANDIDATE_DAYS = 5


class Kind(StrEnum):
    """What can differ."""

    #: Paid here, and the statement of that time does not have it.
    NOT_ON_STATEMENT = "not_on_statement"
    #: Left the float, and no paid payout has its receipt.
    NOT_OURS = "not_ours"
    OTHER_AMOUNT = "other_amount"
    #: Taken back in the rail's portal.
    REVERSED = "reversed"
    #: Money that came in: a top-up, or something nobody expected.
    MONEY_IN = "money_in"
    #: The balance before a line is not the balance after the one before it: a line is missing.
    GAP = "gap"


#: How people may settle what is not a payout's own matter (``resolve_difference``).
ACTIONS: dict[Kind, tuple[str, ...]] = {
    Kind.NOT_ON_STATEMENT: ("explained",),
    Kind.NOT_OURS: ("suspense",),
    Kind.OTHER_AMOUNT: ("suspense",),
    Kind.REVERSED: (),
    Kind.MONEY_IN: ("top_up", "suspense"),
    Kind.GAP: ("explained",),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing to settle. ``candidates`` are payouts the line would fit: open ends for money that left, paid ones for
    money that came in (it may have been taken back).
    """

    kind: Kind
    at: datetime
    amount_minor: int
    receipt_ref: str = ""
    line: RailLine | None = None
    payout: Payout | None = None
    candidates: tuple[Payout, ...] = ()

    @property
    def key(self) -> str:
        """What the difference is called, as long as it stands."""
        return f"{self.kind.value}:{self.receipt_ref}:{self.at:%Y%m%dT%H%M%S}:{self.amount_minor}"

    @property
    def unbooked_minor(self) -> int:
        """By how much the rail's account moved and the ledger's float did not."""
        if self.kind is Kind.OTHER_AMOUNT and self.payout is not None:
            return self.amount_minor + self.payout.amount_minor
        return self.amount_minor if self.kind in (Kind.NOT_OURS, Kind.MONEY_IN) else 0


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What statements of one rail cover (None: there is none), how much agrees, what does not and what people settled,
    newest first. ``reversed_count`` payments were taken back and are owed again.
    """

    rail: str
    since: datetime | None
    until: datetime | None
    matched: int
    matched_minor: int
    fees_minor: int
    balance_minor: int | None
    differences: tuple[Difference, ...]
    resolved: tuple[Resolution, ...] = ()
    reversed_count: int = 0


def reconcile(actor: Actor, rail: str) -> Reconciliation:
    """Hold the payouts of ``rail`` against its statements; staff only (others see nothing)."""
    statements = rail_statements(actor).filter(rail=rail)
    lines = list(
        RailLine.objects.filter(statement__in=statements, completed=True)
        .order_by("completed_at", "statement__imported_at", "position")
    )
    span = RailLine.objects.filter(statement__in=statements).aggregate(a=Min("completed_at"), b=Max("completed_at"))
    paid = {
        payout.receipt_ref: payout
        for payout in queries.payouts(actor)
        .filter(state__in=["paid", "reversed"], attempts__state="paid", attempts__rail=rail)
        .select_related("workshop", "batch")
        .prefetch_related("attempts")
        .distinct()
    }
    resolved = list(Resolution.objects.filter(rail=rail)) if actor.is_staff else []
    settled = {row.key for row in resolved}
    taken_back = set(
        PayoutReversal.objects.filter(state="confirmed").values_list("receipt_ref", flat=True)
    )
    out = {line.receipt_ref: line for line in lines if line.amount_minor < 0 and not line.is_fee}
    agree = [paid[ref] for ref, line in out.items() if ref in paid and paid[ref].amount_minor == -line.amount_minor]
    differences = [
        *_not_on_statement(paid, out, span["a"], span["b"]),
        *_out_lines(actor, paid, out, rail),
        *_in_lines(actor, paid, [line for line in lines if line.receipt_ref not in taken_back], rail),
        *_gaps(rail, statements),
    ]
    differences = [item for item in differences if item.key not in settled]
    differences.sort(key=lambda item: item.at, reverse=True)
    last = next((line.balance_minor for line in reversed(lines) if line.balance_minor is not None), None)
    return Reconciliation(
        rail=rail, since=span["a"], until=span["b"], matched=len(agree),
        matched_minor=sum(payout.amount_minor for payout in agree),
        fees_minor=-sum(line.amount_minor for line in lines if line.is_fee), balance_minor=last,
        differences=tuple(differences), resolved=tuple(resolved),
        reversed_count=sum(payout.state == "reversed" for payout in paid.values()),
    )


def rail_statements(actor: Actor) -> QuerySet[RailStatement]:
    """Statements brought in, newest first; staff only."""
    rows = RailStatement.objects.all()
    return rows if actor.is_staff else rows.none()


def _not_on_statement(
    paid: dict[str, Payout], out: dict[str, RailLine], since: datetime | None, until: datetime | None
) -> Iterator[Difference]:
    if since is None or until is None:
        return
    for ref, payout in paid.items():
        if payout.state != "paid":
            continue
        # A result may come days after the payment: what counts is when the rail was asked.
        asked = [attempt.recorded_at for attempt in payout.attempts.all() if attempt.state == "paid"]
        if ref not in out and asked and since + EDGE <= asked[0] <= until - EDGE:
            yield Difference(Kind.NOT_ON_STATEMENT, asked[0], payout.amount_minor, ref, payout=payout)


def _out_lines(
    actor: Actor, paid: dict[str, Payout], out: dict[str, RailLine], rail: str
) -> Iterator[Difference]:
    strangers = [line for ref, line in out.items() if ref not in paid]
    open_ends = _open_ends(actor, strangers, rail)
    for line in strangers:
        yield Difference(
            Kind.NOT_OURS, line.completed_at, line.amount_minor, line.receipt_ref, line=line,
            candidates=tuple(
                payout
                for payout, number, asked in open_ends
                if payout.amount_minor == -line.amount_minor
                and (not line.payee_masked or not number or line.payee_masked == number)
                and timedelta(0) <= line.completed_at - asked + EDGE <= timedelta(days=CANDIDATE_DAYS) + EDGE
            ),
        )
    for ref, line in out.items():
        payout = paid.get(ref)
        if payout is not None and payout.amount_minor != -line.amount_minor:
            yield Difference(
                Kind.OTHER_AMOUNT, line.completed_at, line.amount_minor, ref, line=line, payout=payout
            )


def _open_ends(actor: Actor, strangers: list[RailLine], rail: str) -> list[tuple[Payout, str, datetime]]:
    """Payouts that were sent and not proven paid, with the masked number and the time of their last attempt."""
    if not strangers:
        return []
    rows = (
        queries.payouts(actor)
        .filter(state__in=queries.OPEN_ENDS)
        # A restored backup does not know its last attempts: payouts that it takes for ready may have left.
        .filter(Q(attempts__rail=rail) | Q(attempts=None, state="ready"))
        .select_related("workshop", "batch")
        .annotate(asked=Coalesce(Max("attempts__recorded_at"), F("created_at")))
        .order_by("asked")
    )
    found = list(rows)
    phones = vault.get_many({payout.payee_id for payout in found}, vault.PHONE)
    return [(payout, numbers.masked(phones.get(payout.payee_id, "")), payout.asked) for payout in found]


def _in_lines(
    actor: Actor, paid: dict[str, Payout], lines: Iterable[RailLine], rail: str
) -> Iterator[Difference]:
    coming = [line for line in lines if line.amount_minor > 0 and not line.is_fee]
    numbers_paid = {
        ref: next((row.payee_masked for row in payout.attempts.all() if row.state == "paid"), "")
        for ref, payout in paid.items()
    }
    for line in coming:
        payout = paid.get(line.linked_ref)
        if payout is not None:
            yield Difference(
                Kind.REVERSED, line.completed_at, line.amount_minor, line.receipt_ref, line=line, payout=payout
            )
            continue
        # Some layouts do not say which payment a line takes back.
        fitting = tuple(
            found
            for ref, found in paid.items()
            if found.state == "paid" and found.amount_minor == line.amount_minor
            and line.payee_masked and numbers_paid[ref] == line.payee_masked
            and found.paid_at is not None
        )
        yield Difference(
            Kind.MONEY_IN, line.completed_at, line.amount_minor, line.receipt_ref, line=line, candidates=fitting
        )


def _gaps(rail: str, statements: Iterable[RailStatement]) -> Iterator[Difference]:
    for statement in statements:
        for receipt, at, missing, *before in statement.gaps:
            moment = datetime.fromisoformat(at)
            if before:
                since = datetime.fromisoformat(before[1])
                if _closed(rail, statement, receipt, moment, missing, before[0], since):
                    continue
            yield Difference(Kind.GAP, moment, missing, receipt)


def _closed(
    rail: str, statement: RailStatement, receipt: str, at: datetime, missing: int, before: str, since: datetime
) -> bool:
    """Whether lines of other statements fill the gap between two neighbours of this one."""
    rows = (
        RailLine.objects.filter(rail=rail, completed=True, completed_at__range=(since, at))
        .exclude(statement=statement)
        .exclude(receipt_ref__in=[receipt, before])
    )
    return sum(rows.values_list("amount_minor", flat=True)) == missing
