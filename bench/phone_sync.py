"""What the artisans' app costs: CPU per sync, bytes on the line, and how many phones a machine serves.

    ./run python bench/phone_sync.py [--demo FOLDER] [--phones 200] [--rounds 5] [--load 20]

A real granian server on loopback serves a factory of its own (temporary folder on SQLite with synchronous=FULL, or the
empty database named by KIWANDA_DATABASE_URL), or with ``--demo`` a copy of a built demo, whose artisans have histories.
Phones log in through the command, the rest goes over HTTP as the app does it. Printed, medians over phones or rounds:

* bytes of a first copy (all pages), of an idle sync and of an ordinary day (three commands, their answers, what the
  office did meanwhile), as gzip makes them, both directions, headers not counted;
* CPU milliseconds of the server's processes per idle sync and per sync with one command;
* with ``--load``: syncs a second by eight clients at once for so many seconds, nine of ten idle, with CPU a sync.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import free_port, memory_megabytes, own_home, tree_cpu_seconds

CLIENTS = 8
#: A client of the load test sends a command with every tenth sync.
EVERY = 10


@dataclass
class Phone:
    """A phone that keeps its cursor and counts bytes."""

    device: str
    token: str
    offers: list[str] = field(default_factory=list)
    cursor: int = 0
    seq: int = 0
    up: int = 0
    down: int = 0
    rows: int = 0

    def command(self, kind: str, **args: Any) -> dict[str, Any]:
        from kiwanda.core.ids import new_id

        self.seq += 1
        return {
            "id": str(new_id()),
            "seq": self.seq,
            "type": kind,
            "base": 0,
            "at": int(time.time() * 1000),
            "args": args,
        }

    def sync(self, line: http.client.HTTPConnection, *commands: dict[str, Any], once: bool = False) -> list[Any]:
        """Sync until the server has no more (or once). Returns the answers to ``commands``."""
        sent, answers = list(commands), []
        while True:
            body = json.dumps(
                {"dev": self.device, "ver": 1, "cur": self.cursor, "at": int(time.time() * 1000), "cmds": sent},
                separators=(",", ":"),
            ).encode()
            line.request(
                "POST",
                "/m/v1/sync",
                body,
                {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
            )
            response = line.getresponse()
            raw = response.read()
            if response.status != 200:
                raise SystemExit(f"sync was answered {response.status}: {raw[:200]!r}")
            self.up += len(gzip.compress(body))
            self.down += len(gzip.compress(raw))
            answer = json.loads(raw)
            answers += answer["res"]
            self.cursor, self.rows, sent = answer["cur"], self.rows + len(answer["ch"]), []
            if once or not answer["more"]:
                return answers

    def taken(self) -> tuple[int, int]:
        found = self.up, self.down
        self.up = self.down = 0
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", type=Path, help="a built demo's folder; it is copied, not touched")
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--load", type=float, default=0.0, help="seconds of load by eight clients")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if options.demo is not None:
            shutil.copytree(options.demo, home)
        own_home(str(home))
        import django

        django.setup()
        from django.db import connection

        from kiwanda.site.database import prepare
        from kiwanda.site.serving import web_command

        prepare()
        if options.demo is None:
            from offered import offers_out

            offers_out(options.phones * 2)
        phones = _phones(options.phones)
        vendor = connection.vendor
        connection.close()
        port = free_port()
        server = subprocess.Popen(web_command("127.0.0.1", port, 2, 1))
        try:
            print(f"database {vendor}, {len(phones)} phones, {options.rounds} rounds")
            _measure(server.pid, port, phones, options.rounds)
            if options.load:
                _load(server.pid, port, phones, options.load)
            print(f"server memory: {memory_megabytes(server.pid):.0f} MB resident, all processes")
        finally:
            server.terminate()
            server.wait(20)


def _phones(count: int) -> list[Phone]:
    """A phone for the owner of each of the workshops with most to show: open offers first, then open work."""
    from django.db.models import Count, Q

    from kiwanda.core.actors import artisan
    from kiwanda.factory.devices.commands import register_device
    from kiwanda.factory.dispatch.models import Offer
    from kiwanda.factory.network.models import Artisan
    from kiwanda.surfaces.phone.sync.doorkeeping import new_token

    live = Count("workshop__offers", filter=Q(workshop__offers__state="sent"), distinct=True)
    work = Count("workshop__work_orders", distinct=True)
    people = Artisan.objects.filter(role="owner", state="active").annotate(live=live, work=work)
    phones = []
    for person in people.order_by("-live", "-work", "pk")[:count]:
        token, hashed = new_token()
        device = register_device(
            actor=artisan(person.pk, person.workshop_id), token_hash=hashed, name="bench", app_version=1
        )
        offers = Offer.objects.filter(workshop_id=person.workshop_id, state="sent").values_list("pk", flat=True)
        phones.append(Phone(str(device.pk), token, [str(pk) for pk in offers]))
    return phones


def _measure(pid: int, port: int, phones: list[Phone], rounds: int) -> None:
    line = _connect(port)
    started = tree_cpu_seconds(pid)
    firsts, rows = [], []
    for phone in phones:
        phone.sync(line)
        firsts.append(phone.taken()[1])
        rows.append(phone.rows)
    first_cpu = (tree_cpu_seconds(pid) - started) / len(phones) * 1000
    print(
        f"first copy: {statistics.median(firsts) / 1000:.1f} KB gzip ({max(firsts) / 1000:.1f} at most), "
        f"{statistics.median(rows):.0f} rows ({max(rows)} at most), {first_cpu:.1f} ms CPU"
    )
    idle, idle_bytes = [], []
    for _ in range(rounds):
        started = tree_cpu_seconds(pid)
        for phone in phones:
            phone.sync(line, once=True)
        idle.append((tree_cpu_seconds(pid) - started) / len(phones) * 1000)
        idle_bytes += [sum(phone.taken()) for phone in phones]
    print(f"idle sync: {_middle(idle)} CPU, {statistics.median(idle_bytes):.0f} bytes up and down")
    one = []
    taken: dict[str, list[str]] = {}
    for phone in (phone for phone in phones if phone.offers):
        before = tree_cpu_seconds(pid)
        (answer,) = phone.sync(line, phone.command("accept_offer", offer=phone.offers[0]), once=True)
        one.append((tree_cpu_seconds(pid) - before) * 1000)
        if answer["s"] == "ok":
            taken[phone.device] = [phone.offers.pop(0)]
    if one:
        print(f"sync with one command (accept an offer): {_middle(one)} CPU, {len(taken)} of {len(one)} accepted")
    _day(pid, line, [phone for phone in phones if phone.device in taken], taken)


def _day(pid: int, line: http.client.HTTPConnection, phones: list[Phone], taken: dict[str, list[str]]) -> None:
    """Four syncs: progress twice, a message read, a call asked for; the office does nothing but answer."""
    from django.db import connection

    from kiwanda.factory.dispatch.models import WorkOrder

    days, progress = [], []
    for phone in phones:
        phone.sync(line)
        phone.taken()
        work = str(WorkOrder.objects.values_list("pk", flat=True).get(offer_id=taken[phone.device][0]))
        for made in (1, 2):
            before = tree_cpu_seconds(pid)
            phone.sync(line, phone.command("report_progress", work=work, made=made))
            progress.append((tree_cpu_seconds(pid) - before) * 1000)
        phone.sync(line, phone.command("request_call", about=""))
        phone.sync(line)
        days.append(sum(phone.taken()))
    connection.close()
    if days:
        print(f"sync with one command (report progress): {_middle(progress)} CPU")
        print(f"an ordinary day, four syncs: {statistics.median(days) / 1000:.1f} KB gzip up and down")


def _load(pid: int, port: int, phones: list[Phone], seconds: float) -> None:
    until = time.monotonic() + seconds
    counts, slow = [0] * CLIENTS, []

    def client(number: int) -> None:
        line, own = _connect(port), phones[number::CLIENTS]
        turn = 0
        while time.monotonic() < until and own:
            phone = own[turn % len(own)]
            turn += 1
            commands = [phone.command("request_call", about="")] if turn % EVERY == 0 else []
            began = time.monotonic()
            phone.sync(line, *commands, once=True)
            slow.append((time.monotonic() - began) * 1000)
            counts[number] += 1

    started, began = tree_cpu_seconds(pid), time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, total = time.monotonic() - began, sum(counts)
    cpu = (tree_cpu_seconds(pid) - started) / total * 1000
    slow.sort()
    print(
        f"load: {total / took:.0f} syncs/s by {CLIENTS} clients, {cpu:.2f} ms CPU of the web server a sync, "
        f"p50 {slow[len(slow) // 2]:.0f} ms, p99 {slow[int(len(slow) * 0.99)]:.0f} ms"
    )
    daily = 100_000 * 4
    print(
        f"100,000 phones four times a day: {daily / 86_400:.1f} syncs/s on average, "
        f"{daily * cpu / 1000 / 60:.0f} CPU minutes of {2 * 24 * 60} a day on two cores"
    )


def _middle(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ms (min {min(values):.2f}, max {max(values):.2f})"


def _connect(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.connect()
            return connection
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiwanda.site.settings")
    main()
