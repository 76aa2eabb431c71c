"""CPU per command through HTTP: artisans accept their offers over the plain forms of the phone pages.

    ./run python bench/http_accept.py [--offers 300] [--rounds 5]

A real granian server on loopback serves a factory of its own (temporary folder on SQLite with synchronous=FULL, or the
empty database named by KIWANDA_DATABASE_URL). Each request is one POST with session, CSRF check, command, event and
receipt, answered with a redirect. Measured: CPU seconds (user + system) of the server's processes per request, read
before and after each round; and, for scale, of the cheapest page (a 404) on the same server. Prints medians.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from measuring import free_port, memory_megabytes, own_home, tree_cpu_seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offers", type=int, default=300, help="offers accepted per round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        own_home(folder)
        import django

        django.setup()
        from django.db import connection

        from kiwanda.site.database import prepare
        from kiwanda.site.serving import web_command

        prepare()
        visits = _offers_with_sessions(options.offers * (options.rounds + 1))
        vendor = connection.vendor
        connection.close()
        port = free_port()
        server = subprocess.Popen(web_command("127.0.0.1", port, 2, 1))
        try:
            _measure(server.pid, port, visits, options, vendor)
        finally:
            server.terminate()
            server.wait(20)


def _offers_with_sessions(count: int) -> list[tuple[str, str]]:
    """``count`` sent offers, each with the session of an artisan of its workshop: (offer id, session key)."""
    from django.contrib.sessions.backends.db import SessionStore
    from offered import offers_out

    from kiwanda.factory.dispatch.models import Offer
    from kiwanda.factory.network.models import Artisan
    from kiwanda.surfaces.actors import ARTISAN_ID, WORKSHOP_ID

    offers_out(count)
    owner = dict(Artisan.objects.filter(role="owner").values_list("workshop_id", "pk"))
    visits = []
    for offer, workshop in Offer.objects.filter(state="sent").values_list("pk", "workshop_id")[:count]:
        session = SessionStore()
        session[ARTISAN_ID], session[WORKSHOP_ID] = str(owner[workshop]), str(workshop)
        session.create()
        visits.append((str(offer), str(session.session_key)))
    return visits


def _measure(pid: int, port: int, visits: list[tuple[str, str]], options: argparse.Namespace, vendor: str) -> None:
    connection = _connect(port)
    cookie, token = _csrf(connection)
    per_round = len(visits) // (options.rounds + 1)
    accept_ms, page_ms = [], []
    for round_number in range(options.rounds + 1):
        batch = visits[round_number * per_round : (round_number + 1) * per_round]
        started = tree_cpu_seconds(pid)
        for offer, session in batch:
            _accept(connection, offer, session, cookie, token)
        accept = (tree_cpu_seconds(pid) - started) / len(batch) * 1000
        started = tree_cpu_seconds(pid)
        for _ in batch:
            connection.request("GET", "/p/01/00000000000000/21/1")
            connection.getresponse().read()
        page = (tree_cpu_seconds(pid) - started) / len(batch) * 1000
        # The first round warms imports, caches and prepared plans.
        if round_number:
            accept_ms.append(accept)
            page_ms.append(page)
    print(f"database {vendor}, {options.rounds} rounds of {per_round}")
    middle, low, high = statistics.median(accept_ms), min(accept_ms), max(accept_ms)
    print(f"accept an offer: {middle:.2f} ms CPU (min {low:.2f}, max {high:.2f})")
    print(f"a page that is not there, same server: {statistics.median(page_ms):.2f} ms CPU")
    print(f"server memory after {len(visits)} commands: {memory_megabytes(pid):.0f} MB resident, all processes")


def _connect(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.connect()
            return connection
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _csrf(connection: http.client.HTTPConnection) -> tuple[str, str]:
    connection.request("GET", "/m/login")
    answer = connection.getresponse()
    answer.read()
    cookies = [value.strip() for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    token = next(value for value in cookies if value.startswith("csrftoken=")).split(";")[0].split("=", 1)[1]
    return f"csrftoken={token}", token


def _accept(connection: http.client.HTTPConnection, offer: str, session: str, cookie: str, token: str) -> None:
    from kiwanda.core.ids import new_id

    body = urlencode({"csrfmiddlewaretoken": token, "command_id": str(new_id())})
    connection.request(
        "POST",
        f"/m/offers/{offer}/accept",
        body,
        {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"{cookie}; sessionid={session}"},
    )
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302 or "/m/work/" not in (answer.getheader("Location") or ""):
        raise SystemExit(f"offer {offer} was not accepted: {answer.status} {answer.getheader('Location')}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiwanda.site.settings")
    main()
