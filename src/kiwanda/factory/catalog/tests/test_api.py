"""The catalog's router: same commands, same refusals."""

from __future__ import annotations

import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient

from kiwanda.core.actors import public
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.api import router
from kiwanda.factory.catalog.models import Style
from kiwanda.factory.catalog.tests.factories import (
    designer,
    make_material,
    make_style,
    make_technique,
    make_wages,
    merchandiser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def client():
    api = NinjaAPI(auth=lambda request: request.META["actor"], urls_namespace="catalog-test")
    api.add_router("", router)

    @api.exception_handler(Rejected)
    def refuse(request, refusal):
        return api.create_response(request, {"code": refusal.code, "field": refusal.field}, status=refusal.status)

    return TestClient(api)


def as_(actor, key=None):
    headers = {"Idempotency-Key": str(key)} if key else {}
    return {"META": {"actor": actor}, "headers": headers}


STYLE = {"code": "HOOP", "name_en": "Hoop"}
PACK = {
    "operations": [
        {
            "code": "bead", "name_en": "Bead", "name_sw": "Shanga", "technique": "bead", "standard_minutes": "10",
            "piece_rate_minor": 3500,
        },
        {
            "code": "pack", "name_en": "Pack", "name_sw": "Funga", "technique": "bead", "standard_minutes": "1",
            "piece_rate_minor": 350, "after": ["bead"],
        },
    ],
    "bill": [{"material": "brass", "operation_code": "bead", "quantity_per_piece": "4.5"}],
}


def test_a_style_goes_from_nothing_to_released(client):
    make_wages()
    make_technique()
    make_material()
    style = client.post("/styles", json=STYLE, **as_(designer())).json()
    variant = {"sku": "HOOP-1", "name_en": "Hoop one", "price_minor": 900, "currency": "USD"}
    answer = client.post(f"/styles/{style['id']}/variants", json=variant, **as_(merchandiser()))
    assert (answer.status_code, len(answer.json()["gtin"])) == (201, 14)
    pack = client.post(f"/styles/{style['id']}/tech-packs", json=PACK, **as_(designer())).json()
    assert [(o["code"], o["after"]) for o in pack["operations"]] == [("bead", []), ("pack", ["bead"])]
    released = client.post(f"/tech-packs/{pack['id']}/release", **as_(designer()))
    assert released.json()["state"] == "released"
    seen = client.get(f"/styles/{style['id']}", **as_(public())).json()
    assert (seen["state"], seen["variants"][0]["sku"]) == ("released", "HOOP-1")
    packs = client.get(f"/styles/{style['id']}/tech-packs", **as_(public())).json()
    assert packs[0]["bill_of_materials"] == [
        {"material_id": "brass", "operation_code": "bead", "quantity_per_piece": "4.5000"}
    ]


def test_refusals_keep_their_code_and_status(client):
    assert client.post("/styles", json=STYLE, **as_(public())).status_code == 403
    client.post("/styles", json=STYLE, **as_(designer()))
    again = client.post("/styles", json=STYLE, **as_(designer()))
    assert (again.status_code, again.json()) == (409, {"code": "catalog.code_taken", "field": "code"})
    assert client.get(f"/styles/{new_id()}", **as_(designer())).status_code == 404
    assert client.post("/styles", json=STYLE, **as_(designer(), key="no-uuid")).status_code == 422


def test_the_same_key_makes_one_style(client):
    key, actor = new_id(), designer()
    first = client.post("/styles", json=STYLE, **as_(actor, key))
    assert client.post("/styles", json=STYLE, **as_(actor, key)).json() == first.json()
    assert Style.objects.count() == 1
    other = client.post("/styles", json=STYLE | {"code": "OTHER"}, **as_(actor, key))
    assert other.json()["code"] == "core.id_reused"


def test_lists(client, django_assert_max_num_queries):
    for _ in range(3):
        make_style()
    make_style("DRAFT", released=False)
    with django_assert_max_num_queries(2):
        assert len(client.get("/styles?limit=9999", **as_(public())).json()) == 3
    assert len(client.get("/styles?limit=2&offset=1", **as_(designer())).json()) == 2
    assert [t["code"] for t in client.get("/techniques", **as_(public())).json()] == ["bead"]
    assert client.get("/materials", **as_(public())).json()[0]["recycled_percent"] == 90


def test_wages_and_rates_they_leave_behind(client):
    from kiwanda.factory.catalog.tests.factories import impact_officer

    make_style("HOOP")
    wage = {
        "kind": "living", "zone": "urban", "valid_from": "2027-01-01", "monthly_minor": 5_000_000, "source": "next",
    }
    assert client.post("/benchmark-wages", json=wage, **as_(impact_officer())).status_code == 201
    late = client.get("/rates-below-floor?on=2027-01-01", **as_(designer())).json()
    assert [(row["style_code"], row["operation_code"], row["floor_minor"]) for row in late] == [("HOOP", "bead", 4808)]
    assert client.get("/rates-below-floor?on=2026-12-31", **as_(designer())).json() == []
    assert client.get("/rates-below-floor?on=2026-12-31", **as_(public())).status_code == 404
