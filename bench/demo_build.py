"""How long the demo takes to build, cold, and what it weighs.

    ./run python bench/demo_build.py [--runs 1]

Each run is a process of its own in an empty temporary folder: found the network of 2,300 workshops, play six weeks.
Prints wall and CPU seconds, peak memory, database size, commands in the log (the receipts), and whether the books hold.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import own_home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    walls, cpus = [], []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            own_home(folder)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            started = time.perf_counter()
            subprocess.run([sys.executable, "-m", "kiwanda.site.cli", "demo", "--build-only"], check=True)
            walls.append(time.perf_counter() - started)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            peak = after.ru_maxrss / 1024
            size = sum(path.stat().st_size for path in Path(folder).glob("*.sqlite3")) / 1e6
            count = "import django; django.setup(); from kiwanda.core.models import *; "
            count += "print(Receipt.objects.count(), Event.objects.count())"
            said = subprocess.run(
                [sys.executable, "-c", count], check=True, capture_output=True, text=True
            ).stdout.split()
            audit = subprocess.run(
                [sys.executable, "-m", "kiwanda.site.cli", "audit", "--quiet"], check=False, env=os.environ
            ).returncode
            print(
                f"run: {walls[-1]:.0f} s wall, {cpus[-1]:.0f} s CPU, peak {peak:.0f} MB, database {size:.0f} MB, "
                f"{said[0]} commands, {said[1]} events, books {'hold' if audit == 0 else 'DO NOT HOLD'}"
            )
    print(f"demo build: {statistics.median(walls):.0f} s wall, {statistics.median(cpus):.0f} s CPU (medians)")


if __name__ == "__main__":
    main()
