"""The ledger and payouts through the ORM: transfers a second, a pay run for everybody, one long statement.

    ./run python bench/ledger.py [--single 2000] [--batched 20000] [--artisans 2300] [--entries 10000]

Builds a factory of its own on SQLite (WAL, synchronous=FULL) or in the empty database named by KIWANDA_DATABASE_URL.
Measured, elapsed and CPU of this process (the CPU of a PostgreSQL server is not in it):

- single: one entry of one transfer per commit, on tracked accounts, with look-up of its key: per second and p99;
- batched: entries of one transfer, fifty a commit;
- sealing them into the chain, proving the chain, a snapshot, the trial balance;
- a pay run: prepare, approve, send through the sandbox rail and settle, for so many artisans with three earnings each;
- the statement of one artisan with so many earnings.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import own_home

T = TypeVar("T")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--single", type=int, default=2000, help="entries committed one by one")
    parser.add_argument("--batched", type=int, default=20_000, help="entries committed fifty at a time")
    parser.add_argument("--artisans", type=int, default=2300, help="workshops in the pay run")
    parser.add_argument("--entries", type=int, default=10_000, help="earnings on the long statement")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        own_home(folder)
        import django

        django.setup()
        from kiwanda.core.commands import load_commands
        from kiwanda.core.reactions import load_reactions
        from kiwanda.site.database import prepare

        prepare()
        load_commands()
        load_reactions()
        _measure(options)


def _timed(name: str, call: Callable[[], T], count: int = 0) -> T:
    started, worked = time.perf_counter(), time.process_time()
    result = call()
    elapsed, cpu = time.perf_counter() - started, time.process_time() - worked
    each = f", {count / elapsed:,.0f} a second" if count else ""
    print(f"{name}: {elapsed:.2f} s, CPU {cpu:.2f} s{each}", flush=True)
    return result


def _measure(options: argparse.Namespace) -> None:
    from django.db import connection

    from kiwanda.core.audit import load_checks
    from kiwanda.factory.network.tests.factories import make_workshops
    from kiwanda.factory.settlement import balances, chain

    print(f"database: {connection.vendor}", flush=True)
    workshops = make_workshops(options.artisans)
    _transfers(options, [row.code for row in workshops[:200]])
    entries = options.single + options.batched
    _timed("seal into the chain", chain.seal, entries)
    _timed("prove the chain", lambda: list(chain.breaks()), entries)
    _timed("snapshot of every account", balances.take_snapshots)
    _timed("trial balance", balances.trial_balance)
    _pay_run(options, workshops)
    _long_statement(options, workshops[0])
    found = [problem for name, check in load_checks().items() if name == "settlement.chain_whole"
             for problem in check.function()]  # fmt: skip
    print(f"problems in the chain: {found}", flush=True)


def _transfers(options: argparse.Namespace, codes: list[str]) -> None:
    from kiwanda.core.ids import new_id
    from kiwanda.factory.settlement import ledger

    at = datetime.now(UTC)

    def posting(number: int) -> Any:
        move = ledger.Move(ledger.COST_PIECEWORK, ledger.payable(codes[number % len(codes)]), 100, "KES")
        return ledger.Posting(f"bench:{new_id()}", "bench", new_id(), (move,))

    ledger.post_many([posting(number) for number in range(len(codes))], at)
    spans = []

    def single() -> None:
        from django.db import transaction

        for number in range(options.single):
            started = time.perf_counter()
            with transaction.atomic():
                ledger.post_many([posting(number)], at)
            spans.append(time.perf_counter() - started)

    def batched() -> None:
        from django.db import transaction

        for start in range(0, options.batched, 50):
            with transaction.atomic():
                ledger.post_many([posting(start + number) for number in range(50)], at)

    _timed("transfers, single", single, options.single)
    cut = statistics.quantiles(spans, n=100)
    print(f"  median {statistics.median(spans) * 1000:.2f} ms, p99 {cut[98] * 1000:.2f} ms", flush=True)
    _timed("transfers, batched by 50", batched, options.batched)


def _earnings(work: Any, workshops: list[Any], each: int) -> None:
    """Earnings as inspections would have booked them (their pieces and verdicts are left out)."""
    from kiwanda.core.ids import new_id
    from kiwanda.factory.settlement import ledger
    from kiwanda.factory.settlement.models import Earning

    at = datetime.now(UTC) - timedelta(hours=1)
    for start in range(0, len(workshops) * each, 500):
        rows = [workshops[number % len(workshops)] for number in range(start, min(start + 500, len(workshops) * each))]
        ids = [new_id() for _ in rows]
        entries = ledger.post_many(
            [
                ledger.Posting(
                    f"earning:{key}", "earning", key,
                    (ledger.Move(ledger.COST_PIECEWORK, ledger.payable(row.code), 420_00, "KES"),),
                )
                for key, row in zip(ids, rows, strict=True)
            ],
            at,
        )  # fmt: skip
        Earning.objects.bulk_create(
            Earning(
                inspection_id=key, work_order=work, workshop=row, quantity=10, piece_rate_minor=42_00,
                amount_minor=420_00, currency="KES", entry=entry, earned_at=at,
            )
            for key, row, entry in zip(ids, rows, entries, strict=True)
        )


def _pay_run(options: argparse.Namespace, workshops: list[Any]) -> None:
    from kiwanda.factory.network.tests.factories import finance_checker, finance_maker
    from kiwanda.factory.production.tests.factories import make_bench
    from kiwanda.factory.settlement.commands import approve_payout_batch, create_payout_batch
    from kiwanda.factory.settlement.jobs import send_ready_payouts
    from kiwanda.factory.settlement.models import Payout

    work = make_bench(40).work("cast", 10)
    _timed("(make the earnings)", lambda: _earnings(work, workshops, 3))
    batch = _timed("pay run: prepare", lambda: create_payout_batch(actor=finance_maker()))
    _timed(
        "pay run: approve and hold",
        lambda: approve_payout_batch(actor=finance_checker(), batch_id=batch.pk, content_hash=batch.content_hash),
    )

    def send() -> None:
        while Payout.objects.filter(state="ready", next_query_at=None).exists():
            send_ready_payouts()

    _timed("pay run: send and settle", send, batch.payout_count)
    states = sorted(set(Payout.objects.values_list("state", flat=True)))
    print(f"  {batch.payout_count} payouts, states {states}", flush=True)


def _long_statement(options: argparse.Namespace, workshop: Any) -> None:
    from kiwanda.factory.network.tests.factories import artisan_of
    from kiwanda.factory.settlement import statements
    from kiwanda.factory.settlement.models import Earning

    work = Earning.objects.select_related("work_order").first()
    assert work is not None
    _timed("(make the long statement)", lambda: _earnings(work.work_order, [workshop], options.entries))
    actor = artisan_of(workshop)
    rows = _timed("statement, every row", lambda: list(statements.rows(actor)), options.entries)
    _timed("statement, its totals", lambda: statements.totals(workshop.pk))
    print(f"  {len(rows)} rows", flush=True)


if __name__ == "__main__":
    main()
