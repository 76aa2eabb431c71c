"""The imports' screens: small files at once, large ones in the background with a bar; garbage is answered in words."""

from __future__ import annotations

import gzip
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kiwanda.core.actors import Role
from kiwanda.core.jobs import Worker
from kiwanda.factory.demand import import_progress
from kiwanda.factory.demand.models import ImportRun, OrderLine, SalesOrder
from kiwanda.factory.demand.tests.factories import audit, kiwanda_file, make_channel
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db

LARGE = kiwanda_file(*([f"L{n // 3}", f"S{n % 9}", 1, ""] for n in range(24_000)))


@pytest.fixture(autouse=True)
def files_here(settings, tmp_path):
    settings.KIWANDA_FILES = tmp_path / "files"


@pytest.fixture
def client() -> Client:
    make_channel()
    return staff_client(Role.MERCHANDISER)


def send(
    client: Client, content: bytes, name: str = "orders.csv", format: str = "kiwanda", **more: str
) -> HttpResponse:
    upload = SimpleUploadedFile(name, content)
    return client.post("/imports/check/", {"channel_code": "desk", "format": format, "file": upload, **more})


def text_of(client: Client, answer: HttpResponse) -> str:
    assert answer.status_code == 302, answer.content[:500]
    return client.get(answer.headers["Location"]).content.decode()


def latest() -> ImportRun:
    run = ImportRun.objects.order_by("-started_at", "-id").first()
    assert run is not None
    return run


class TestLarge:
    def test_looked_at_and_taken_by_the_worker_while_the_page_shows_a_bar(self, client: Client):
        assert len(LARGE) > 300_000
        text = text_of(client, send(client, LARGE))
        assert "Waiting for the worker" in text
        assert 'hx-trigger="every 1s"' in text
        run = latest()
        assert run.state == "queued"
        import_progress.tell(run.pk, 6_000, 24_000)
        text = client.get(reverse("tower:import_run", args=[run.pk])).content.decode()
        assert 'role="progressbar"' in text
        assert 'aria-valuenow="6000"' in text
        assert "6,000 of 24,000 rows" in text
        assert "Import again" not in text
        listed = client.get("/imports/").content.decode()
        assert "6,000 of 24,000 rows" in listed
        assert 'hx-trigger="every 2s"' in listed
        Worker().run(until_idle=True)
        text = client.get(reverse("tower:import_run", args=[run.pk])).content.decode()
        assert "Nothing has changed yet." in text
        assert "every 1s" not in text
        assert SalesOrder.objects.count() == 0
        text = text_of(client, client.post(reverse("tower:apply_import", args=[run.pk])))
        assert "Waiting for the worker" in text
        Worker().run(until_idle=True)
        assert (
            "The file was taken whole." in client.get(reverse("tower:import_run", args=[latest().pk])).content.decode()
        )
        assert OrderLine.objects.count() == 24_000
        assert "every 2s" not in client.get("/imports/").content.decode()
        assert audit() == []

    def test_a_packed_file_is_never_read_in_the_request(self, client: Client):
        text_of(client, send(client, gzip.compress(kiwanda_file(["A1", "S1", 1, ""])), "orders.csv.gz"))
        run = latest()
        assert run.state == "queued"
        Worker().run(until_idle=True)
        text = text_of(client, client.post(reverse("tower:apply_import", args=[run.pk])))
        assert "The file was taken whole." in text

    def test_an_interrupted_one_offers_to_import_again(self, client: Client, monkeypatch):
        text_of(client, send(client, LARGE))
        run = latest()
        with monkeypatch.context() as patched:
            patched.setattr(time, "time", lambda then=time.time(): then - 120)
            import_progress.tell(run.pk, 6_000, 24_000)
        text = client.get(reverse("tower:import_run", args=[run.pk])).content.decode()
        assert "Nothing has been heard of this import" in text
        assert "Import again" in text
        text = text_of(client, client.post(reverse("tower:apply_import", args=[run.pk])))
        assert "Waiting for the worker" in text
        run.refresh_from_db()
        assert run.state == "failed"
        text = client.get(reverse("tower:import_run", args=[run.pk])).content.decode()
        assert "The import was broken off." in text
        assert "Import again" in text
        Worker().run(until_idle=True)
        assert latest().state == "checked"
        assert audit() == []

    def test_a_role_without_the_right_sees_the_bar_and_no_button(self, client: Client):
        text_of(client, send(client, LARGE))
        run = latest()
        ImportRun.objects.filter(pk=run.pk).update(state="failed")
        inspector = staff_client(Role.INSPECTOR)
        text = inspector.get(reverse("tower:import_run", args=[run.pk])).content.decode()
        assert "data-locked" in text
        inspector.post(reverse("tower:apply_import", args=[run.pk]))
        assert ImportRun.objects.count() == 1


class TestGarbage:
    def test_beyond_60_mb_is_a_sentence_and_nothing_is_kept(self, client: Client, tmp_path):
        answer = send(client, b"x" * 60_000_001)
        assert answer.status_code == 422
        assert "The file has 61 MB; at most 60 MB are taken at once." in answer.content.decode()
        assert ImportRun.objects.count() == 0
        assert not (tmp_path / "files").exists()

    def test_an_empty_file(self, client: Client):
        answer = send(client, b"")
        assert answer.status_code == 422
        assert "empty" in answer.content.decode()
        assert ImportRun.objects.count() == 0

    @pytest.mark.parametrize(
        "content",
        [
            b"\x00\x01\x02\xff" * 100,
            b"\x00\x01\x02\xff" * 200_000,
            b"\x89PNG\r\n\x1a\n" + b"\x00" * 400_000,
            b"PK\x03\x04broken",
            b"\x1f\x8bbroken",
            b"a;b;c\n1;2;3\n",
            b"order_number,sku,quantity,quantity\nA1,S1,1,2\n",
            b"order_number,sku,quantity\nA1," + b"x" * 10_000_000 + b",1\n",
        ],
        ids=["binary", "large binary", "picture", "zip", "gzip", "wrong columns", "column twice", "10 MB cell"],
    )
    def test_refused_with_a_reason(self, client: Client, content: bytes):
        text_of(client, send(client, content))
        Worker().run(until_idle=True)
        run = latest()
        text = client.get(reverse("tower:import_run", args=[run.pk])).content.decode()
        assert run.state == "refused"
        assert "Nothing of it was taken." in text
        assert len(text) < 100_000
        assert SalesOrder.objects.count() == 0

    @pytest.mark.parametrize(
        "content",
        [
            b"\xef\xbb\xbforder_number,sku,quantity\nA1,S1,1\n",
            b"order_number;sku;quantity\nA1;S1;1\n",
            "order_number\tsku\tquantity\nA1\tS1\t1\n".encode("utf-16"),
        ],
        ids=["BOM", "semicolons", "UTF-16 with tabs"],
    )
    def test_what_spreadsheets_write_is_understood(self, client: Client, content: bytes):
        assert "Nothing has changed yet." in text_of(client, send(client, content))

    def test_the_wrong_format_for_the_channel(self, client: Client):
        answer = send(client, b"Name,Email\n", format="shopify")
        assert answer.status_code == 422
        assert "takes kiwanda files, not shopify" in answer.content.decode()
        answer = send(client, LARGE, format="shopify")
        assert answer.status_code == 422
        assert ImportRun.objects.count() == 0
