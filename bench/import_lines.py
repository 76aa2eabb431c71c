"""Import speed: order lines per second, from the file on disk to committed rows.

    ./run python bench/import_lines.py [--file FILE] [--runs 3]

Reads FILE (default: the 245,903-row UCI retail history beside the checkout, or KIWANDA_SHARED_DATA) three ways: parse
only, import as demand into an empty factory, and the same import again (nothing changes). Uses an embedded database in
a temporary folder, or the PostgreSQL that KIWANDA_DATABASE_URL names (must be empty: it is migrated and filled).
Prints medians and one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
FILE = "online_retail_uci/online_retail_2010-12_2011-06.csv.gz"

T = TypeVar("T")


def main() -> None:
    shared = Path(os.environ.get("KIWANDA_SHARED_DATA", ROOT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, default=shared / FILE)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if not options.file.is_file():
        raise SystemExit(f"{options.file} is not here: give --file or set KIWANDA_SHARED_DATA")
    with tempfile.TemporaryDirectory(prefix="kiwanda-bench-") as home:
        os.environ["KIWANDA_HOME"] = home
        os.environ.setdefault("KIWANDA_MODE", "demo")
        os.environ["DJANGO_SETTINGS_MODULE"] = "kiwanda.site.settings"
        measure(options.file, options.runs)


def measure(file: Path, runs: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from kiwanda.core import actors
    from kiwanda.core.actors import Role
    from kiwanda.core.commands import load_commands
    from kiwanda.core.ids import new_id
    from kiwanda.factory.demand.commands import import_orders, register_sales_channel
    from kiwanda.factory.demand.importing import read_orders
    from kiwanda.factory.demand.models import OrderLine

    call_command("migrate", verbosity=0)
    load_commands()
    actor = actors.staff(new_id(), Role.MERCHANDISER)

    def timed(name: str, task: Callable[[], T]) -> T:
        wall, cpu = time.perf_counter(), time.process_time()
        result = task()
        wall_seconds[name].append(time.perf_counter() - wall)
        cpu_seconds[name].append(time.process_time() - cpu)
        return result

    def parse() -> int:
        reading = read_orders(file, "retail_history")
        for _ in reading:
            pass
        return reading.report.rows

    wall_seconds: dict[str, list[float]] = {"parse": [], "import": [], "again": []}
    cpu_seconds: dict[str, list[float]] = {"parse": [], "import": [], "again": []}
    for number in range(runs):
        rows = timed("parse", parse)
        code = f"bench-{number}"
        register_sales_channel(actor=actor, code=code, name=code, kind="retail_history", currency="GBP")
        body = {"actor": actor, "channel_code": code, "format": "retail_history", "path": str(file)}
        run = timed("import", lambda body=body: import_orders(**body))
        assert run.state == "applied", run.report["errors"][:3]
        run = timed("again", lambda body=body: import_orders(**body))
        assert set(run.report["outcome"]) == {"orders_unchanged"}, run.report["outcome"]
    lines = OrderLine.objects.filter(order__channel_id="bench-0").count()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall = {name: statistics.median(values) for name, values in wall_seconds.items()}
    cpu = {name: statistics.median(values) for name, values in cpu_seconds.items()}
    print(f"{connection.vendor}: {rows:,} rows, {lines:,} lines kept, {runs} runs, peak memory {peak:.0f} MB")
    for name, seconds in wall.items():
        print(f"  {name:7} {seconds:7.2f} s  {rows / seconds:10,.0f} rows/s  {cpu[name]:7.2f} s CPU of this process")
    found = {"database": connection.vendor, "rows": rows, "lines": lines, "wall_s": wall, "cpu_s": cpu, "peak_mb": peak}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
