"""The disk is full when a rail posts a result: the post is refused whole, and the next one is kept."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client

from kiwanda import ports
from kiwanda.core.models import VaultEntry
from kiwanda.factory.settlement.models import RailPost
from kiwanda.surfaces.rails import views


class Rail:
    name = "full"

    def is_address(self, path: str) -> bool:
        return True


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite can be told how large its file may become")
def test_a_post_on_a_full_disk_is_not_taken_and_leaves_nothing_half(monkeypatch) -> None:
    monkeypatch.setattr(views, "bound", lambda port: Rail() if port == "payments" else ports.bound(port))
    client = Client(raise_request_exception=False)
    address, body = f"/hooks/pay/full/{uuid.uuid4().hex}", b'{"x":"' + b"y" * 60_000 + b'"}'
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        free = cursor.execute("PRAGMA freelist_count").fetchone()[0]
        usual = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        if free > 10:
            cursor.execute("VACUUM")
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + 2}")
    try:
        refused = client.post(address, body, content_type="application/json")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count={usual}")
    assert refused.status_code >= 500
    assert not RailPost.objects.exists() and not VaultEntry.objects.exists()
    assert client.post(address, body, content_type="application/json").status_code == 200
    assert RailPost.objects.count() == 1 and VaultEntry.objects.count() == 1
