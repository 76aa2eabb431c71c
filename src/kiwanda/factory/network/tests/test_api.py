"""The network's router: same commands, same scope."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient

from kiwanda.core.actors import public
from kiwanda.core.errors import Rejected
from kiwanda.factory.network.api import router
from kiwanda.factory.network.tests.factories import (
    artisan_of,
    coordinator,
    make_calendar,
    make_hub,
    make_workshop,
    make_workshops,
    owner,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def client():
    api = NinjaAPI(auth=lambda request: request.META["actor"], urls_namespace="network-test")
    api.add_router("", router)

    @api.exception_handler(Rejected)
    def refuse(request, refusal):
        return api.create_response(request, {"code": refusal.code, "field": refusal.field}, status=refusal.status)

    return TestClient(api)


def as_(actor):
    return {"META": {"actor": actor}, "headers": {}}


def test_a_workshop_registers_and_lists(client):
    make_hub()
    make_calendar()
    body = {
        "code": "W1", "trade_name": "Jua Beads", "hub_code": "NBI", "county_code": 47, "calendar_code": "six",
        "artisans": [{"name": "Wanjiru Test", "phone": "0712 345 678", "role": "owner"}],
    }
    made = client.post("/workshops", json=body, **as_(coordinator()))
    assert (made.status_code, made.json()["trade_name"]) == (201, "Jua Beads")
    assert client.post("/workshops", json=body, **as_(public())).status_code == 403
    assert client.post("/workshops", json=body, **as_(coordinator())).json()["code"] == "network.code_taken"
    people = client.get(f"/workshops/{made.json()['id']}/people", **as_(coordinator())).json()
    assert people[0]["phone"] == "+254712345678"


def test_lists_are_scoped_filtered_and_cheap(client, django_assert_max_num_queries):
    rows = make_workshops(5)
    cast = make_workshop(techniques=["cast"], hub="MSA")
    with django_assert_max_num_queries(2):
        assert len(client.get("/workshops", **as_(coordinator())).json()) == 6
    for query in ("technique=cast", "hub=MSA"):
        assert [w["code"] for w in client.get(f"/workshops?{query}", **as_(coordinator())).json()] == [cast.code]
    assert [w["code"] for w in client.get("/workshops", **as_(artisan_of(rows[0]))).json()] == [rows[0].code]
    assert client.get("/workshops", **as_(public())).json() == []
    assert client.get(f"/workshops/{cast.id}", **as_(artisan_of(rows[0]))).status_code == 404
    assert {h["code"] for h in client.get("/hubs", **as_(public())).json()} == {"NBI", "MSA"}


def test_days_off_pause_and_skills(client, noon):
    workshop = make_workshop()
    mine = as_(artisan_of(workshop))
    on = (noon.date() + timedelta(days=3)).isoformat()
    path = f"/workshops/{workshop.id}"
    assert client.post(f"{path}/days-off", json={"days": [on], "reason": "market"}, **mine).status_code == 201
    assert client.get(f"{path}/days-off", **mine).json() == [{"on": on, "reason": "market"}]
    assert client.delete(f"{path}/days-off/{on}", **mine).status_code == 204
    assert client.delete(f"{path}/days-off/{on}", **mine).status_code == 404
    assert client.post(f"{path}/pause", json={}, **mine).status_code == 403
    assert client.post(f"{path}/pause", json={"reason": "flood"}, **as_(coordinator())).json()["state"] == "paused"
    assert client.post(f"{path}/reopen", **as_(coordinator())).json()["state"] == "active"
    skill = {"technique": "bead", "speed": "1.25", "grade": "A"}
    assert client.post(f"{path}/capabilities", json=skill, **as_(coordinator())).json()["speed"] == "1.250"


def test_consents(client, noon):
    workshop, other = make_workshop(), make_workshop()
    path = f"/artisans/{owner(workshop).id}/consents"
    body = {"field": "name", "purpose": "passport", "expires_on": "2027-06-30"}
    given = client.post(path, json=body, **as_(artisan_of(workshop)))
    assert given.status_code == 201
    assert client.get(path, **as_(artisan_of(other))).status_code == 404
    withdrawn = client.post(f"/consents/{given.json()['id']}/withdraw", **as_(artisan_of(workshop)))
    assert withdrawn.json()["withdrawn_at"] is not None
    assert len(client.get(path, **as_(artisan_of(workshop))).json()) == 1
