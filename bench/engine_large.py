"""Very many workshops, planned by regions on this machine: seconds, memory, lateness, bound, the plan on disk.

    python bench/engine_large.py                                        # 100,000 workshops: one pass and guided
    nice python bench/engine_large.py --workshops 1000000 --effort guided

The instance is made as arrays (``engine_countries.country``; its seconds are stated, not counted). What is counted runs
from the arrays in memory to the stored plan: survey, prices, lines to regions, every region laid out, dispatched and
written, the bound. ``--assignment home`` plans each line where its kits lie, for comparison.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from engine_countries import country

from kiwanda.engine.regions import Processes, StoredPlan, check_region, check_whole, solve_regions, warm_regions


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--workshops", type=int, default=100_000)
    options.add_argument("--load", type=float, default=0.9)
    options.add_argument("--uneven", type=float, default=0.4)
    options.add_argument("--effort", nargs="+", default=["pass", "guided"], choices=["pass", "guided", "searched"])
    options.add_argument("--assignment", nargs="+", default=["price"], choices=["price", "home"])
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--check", type=int, default=0, help="regions to put to the independent checker")
    options.add_argument("--folder", help="where the plan stays; else it is removed again")
    chosen = options.parse_args()
    began = time.perf_counter()
    problem = country(chosen.workshops, load=chosen.load, uneven=chosen.uneven)
    weight = float(problem.weight.sum())
    print(
        f"{chosen.workshops} workshops, {len(problem.hubs)} hubs, {len(problem.order_ids)} lines, "
        f"{len(problem.op_ids)} operations, {len(problem.fixed_op)} lots begun: made in "
        f"{time.perf_counter() - began:.1f} s, {problem.megabytes():.0f} MB",
        flush=True,
    )
    warm_regions()
    executor = Processes(chosen.workers)
    dict(executor.run(abs, range(chosen.workers)))  # processes are started, as a planning service would have them
    for effort in chosen.effort:
        for assignment in chosen.assignment:
            with tempfile.TemporaryDirectory() as scratch:
                folder = chosen.folder or scratch
                wall, used = time.perf_counter(), time.process_time()
                plan = solve_regions(
                    problem, executor=executor, effort=effort, assignment=assignment, folder=folder,
                    threads=chosen.workers,
                )  # fmt: skip
                wall, used = time.perf_counter() - wall, time.process_time() - used
                assert isinstance(plan, StoredPlan)
                goal = plan.objective
                size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
                print(
                    f"{effort}, lines {'by price' if assignment == 'price' else 'at home'}: wall {wall:.1f} s, "
                    f"coordinator CPU {used:.1f} s; {len(plan)} lots in {plan.regions} regions, {size:.0f} MB on disk\n"
                    f"  weighted tardiness {goal.weighted_tardiness:g}, {goal.weighted_tardiness / weight:.4f}/weight, "
                    f"on time {1 - goal.late_orders / len(problem.order_ids):.4f}, undone {goal.undone}, "
                    f"gini/hour {goal.income_gini:.3f}\n"
                    f"  bounds: {plan.bound.weighted_tardiness:g} ({plan.bound.method}); "
                    f"{plan.manifest.bound_one_region.weighted_tardiness:g} ({plan.manifest.bound_one_region.method})"
                )
                for line in plan.manifest.log:
                    print(f"    {line}")
                began = time.perf_counter()
                found = check_whole(problem, plan)
                print(f"  whole: {len(found)} violations {found[:1]}, {time.perf_counter() - began:.1f} s", flush=True)
                for place in np.linspace(0, plan.regions - 1, chosen.check).astype(int).tolist():
                    began = time.perf_counter()
                    found = check_region(problem, plan, place)
                    print(f"  region {place}: {len(found)} violations, {time.perf_counter() - began:.1f} s", flush=True)
    executor.close()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: coordinator {own:.0f} MB (the instance's making included)")


if __name__ == "__main__":
    main()
