"""How large a lot should be, and what hours lie ahead, compiled."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
from __future__ import annotations

import numpy as np

from .compiling import compiled


@compiled
def lot_size(
    here, left, least, most, each, slack, usual, can, rest, lot_low, lot_high, lot_grow, day_end,
):  # fmt: skip
    """Pieces to take up.

    ``here`` pieces have come, ``left`` are still to be given out, ``least`` and ``most`` are the lot's limits, ``each``
    the minutes for one, ``slack`` the days to spare, ``usual`` the minutes of a usual day, ``can`` those left today and
    ``rest`` those left before the horizon ends. With ``day_end`` a short lot is cut so that it is done today.
    """
    length = min(max(lot_low + lot_grow * slack, lot_low), lot_high)
    wanted = max(1, int(length * usual / each))
    smallest = max(1, int(lot_low * usual / each))
    q = min(here, max(wanted, least))
    if here - q < smallest and here <= wanted + smallest:
        q = here
    if day_end and length < 1.0 and q * each > can:
        today = int(can / each + 1e-9)
        if today >= least:
            q = today
    q = min(q, most)
    over = left - q
    if 0 < over < least:  # do not leave a crumb behind if it can be avoided
        if here >= left and left <= most:
            q = left
        elif q - (least - over) >= least:
            q -= least - over
    fits = int(rest / each + 1e-9)
    if q > fits:
        q = max(fits, min(least, left))
    return q


@compiled
def hours_ahead(free, week_free, days):
    """Minutes each workshop can give from each week on (shops x weeks + 1), and its minutes on a usual day."""
    shops = free.shape[0]
    weeks = week_free.shape[1]
    week_total = np.zeros((shops, weeks + 1))
    usual = np.zeros(shops)
    for w in range(shops):
        worked_days = 0
        for k in range(weeks - 1, -1, -1):
            total = 0.0
            for t in range(7 * k, min(7 * k + 7, days)):
                total += free[w, t]
                if free[w, t] > 0:
                    worked_days += 1
                    usual[w] += free[w, t]
            week_total[w, k] = week_total[w, k + 1] + min(total, week_free[w, k])
        usual[w] = usual[w] / worked_days if worked_days > 0 else 0.0
    return week_total, usual
