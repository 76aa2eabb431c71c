"""Files of plans and what-ifs that nobody needs any more are taken away.

A plan's problem and answer are files of some hundred kilobytes to some megabytes each. They are what comparisons, the
board's cells, maps and "why?" are read from; the rows beside them (lots, dates, figures) stay for good. How long the
files are kept is said in docs/reference/planning.md.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from kiwanda.core import clock, files
from kiwanda.core.models import StoredFile
from kiwanda.factory.planning.models import PlanRun, Scenario

#: Plan runs that were in force once: about as long as the work they gave out is asked about.
PUBLISHED_DAYS = 56
#: Plans that were put aside or never came to be.
DISCARDED_DAYS = 7
#: Answers of what-ifs that are still listed; their files go with them where they were put away.
ANSWER_DAYS = 90
#: A file may be written a moment before the row that names it.
GRACE_DAYS = 1
KIND = "application/gzip"


def tidy() -> tuple[int, int]:
    """Delete the files; returns how many and their bytes. Safe to run at any time, also twice at once."""
    now = clock.now()
    kept: set[str] = set()
    runs = PlanRun.objects.filter(
        Q(state__in=["queued", "running", "proposed", "published"])
        | Q(state="superseded", published_at__gte=now - timedelta(days=PUBLISHED_DAYS))
        | Q(state__in=["discarded", "failed"], requested_at__gte=now - timedelta(days=DISCARDED_DAYS))
    )
    for pair in runs.values_list("problem_sha256", "plan_sha256"):
        kept.update(pair)
    answers = Scenario.objects.filter(
        Q(state__in=["queued", "running"]) | Q(state="ready", finished_at__gte=now - timedelta(days=ANSWER_DAYS))
    )
    for base, result in answers.values_list("base", "result"):
        for side in (base, result):
            kept.update(side.get(name, "") for name in ("problem_sha256", "plan_sha256"))
    old = StoredFile.objects.filter(content_type=KIND, stored_at__lt=now - timedelta(days=GRACE_DAYS))
    count = freed = 0
    for sha256, size in list(old.values_list("sha256", "size")):
        if sha256 in kept:
            continue
        # The row goes first: a file without a row is written anew, a row without its file would be believed.
        StoredFile.objects.filter(pk=sha256).delete()
        files.path_of(sha256).unlink(missing_ok=True)
        count, freed = count + 1, freed + size
    return count, freed
