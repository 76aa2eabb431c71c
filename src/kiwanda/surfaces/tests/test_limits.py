"""The open doors count who knocks, in all processes together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.http import HttpResponseForbidden
from django.test import Client, RequestFactory

from kiwanda.surfaces import limits
from kiwanda.surfaces.limits import Limit, LimitsMiddleware, address_of


@pytest.fixture(autouse=True)
def counted(settings) -> Iterator[None]:
    settings.KIWANDA_LIMITS = True
    cache.clear()
    yield
    cache.clear()


def narrow(monkeypatch, most: int) -> None:
    doors = tuple(
        limits.Door(door.path, door.methods, Limit(door.limit.name, most, 60), door.refused_only)
        for door in limits.DOORS
    )
    monkeypatch.setattr(limits, "DOORS", doors)


def test_a_window_lets_so_many_in_and_the_next_one_begins_anew() -> None:
    limit = Limit("test", 3, 60)
    assert [limit.knock("a", 1200.0) for _ in range(5)] == [0, 0, 0, 60, 60]
    assert limit.knock("b", 1200.0) == 0
    assert limit.knock("a", 1255.0) == 5
    assert limit.knock("a", 1260.0) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/p/01/09506000134352/21/none"), ("get", "/records/keys.json"), ("post", "/records/"),
        ("post", "/m/login"), ("post", "/accounts/login/"), ("get", "/api/v1/network/workshops"),
    ],
)  # fmt: skip
def test_the_open_doors_say_429_and_how_long_to_wait(monkeypatch, method: str, path: str) -> None:
    narrow(monkeypatch, 2)
    client = Client()
    for _ in range(2):
        assert getattr(client, method)(path).status_code != 429
    refused = getattr(client, method)(path)
    assert refused.status_code == 429 and 1 <= int(refused.headers["Retry-After"]) <= 60
    elsewhere = getattr(client, method)(path, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code != 429


@pytest.mark.django_db
def test_bad_posts_are_counted_and_a_true_one_always_comes_through(monkeypatch) -> None:
    narrow(monkeypatch, 2)
    client = Client()
    answers = [client.post("/hooks/pay/daraja/guess", b"{}", content_type="application/json") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 429, 429]
    assert answers[3].headers["Retry-After"] and answers[3].json()["code"] == "surfaces.too_often"
    from django.http import HttpResponse

    request = RequestFactory().post("/hooks/pay/daraja/true")
    assert LimitsMiddleware(lambda _request: HttpResponse("ok"))(request).status_code == 200
    assert LimitsMiddleware(lambda _request: HttpResponseForbidden())(request).status_code == 429


def test_what_callers_write_about_themselves_is_not_believed(settings) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.9"}, REMOTE_ADDR="192.0.2.1")
    assert address_of(request) == "192.0.2.1"
    settings.KIWANDA_PROXIES = 1
    assert address_of(request) == "203.0.113.9"
    settings.KIWANDA_PROXIES = 3
    assert address_of(request) == "192.0.2.1"
    settings.KIWANDA_PROXIES = 0
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="2001:db8::1")) == "2001:db8::/64"


KNOCK = """
import sys
from django.conf import settings
settings.configure(CACHES={"default": {"BACKEND": "kiwanda.core.shared_cache.SharedFileCache",
    "LOCATION": sys.argv[1], "TIMEOUT": 7200}}, KIWANDA_LIMITS=True)
from kiwanda.surfaces.limits import Limit
limit = Limit("many", 100, 3600)
print(sum(limit.knock("one", 1.0) == 0 for _ in range(80)))
"""


def test_processes_together_let_no_more_in_than_one(tmp_path: Path) -> None:
    workers = [
        subprocess.Popen([sys.executable, "-c", KNOCK, str(tmp_path / "cache")], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 100
