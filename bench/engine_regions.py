"""What planning by regions costs and gains, on one country: against a single solve, and lines by price against at home.

    python bench/engine_regions.py [--workshops 3000] [--load 0.85 0.95 1.1] [--seeds 2]

Two questions, weighted days late per weight each:

- *loss*: the same country with lines that lie nowhere in particular (as in a problem file), planned by one `solve` over
  all hubs, and by regions. A single solve may spread a line over the whole country.
- *price*: lines lie where their kits are and must end there; planned at home, and where they cost least.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np
from engine_countries import country

from kiwanda.engine import solve
from kiwanda.engine.regions import check_whole, solve_regions, to_problem, warm_regions


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--workshops", type=int, default=3_000)
    options.add_argument("--load", type=float, nargs="+", default=[0.85, 0.95, 1.1])
    options.add_argument("--uneven", type=float, default=0.4)
    options.add_argument("--seeds", type=int, default=2)
    options.add_argument("--effort", default="searched")
    chosen = options.parse_args()
    warm_regions()
    for load in chosen.load:
        for seed in range(chosen.seeds):
            placed = country(
                chosen.workshops, load=load, uneven=chosen.uneven, seed=seed, hub_workshops=75, cluster_hubs=8
            )
            nowhere = np.full(len(placed.order_ids), -1)
            free = replace(placed, material_hub=nowhere, finishing_hub=nowhere)
            weight = float(placed.weight.sum())
            used = time.process_time()
            single = solve(to_problem(free), seed=seed)
            used = time.process_time() - used
            print(
                f"load {load:g} seed {seed}: one solve {single.objective.weighted_tardiness / weight:.4f} "
                f"(CPU {used:.1f} s, bound {single.bound.weighted_tardiness / weight:.4f})",
                flush=True,
            )
            for name, problem, assignment in (
                ("by regions", free, "price"),
                ("placed, at home", placed, "home"),
                ("placed, by price", placed, "price"),
            ):
                used = time.process_time()
                plan = solve_regions(problem, seed=seed, effort=chosen.effort, assignment=assignment)  # type: ignore[arg-type]
                used = time.process_time() - used
                assert check_whole(problem, plan) == []
                rounds = [line for line in plan.manifest.log if line.startswith("Rebid")]
                print(
                    f"    {name}: {plan.objective.weighted_tardiness / weight:.4f}, undone {plan.objective.undone}, "
                    f"{plan.regions} regions, CPU {used:.1f} s, bounds {plan.bound.weighted_tardiness / weight:.4f} "
                    f"anywhere, {plan.manifest.bound_one_region.weighted_tardiness / weight:.4f} in one region each",
                    *rounds,
                    sep="\n        ",
                    flush=True,
                )


if __name__ == "__main__":
    main()
