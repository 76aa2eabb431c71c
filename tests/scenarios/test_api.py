"""The HTTP API: described by OpenAPI, closed to strangers, one way of saying no, garbage never a server error."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.core.models import User

pytestmark = pytest.mark.django_db


def signed_in(*roles: Role) -> Client:
    user = User.objects.create_user(username=f"user-{new_id()}", password="not used here")
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def schema():
    answer = signed_in(Role.AUDITOR).get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(schema):
    return [
        (method, path, operation)
        for path, item in sorted(schema["paths"].items())
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def filled(path: str, value: str) -> str:
    parts = [value if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def test_every_operation_is_closed_to_strangers(schema):
    closed = 0
    for method, path, _ in operations(schema):
        answer = Client().generic(method.upper(), filled(path, str(new_id())), "{}", content_type="application/json")
        assert answer.status_code == 401, f"{method} {path} answered {answer.status_code} to a stranger"
        closed += 1
    assert closed > 20


def test_a_refusal_is_a_code_and_a_sentence_in_the_readers_language():
    client = signed_in(Role.DESIGNER)
    body = {"channel_code": "nowhere", "lines": [{"sku": "X", "quantity": 1}]}
    answers = {
        language: client.post(
            "/api/v1/demand/orders",
            json.dumps(body),
            content_type="application/json",
            headers={"accept-language": language},
        )
        for language in ("en", "sw")
    }
    for answer in answers.values():
        assert answer.status_code in (403, 404, 422)
        assert {"code", "message"} <= set(answer.json()) or "detail" in answer.json()
    assert answers["en"].json() != answers["sw"].json() or "detail" in answers["en"].json()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=JUNK, identifier=st.sampled_from([str(new_id()), "x", "0", "%00", "'; --"]))
def test_garbage_is_never_a_server_error(schema, body, identifier):
    client = signed_in(*(role for role in Role if role not in (Role.ARTISAN, Role.SYSTEM, Role.PUBLIC)))
    known = schema["components"].get("schemas", {})
    for method, path, operation in operations(schema):
        bodies = [body]
        described = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if "$ref" in described:
            fields = known[described["$ref"].rsplit("/", 1)[-1]].get("properties", {})
            bodies.append(dict.fromkeys(fields, body))
        for one in bodies:
            answer = client.generic(
                method.upper(),
                filled(path, identifier),
                json.dumps(one),
                content_type="application/json",
                headers={"idempotency-key": identifier},
            )
            assert answer.status_code < 500, f"{method} {path} {one!r}"


def test_a_nul_in_the_address_is_refused_before_any_query():
    client = signed_in(Role.COORDINATOR)
    for path in ("/api/v1/demand/orders?state=%00", "/api/v1/network/workshops?hub=a%00b"):
        assert client.get(path).status_code == 400, path
