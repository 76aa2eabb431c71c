"""One work order's way from material to pay over HTTP: same commands, same refusals."""

from __future__ import annotations

import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient

from kiwanda.core.actors import public
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network.tests.factories import artisan_of, finance_checker, finance_maker
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.api import router as production
from kiwanda.factory.production.tests.factories import coordinator, inspector, make_bench
from kiwanda.factory.quality.api import router as quality
from kiwanda.factory.settlement.api import router as settlement
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.tests.factories import CAST_RATE
from kiwanda.factory.supply.api import router as supply

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def client():
    api = NinjaAPI(auth=lambda request: request.META["actor"], urls_namespace="pieces-test")
    for name, router in (("supply", supply), ("production", production), ("quality", quality), ("pay", settlement)):
        api.add_router(f"/{name}", router)

    @api.exception_handler(Rejected)
    def refuse(request, refusal):
        return api.create_response(request, {"code": refusal.code, "field": refusal.field}, status=refusal.status)

    return TestClient(api)


def as_(actor, key=None):
    return {"META": {"actor": actor}, "headers": {"Idempotency-Key": str(key)} if key else {}}


def done(response):
    assert response.status_code == 200, response.content
    return response.json()


def test_from_material_to_pay(client, noon, rail):
    work = make_bench().work("cast", 20)
    hub, maker, judge = coordinator(), artisan_of(work.workshop), inspector()
    lot = {"code": "C1", "material": "brass", "hub_code": "NBI", "supplier_ref": "S", "quantity": "500.5"}
    assert done(client.post("/supply/lots", json=lot, **as_(hub)))["remaining"] == "500.500"
    issue = done(client.post(f"/supply/work-orders/{work.pk}/issue", **as_(hub)))[0]
    body = {"received_quantity": "100"}
    assert done(client.post(f"/supply/issues/{issue['id']}/confirm", json=body, **as_(maker)))["state"] == "confirmed"
    done(client.post(f"/supply/issues/{issue['id']}/return", json={"quantity": "0.5"}, **as_(hub)))
    stock = done(client.get("/supply/stock", **as_(hub)))
    assert stock == [{"material": "brass", "hub": "NBI", "remaining": "401.000"}]
    done(client.post(f"/production/work-orders/{work.pk}/progress", json={"made_quantity": 8}, **as_(maker)))
    key = new_id()
    twice = [
        done(client.post(f"/production/work-orders/{work.pk}/hand-ins", json={"quantity": 10}, **as_(maker, key)))
        for _ in range(2)
    ]
    assert twice[0]["id"] == twice[1]["id"]
    hand_in = twice[0]["id"]
    assert [row["id"] for row in done(client.get("/production/hand-ins", **as_(hub)))] == [hand_in]
    done(client.post(f"/production/hand-ins/{hand_in}/receive", json={"counted": 9}, **as_(hub)))
    body = {"quantity": 10, "note": "Found."}
    done(client.post(f"/production/hand-ins/{hand_in}/settle", json=body, **as_(hub)))
    code = {"code": "bent", "name_en": "Bent", "name_sw": "Imepinda", "severity": "major"}
    done(client.post("/quality/defect-codes", json=code, **as_(judge)))
    assert [row["id"] for row in done(client.get("/quality/waiting", **as_(judge)))] == [hand_in]
    verdict = {"accepted": 7, "rework": 1, "rejected": 2, "defects": [{"code": "bent", "quantity": 3}]}
    inspection = done(client.post(f"/quality/hand-ins/{hand_in}/inspect", json=verdict, **as_(judge)))
    assert done(client.get("/quality/reworks", **as_(maker)))[0]["quantity"] == 1
    body = {"reason": "Look again."}
    appeal = done(client.post(f"/quality/inspections/{inspection['id']}/appeal", json=body, **as_(maker)))
    body = {"granted_quantity": 1, "decision": "Within the sample."}
    done(client.post(f"/quality/appeals/{appeal['id']}/decide", json=body, **as_(inspector())))
    batch = done(client.post("/pay/payout-batches", json={}, **as_(finance_maker())))
    body = {"content_hash": batch["content_hash"]}
    done(client.post(f"/pay/payout-batches/{batch['id']}/approve", json=body, **as_(finance_checker())))
    send_ready_payouts()
    rows = done(client.get("/pay/statement", **as_(maker)))
    assert sorted((row["state"], row["amount_minor"]) for row in rows) == [
        ("paid", CAST_RATE), ("paid", 7 * CAST_RATE),
    ]
    assert done(client.get("/pay/payouts?state=paid", **as_(maker)))[0]["amount_minor"] == 8 * CAST_RATE
    assert done(client.get("/pay/payouts/stuck", **as_(maker))) == []
    assert audit("supply", "production", "quality", "settlement", "dispatch") == []


def test_refusals_carry_their_code_and_field(client, noon):
    work = make_bench().work("cast", 20)
    maker = artisan_of(work.workshop)
    path = f"/production/work-orders/{work.pk}/hand-ins"
    assert client.post(path, json={"quantity": 21}, **as_(maker)).json() == {
        "code": "production.too_many_handed_in", "field": "quantity",
    }
    assert client.post(path, json={"quantity": 1}, **as_(public())).status_code == 403
    assert client.post(path, json={"quantity": "many"}, **as_(maker)).status_code == 422
    assert client.post(path, json={"quantity": 1}, **as_(maker, "no-uuid")).status_code == 422
    assert client.get("/pay/payouts?state=odd", **as_(maker)).status_code == 422
    assert client.post(f"/pay/payouts/{new_id()}/retry", **as_(finance_maker())).status_code == 404
    assert client.post("/pay/payout-batches", json={"up_to": "yesterday"}, **as_(finance_maker())).status_code == 422
    assert done(client.get("/quality/inspections?limit=0&offset=-9", **as_(maker))) == []
    assert done(client.get("/supply/lots", **as_(maker))) == []
