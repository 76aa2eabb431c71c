"""A server that is killed (SIGKILL) before and after every commit of a sync, and one that is asked by many at once.

Run by ``phone/test_killed_sync.py``. The phone sends three commands; whatever became of the answer, it sends them
again, as phones do. Prints what was found, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.scenarios import alone
from tests.scenarios.killed_money import Town

#: Processes that send the same body at the same moment, and how often each.
SENDERS, TIMES = 6, 15


def main(home: Path) -> None:
    alone.begin()
    from kiwanda.core import clock
    from kiwanda.core.reactions import run_reactions
    from tests.scenarios.small_factory import SmallFactory

    small = SmallFactory()
    small.plan()
    with clock.at(small.day):
        run_reactions()
        phone = asking_phone()
        town = Town(home)
        town.keep("sync")
        told = town.kill("sync", lambda _: phone.post(phone.body()), lambda _: agreed(phone))
        told["crowd"] = crowd(town, phone)
    print(json.dumps(told))


def asking_phone() -> Any:
    """Logged in, with a first copy and three things done since."""
    from kiwanda.factory.dispatch.models import Offer
    from tests.scenarios.phone.conftest import phone_of

    offer = Offer.objects.filter(state="sent").select_related("workshop").order_by("pk").first()
    assert offer is not None
    phone = phone_of(offer.workshop).sync()
    phone.do("accept_offer", offer=str(offer.pk))
    phone.do("request_call")
    phone.do("set_quiet_hours", from_=21, until=6)
    return phone


def agreed(phone: Any) -> None:
    """The phone tries again: each thing was done once, and it knows what a new phone is told."""
    from kiwanda.factory.conversations.models import CallRequest
    from kiwanda.factory.dispatch.models import WorkOrder
    from kiwanda.factory.planning.tests.factories import audit
    from tests.scenarios.phone.model import Phone

    phone.sync()
    assert phone.outbox == [], phone.outbox
    assert {answer["s"] for answer in phone.answers.values()} == {"ok"}, phone.answers
    assert WorkOrder.objects.count() == CallRequest.objects.count() == 1
    another = Phone(phone.artisan, name="Itel").log_in().sync()
    assert another.rows == phone.rows
    assert [*audit("dispatch"), *audit("devices"), *audit("core")] == []


def crowd(town: Town, phone: Any) -> dict[str, Any]:
    """The same body from many processes at once, then from the phone itself."""
    town.restore("sync")
    said = town.home / "said.txt"
    children = []
    for _ in range(SENDERS):
        child = start(lambda: post_often(phone, said))
        children.append(child)
    codes = [os.waitpid(child, 0)[1] for child in children]
    wrong = [] if town.fork(lambda: agreed(phone)) == 0 else [town.report.read_text()]
    return {"codes": codes, "said": sorted(set(said.read_text().split())), "wrong": wrong}


def start(work: Any) -> int:
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def post_often(phone: Any, said: Path) -> None:
    for _ in range(TIMES):
        answer = phone.post(phone.body())
        assert answer.status_code == 200, answer.content
        with said.open("a") as lines:
            lines.writelines(f"{row['s']}\n" for row in answer.json()["res"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
