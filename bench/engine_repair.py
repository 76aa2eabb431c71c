"""One decline at a time: how fast, how often without new lateness, how many lots are touched. `--verify` replays some.

python bench/engine_repair.py [--load 0.9] [--declines 1000] [--verify 5]
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from engine_instances import instance

from kiwanda.engine import check, repair, solve, warm


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--load", type=float, nargs="*", default=[0.85, 0.9, 0.95])
    options.add_argument("--declines", type=int, default=1000)
    options.add_argument("--verify", type=int, default=3)
    chosen = options.parse_args()
    warm()
    from kiwanda.engine.desk import Desk
    from kiwanda.engine.repairing import place

    for load in chosen.load:
        problem = instance(load=load)
        plan = solve(problem)
        planned = plan.planned(problem)
        began = time.perf_counter()
        desk = Desk(problem, planned)
        opened = time.perf_counter() - began
        rng = np.random.default_rng(1)
        near = np.flatnonzero((desk.start[: desk.count] >= 3) & (desk.start[: desk.count] <= 40))
        times, touched, ok = [], [], 0
        picked = rng.choice(near, min(chosen.declines, len(near)), replace=False)
        mark = desk.mark()
        for lot in picked.tolist():
            op, shop, quantity = int(desk.op[lot]), int(desk.shop[lot]), int(desk.quantity[lot])
            began = time.thread_time()
            desk.take_out(lot)
            desk.rematch(op)
            changed = place(desk, op, quantity, {shop}, 2, 4)
            times.append(time.thread_time() - began)
            ok += changed is not None
            if changed is not None:
                touched.append(len(changed))
            desk.undo(mark)
        spent = np.array(times[5:]) * 1e3
        print(
            f"load {load}: {len(planned)} lots, desk opened in {opened * 1e3:.0f} ms; "
            f"decline (CPU) median {np.median(spent):.2f} ms, "
            f"p99 {np.quantile(spent, 0.99):.2f} ms; without new lateness {ok / len(picked):.3f}; "
            f"lots touched mean {np.mean(touched):.2f}, most {max(touched)}",
            flush=True,
        )
        for lot in picked[: chosen.verify].tolist():
            began = time.perf_counter()
            mended = repair(problem, plan, declined=[desk.lot(lot)])
            spent_here = time.perf_counter() - began
            assert check(problem, mended.plan) == []
            print(
                f"  replayed: {mended.method}, added {mended.added_tardiness:g}, {spent_here:.2f} s as one call, sound"
            )


if __name__ == "__main__":
    main()
