"""What finance does in a day: money into the float, statements in, what differs settled, what failed tried again.

People settle what is a week old; what happened since lies open, for whoever looks at the factory today.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Sum

from kiwanda.core import clock
from kiwanda.core.money import format_money
from kiwanda.factory.settlement import ledger, queries, reconciling
from kiwanda.factory.settlement.commands import (
    import_rail_statement,
    record_fx_rate,
    record_own_funds,
    release_payout,
    resolve_difference,
    retry_payout,
    reverse_by_line,
    settle_by_line,
    settle_review,
)
from kiwanda.factory.settlement.ledger import RAIL_CURRENCY
from kiwanda.factory.settlement.models import FxRate, Payout, RailLine
from kiwanda.factory.settlement.reconciling import Difference, Kind
from kiwanda.twin import mpesa
from kiwanda.twin.mpesa import LocalMpesa
from kiwanda.twin.player import Player
from kiwanda.twin.sales_day import OWNERS_STEP

#: The bank sends whole steps of this, cents of KES, and some more than is owed, for the fees.
TRANSFER_STEP, FEES_EACH = 10_000_00, 15_00
#: Once, on the pay day before the last, the float holds only this part of what is owed.
SHORT_SHARE, SHORT_DAYS = 0.95, range(7, 14)
#: Reviews, lines that lead to a payout or a reversal, and riddles are settled when they are so old.
REVIEW_DAYS, LEADS_DAYS, UNEXPLAINED_DAYS = 4, 6, 7
#: A payment that failed is tried so often, then it goes into the next batch.
MOST_ATTEMPTS = 3
#: Results come within so many minutes of a pay run; other hours are looked at briefly.
AFTER_PAYING, AT_OTHER_TIMES = timedelta(minutes=25), timedelta(minutes=10)
#: Shillings for a dollar, about which the twin's rate walks.
KES_FOR_USD = Decimal("129.20")


def note_exchange_rate(player: Player) -> None:
    """Finance notes the week's dollar rate from its bank."""
    draw = player.people.stream("dollar", player.today.isocalendar().week)
    rate = KES_FOR_USD + Decimal(draw.randint(-90, 90)) / 100
    if not FxRate.objects.filter(base="USD", quote=RAIL_CURRENCY, quoted_at=player.now).exists():
        player.give(
            record_fx_rate, actor=player.cast.staff("finance-maker"), base="USD", quote=RAIL_CURRENCY, rate=rate,
            source="House bank, morning rate", quoted_at=player.now,
        )  # fmt: skip


def fill_float(player: Player) -> None:
    """Before pay day's run the bank sends what is owed; once too little."""
    local = mpesa.paying()
    if local is None:
        return
    owed = _owed(player.now)
    if (player.play.built_on - player.today).days in SHORT_DAYS:
        _transfer(player, local, int(owed * SHORT_SHARE), step=1_000_00, down=True)
    else:
        _transfer(player, local, owed + _reserve(player, owed))


def fill_up(player: Player) -> None:
    """What failed for want of money gets its money."""
    local = mpesa.paying()
    failed = Payout.objects.filter(state="failed").aggregate(n=Sum("amount_minor"))["n"] or 0
    if local is not None and failed:
        _transfer(player, local, int(failed) + _reserve(player, _owed(player.now)))


def _reserve(player: Player, owed_minor: int) -> int:
    """Once bitten, the bank sends as much again: whoever looks at the factory today finds a float that can pay."""
    return owed_minor if (player.play.built_on - player.today).days < SHORT_DAYS.start else 0


def _owed(now: datetime) -> int:
    """Cents that a pay run would send now, with its fees."""
    earned = queries.unpaid(now).filter(currency=RAIL_CURRENCY).order_by()
    money = int(earned.aggregate(n=Sum("amount_minor"))["n"] or 0)
    money += int(queries.open_adjustments().filter(currency=RAIL_CURRENCY).aggregate(n=Sum("amount_minor"))["n"] or 0)
    return money + FEES_EACH * earned.values("workshop_id").distinct().count()


