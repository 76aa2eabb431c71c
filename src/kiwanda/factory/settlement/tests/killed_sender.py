"""Processes that kill themselves (SIGKILL) at every moment of sending a payout. Run by ``test_killed.py``.

Builds a database with one approved payout per moment; forks a child for each that sends one and dies; then does what
the next worker would and prints, as JSON, what became of everything.
"""

from __future__ import annotations

import json
import os
import signal
from datetime import timedelta
from typing import Any

import django

MOMENTS = ("before_attempt_commits", "before_rail", "inside_rail", "after_rail", "before_answer_commits", "nowhere")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def prepare() -> None:
    from django.core.management import call_command

    from kiwanda.factory.network.tests.factories import make_workshop
    from kiwanda.factory.production.tests.factories import make_bench
    from kiwanda.factory.settlement.tests.factories import approved, earn

    call_command("migrate", verbosity=0)
    bench = make_bench(80)
    for _ in MOMENTS:
        earn(5, bench, make_workshop(techniques=["cast"]))
    approved()


def send(number: int, moment: str) -> None:
    from kiwanda import ports
    from kiwanda.core import actors
    from kiwanda.core import commands as core
    from kiwanda.factory.settlement.commands import send_payout
    from kiwanda.factory.settlement.models import Payout

    rail = ports.bound("payments")
    submit = rail.submit
    write_events = core._write_events
    seen: list[str] = []

    def watched(ctx: Any) -> None:
        write_events(ctx)
        seen.append(ctx.command)
        if (moment, ctx.command) in {
            ("before_attempt_commits", "settlement.record_attempt"),
            ("before_answer_commits", "settlement.record_rail_answer"),
        }:
            die()

    def asked(request: Any) -> Any:
        if moment == "before_rail":
            die()
        answer = submit(request)
        if moment == "after_rail":
            die()
        return answer

    core._write_events = watched
    rail.submit = asked
    if moment == "inside_rail":
        # The request left, the connection died with us: the rail pays on its own.
        rail.submit = lambda request: (submit(request), die())
    payout = Payout.objects.order_by("pk")[number]
    send_payout(actor=actors.system(), payout_id=payout.pk)


def recover() -> dict[str, Any]:
    from kiwanda import ports
    from kiwanda.core import clock
    from kiwanda.core.audit import load_checks
    from kiwanda.factory.settlement.jobs import query_waiting_payouts, send_ready_payouts
    from kiwanda.factory.settlement.models import Payout, PayoutAttempt

    send_ready_payouts()
    with clock.at(clock.now() + timedelta(minutes=10)):
        query_waiting_payouts()
        send_ready_payouts()
    problems = [
        problem
        for name, item in load_checks().items()
        if name.split(".")[0] in ("settlement", "quality", "production")
        for problem in item.function()
    ]
    states = dict(zip(MOMENTS, Payout.objects.order_by("pk").values_list("state", flat=True), strict=True))
    return {
        "states": states,
        "attempts": PayoutAttempt.objects.count(),
        "rail_paid": ports.bound("payments").paid_minor(),
        "factory_paid": sum(Payout.objects.filter(state="paid").values_list("amount_minor", flat=True)),
        "problems": problems,
    }


def kill_at_every_moment() -> dict[str, int]:
    """Signal (or 0) by which the child for each moment ended."""
    from django.db import connections

    ends: dict[str, int] = {}
    for number, moment in enumerate(MOMENTS):
        connections.close_all()
        child = os.fork()
        if child == 0:
            send(number, moment)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        ends[moment] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return ends


if __name__ == "__main__":
    django.setup()
    from kiwanda.core.commands import load_commands
    from kiwanda.core.reactions import load_reactions

    load_commands()
    load_reactions()
    prepare()
    killed = kill_at_every_moment()
    print(json.dumps({"ends": killed, **recover()}))  # noqa: T201
