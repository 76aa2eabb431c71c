"""The HTTP router: it parses, calls the command and answers; rights and rules are the commands'."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from ninja import NinjaAPI
from ninja.testing import TestClient

from kiwanda.core import actors
from kiwanda.core.errors import Forbidden, Invalid, NotFound
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.tests.factories import make_variant
from kiwanda.factory.demand.api import router
from kiwanda.factory.demand.models import OrderLine, SalesOrder
from kiwanda.factory.demand.tests.factories import kiwanda_file, make_channel, merchandiser

pytestmark = pytest.mark.django_db

WHO: list[actors.Actor] = []
API = NinjaAPI(urls_namespace="test-demand", auth=lambda request: WHO[-1])
API.add_router("", router)


@pytest.fixture
def client(noon):
    make_variant(sku="KW-1")
    make_channel()
    WHO.append(merchandiser())
    yield TestClient(API)
    WHO.clear()


def upload(client, content: bytes, **form):
    data = {"channel_code": "desk", "format": "kiwanda"} | form
    return client.post("/imports", data=data, FILES={"file": SimpleUploadedFile("o.csv", content)})


def test_an_order_over_http(client):
    body = {"channel_code": "desk", "number": "7", "lines": [{"sku": "KW-1", "quantity": 3, "due_on": "2026-12-24"}]}
    key = {"Idempotency-Key": str(new_id())}
    placed = client.post("/orders", json=body, headers=key)
    assert placed.status_code == 201
    assert client.post("/orders", json=body, headers=key).json()["id"] == placed.json()["id"]
    assert SalesOrder.objects.count() == 1
    (row,) = client.get("/orders").json()
    assert (row["number"], row["pieces"], row["due_on"]) == ("7", 3, "2026-12-24")
    line = placed.json()["lines"][0]
    promise = client.post(f"/order-lines/{line['id']}/promise", json={"promised_on": "2026-12-30"})
    assert promise.json()["basis"] == "manual"
    assert client.get(f"/orders/{row['order_id']}").json()["lines"][0]["state"] == "open"
    assert client.post(f"/order-lines/{line['id']}/cancel", json={"reason": "no"}).json()["state"] == "cancelled"
    again = client.post("/orders", json=body | {"number": "8"}).json()
    assert client.post(f"/orders/{again['id']}/cancel", json={"reason": "no"}).json()["state"] == "cancelled"


def test_an_import_over_http_with_its_errors_as_a_file(client):
    answer = upload(client, kiwanda_file(["A1", "X", "=cmd", ""])).json()
    assert answer["state"] == "refused"
    errors = client.get(f"/imports/{answer['id']}/errors.csv?language=sw")
    assert "fomula" in errors.content.decode("utf-8-sig")
    assert upload(client, kiwanda_file(["A1", "X", 1, ""]), dry_run="true").json()["state"] == "checked"
    assert upload(client, kiwanda_file(["A1", "X", 1, ""])).json()["state"] == "applied"
    assert client.get("/unmapped-skus").json()[0]["external_sku"] == "X"
    client.post("/sku-mappings", json={"channel_code": "desk", "external_sku": "X", "sku": "KW-1"})
    assert OrderLine.objects.get().state == "open"
    ignored = {"channel_code": "desk", "external_sku": "Y", "ignore_reason": "paper"}
    assert client.post("/sku-mappings", json=ignored).json()["ignored_reason"] == "paper"


@pytest.mark.parametrize("content", [b"", b"\0" * 99, b"PK\x03\x04zz", b"a;b\n1;2"])
def test_garbage_over_http(client, content):
    assert upload(client, content).json()["state"] == "refused"
    assert not SalesOrder.objects.exists()


def test_wrong_requests(client):
    assert client.post("/orders", json={"channel_code": "desk"}).status_code == 422
    assert client.post("/orders", data=json.dumps([1]).encode()).status_code == 422
    with pytest.raises(Invalid):
        client.post("/orders", json={"channel_code": "desk", "lines": []}, headers={"Idempotency-Key": "x"})
    for path in (f"/orders/{new_id()}", f"/imports/{new_id()}"):
        with pytest.raises(NotFound):
            client.get(path)
    WHO.append(actors.public())
    assert client.get("/orders").json() == []
    with pytest.raises(Forbidden):
        upload(client, b"x")