def _transfer(
    player: Player, local: LocalMpesa, wanted_minor: int, *, step: int = TRANSFER_STEP, down: bool = False
) -> None:
    """The bank brings the float to ``wanted_minor``; where it cannot, the owners lend the rest first."""
    missing = wanted_minor - local.books.float_minor()
    amount = missing // step * step if down else -(-missing // step) * step
    if amount <= 0:
        return
    # What is on its way is booked when the statement shows it.
    on_its_way = max(0, local.books.float_minor() - ledger.balance_minor(ledger.float_at(local.rail.name)))
    short = amount + on_its_way - ledger.balance_minor(f"bank:{RAIL_CURRENCY}")
    if short > 0:
        player.give(
            record_own_funds, actor=player.cast.staff("finance-checker"), currency=RAIL_CURRENCY,
            amount_minor=-(-short // OWNERS_STEP) * OWNERS_STEP, receipt_ref=f"OWN-{player.now:%Y%m%d-%H%M}",
        )  # fmt: skip
    local.simulator.receive(amount, "Organization Settlement from Bank")


def hear_results(player: Player) -> None:
    """The minutes after the pay run: results come, refused requests are sent again, silent ones asked about."""
    _let_pass(player, AFTER_PAYING)


def look_after_payouts(player: Player) -> None:
    """At other hours late results come, and what is still open is asked about."""
    _let_pass(player, AT_OTHER_TIMES)


def _let_pass(player: Player, span: timedelta) -> None:
    local = mpesa.paying()
    if local is not None:
        local.let_pass(player.now, min(player.now + span, player.end))


def a_customer_pays_in(player: Player) -> None:
    """In midweek somebody pays in what nobody asked for."""
    local = mpesa.paying()
    if local is not None:
        draw = player.people.stream("pays in", player.day)
        local.simulator.receive(draw.randint(6, 90) * 50_00, "Customer Transfer of Funds", _stranger(draw))


def somebody_pays_in_the_portal(player: Player) -> None:
    """A driver wants his fare at once: it is paid by hand, past the factory."""
    local = mpesa.paying()
    draw = player.people.stream("portal", player.day)
    fare = draw.randint(4, 30) * 50_00
    if local is not None and local.books.float_minor() > fare:
        local.simulator.pay_by_hand(fare, "Business Payment to Customer", _stranger(draw))


def one_is_taken_back(player: Player) -> None:
    """Once a week M-Pesa takes a payment back in the portal: the SIM card had changed hands."""
    local = mpesa.paying()
    if local is None:
        return
    since = player.now - timedelta(days=6)
    paid = Payout.objects.filter(state="paid", paid_at__gte=since, attempts__state="paid")
    wallets = sorted(paid.values_list("workshop__code", "amount_minor", "attempts__pk"))
    if wallets:
        local.simulator.reverse(str(player.people.stream("taken back", player.day).choice(wallets)[2]))


def _stranger(draw: Random) -> str:
    return f"25470{draw.randint(1_000_000, 9_999_999)}"


def bring_in_statement(player: Player) -> None:
    """The maker downloads the portal's statement from the last day known on and brings it in."""
    local = mpesa.paying()
    newest = local.books.newest_line_at() if local is not None else None
    if local is None or newest is None:
        return
    known = RailLine.objects.filter(rail=local.rail.name).order_by("-completed_at").first()
    if known is not None and int(newest) <= known.completed_at.timestamp():
        return
    since = clock.local_midnight(clock.local_date(known.completed_at)).timestamp() if known is not None else 0.0
    player.give(
        import_rail_statement, actor=player.cast.staff("finance-maker"),
        filename=f"statement-{player.today:%Y-%m-%d}.csv",
        content=local.books.statement_csv(since=since, until=player.now.timestamp()),
    )  # fmt: skip


def settle_differences(player: Player) -> None:
    """The bank's transfers are booked; what leads to a payout or a reversal follows; old riddles go to suspense."""
    local = mpesa.paying()
    if local is None:
        return
    checker = player.cast.staff("finance-checker")
    for found in reconciling.reconcile(checker, local.rail.name).differences:
        _settle(player, local.rail.name, found)


def _settle(player: Player, rail: str, found: Difference) -> None:
    days = (player.now - found.at).days
    checker, line, payout = player.cast.staff("finance-checker"), found.line, found.payout
    if found.kind is Kind.MONEY_IN and line is not None and not line.payee_masked:
        _say(player, rail, found, "top_up", f"Transfer {found.receipt_ref} on the bank's statement.")
    elif days < LEADS_DAYS:
        return
    elif found.kind is Kind.REVERSED and line is not None and payout is not None:
        maker = player.cast.staff("finance-maker")
        player.give(reverse_by_line, actor=maker, payout_id=payout.pk, line_id=line.pk)
    elif found.kind is Kind.NOT_OURS and line is not None and len(found.candidates) == 1:
        player.give(settle_by_line, actor=checker, payout_id=found.candidates[0].pk, line_id=line.pk)
    elif days >= UNEXPLAINED_DAYS and "suspense" in reconciling.ACTIONS[found.kind]:
        amount = format_money(abs(found.amount_minor), RAIL_CURRENCY)
        _say(player, rail, found, "suspense", f"{amount}: nobody could say what it is for; asked M-Pesa's support.")


def _say(player: Player, rail: str, found: Difference, action: str, note: str) -> None:
    player.give(
        resolve_difference, actor=player.cast.staff("finance-checker"), rail=rail, key=found.key, action=action,
        note=note,
    )  # fmt: skip


def look_into_reviews(player: Player) -> None:
    """A payment that no statement shows although they cover its day was not paid."""
    local = mpesa.paying()
    if local is None:
        return
    covered = RailLine.objects.filter(rail=local.rail.name).order_by("-completed_at").first()
    before = player.now - timedelta(days=REVIEW_DAYS)
    for payout in Payout.objects.filter(state="review", attempts__recorded_at__lte=before).distinct():
        if covered is None or covered.completed_at < before or _may_have_left(payout):
            continue
        player.give(
            settle_review, actor=player.cast.staff("finance-checker"), payout_id=payout.pk, outcome="failed",
            note="No line of the statements since then shows it.",
        )  # fmt: skip


def _may_have_left(payout: Payout) -> bool:
    """Whether a statement has a payment of this amount to this number since it was first sent."""
    first = payout.attempts.order_by("recorded_at").first()
    return (
        first is not None
        and RailLine.objects.filter(
            completed=True,
            amount_minor=-payout.amount_minor,
            payee_masked=first.payee_masked,
            completed_at__gte=first.recorded_at - timedelta(hours=1),
        ).exists()
    )


def try_again(player: Player) -> None:
    """What failed is sent again, to the number as it is now; after some attempts it waits for the next pay day."""
    maker = player.cast.staff("finance-maker")
    for payout in Payout.objects.filter(state="failed").prefetch_related("attempts").order_by("created_at", "pk"):
        tries = sum(attempt.state == "failed" for attempt in payout.attempts.all())
        player.give(retry_payout if tries < MOST_ATTEMPTS else release_payout, actor=maker, payout_id=payout.pk)
