"""Offers and plans over HTTP: the same commands, sentences instead of tracebacks."""

from __future__ import annotations

from uuid import uuid4

import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient

from kiwanda.core.errors import Rejected
from kiwanda.factory.dispatch.api import router as dispatch
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.tests.factories import coordinator, make_offers
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.api import router as planning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(scope="module")
def api():
    house = NinjaAPI(urls_namespace="test-dispatch")
    house.add_router("/dispatch", dispatch)
    house.add_router("/planning", planning)

    @house.exception_handler(Rejected)
    def refuse(request, refusal):
        answer = {"code": refusal.code, "message": refusal.message()}
        return house.create_response(request, answer, status=refusal.status)

    return house


class Caller:
    def __init__(self, api, actor):
        self.client, self.actor = TestClient(api), actor

    def get(self, path):
        return self.client.get(path, auth=self.actor, headers={})

    def post(self, path, key=None, **body):
        headers = {"Idempotency-Key": str(key)} if key else {}
        return self.client.post(path, json=body, auth=self.actor, headers=headers)


def test_an_artisan_lists_and_accepts(api):
    offer = make_offers()[0]
    caller = Caller(api, artisan_of(offer.workshop))
    listed = caller.get("/dispatch/offers").json()
    assert str(offer.id) in {row["id"] for row in listed}
    assert {row["workshop_id"] for row in listed} == {str(offer.workshop_id)}
    assert listed[0]["pay_minor"] == listed[0]["quantity"] * listed[0]["piece_rate_minor"]
    key = uuid4()
    first = caller.post(f"/dispatch/offers/{offer.id}/accept", key)
    assert first.status_code == 200
    assert caller.post(f"/dispatch/offers/{offer.id}/accept", key).json() == first.json()
    assert WorkOrder.objects.get().code == first.json()["code"]
    again = caller.post(f"/dispatch/offers/{offer.id}/accept", uuid4())
    assert (again.status_code, again.json()["code"]) == (409, "core.wrong_state")
    assert [row["code"] for row in caller.get("/dispatch/work-orders").json()] == [first.json()["code"]]


def test_bad_requests_are_answered_with_sentences(api):
    offer = make_offers()[0]
    caller = Caller(api, artisan_of(offer.workshop))
    assert caller.post(f"/dispatch/offers/{offer.id}/accept", "no uuid").status_code == 422
    assert caller.post(f"/dispatch/offers/{uuid4()}/accept").status_code == 404
    assert caller.post("/dispatch/offers/nonsense/accept").status_code == 422
    assert caller.post(f"/dispatch/offers/{offer.id}/decline", reason="because").status_code == 422
    assert caller.post(f"/dispatch/offers/{offer.id}/counter", quantity=10**9).status_code == 422
    assert caller.post(f"/dispatch/offers/{offer.id}/answer", accept=True).status_code == 403
    assert caller.get("/dispatch/offers?state=maybe").status_code == 422
    assert caller.post("/planning/release-demand").status_code == 403
    assert caller.get("/planning/plans").json() == []
    assert not WorkOrder.objects.exists()


def test_a_coordinator_plans_and_sends(api):
    make_offers()
    caller = Caller(api, coordinator())
    made = caller.post("/planning/plans", days=30, reason="again")
    assert (made.status_code, made.json()["state"]) == (200, "queued")
    plan = made.json()["id"]
    assert caller.get(f"/planning/plans/{plan}").json()["order_results"] == []
    assert caller.post(f"/planning/plans/{plan}/publish").status_code == 409
    assert caller.post(f"/planning/plans/{plan}/discard").json()["state"] == "discarded"
    assert len(caller.get("/planning/plans").json()) == 2
    orders = caller.get("/planning/production-orders").json()
    assert len(orders) == 1
    refused = caller.post(f"/planning/production-orders/{orders[0]['id']}/cancel", reason="")
    assert refused.status_code == 422
    assert caller.get("/planning/plans?limit=1").json()[0]["id"] == plan
    assert caller.post("/dispatch/waves").json() == {"count": 0}
    for path in ("late", "silent"):
        assert caller.get(f"/dispatch/work-orders/{path}").json() == []
    assert caller.get("/dispatch/unfilled").json() == []
